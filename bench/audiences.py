"""How long it takes to count an audience in a big club, rule by rule, and by which indexes it is found."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import text

from bench.busy_club import NOW, furnish
from bench.figures import Table, machine, percentile
from bench.ledger import DATABASES, opened
from bot.rules import club_of
from bot.settings import Settings
from campaigns import audiences
from campaigns.audiences import Audience
from storage import migrate
from storage.database import Database

SIZES, QUICK = (10_000, 100_000), (10_000,)
ROUNDS = 15
CLUB = club_of(Settings())
COMMON: dict[str, Any] = {
    "all members": {},
    "want offers": {"consent": {"to": "marketing"}},
    "read one of two languages": {"language": {"in": ["zh-Hans", "zh-Hant"]}},
    "joined in the last 30 days": {"joined": {"within_days": 30}},
    "birthday next month": {"birthday": {"month": "next"}},
    "a tier or higher": {"tier": {"at_least": "gold"}},
    "at least 300 points": {"points": {"at_least": 300}},
    "points that lapse within 30 days": {"points_lapse": {"within_days": 30}},
    "bought one product": {"bought": {"product": "Product 7"}},
    "bought it in the last 90 days": {"bought": {"product": "Product 7", "within_days": 90}},
    "bought of a category, twice": {"bought": {"category": "Category 3", "at_least": 2}},
    "bought something in the last 90 days": {"bought": {"within_days": 90}},
    "3 purchases in a year": {"orders": {"at_least": 3, "within_days": 365}},
    "spent 200 in a year": {"spent": {"at_least": 200, "within_days": 365}},
    "bought last more than 180 days ago": {"last_bought": {"before_days": 180}},
    "silent for twice their usual time": {"silent": {"times": 2}},
    "at a branch in the last 30 days": {"branch": {"in": ["Branch 1"], "within_days": 30}},
    "2 visits in 200 days": {"visits": {"at_least": 2, "within_days": 200}},
    "an open complaint": {"complaint": {"is": "open"}},
    "received a campaign": {"campaign": {"did": "received", "key": "spring"}},
    "bear a tag": {"tag": {"in": ["tag 3"]}},
    "X but not Y, willing, no open complaint": {
        "all": [
            {"consent": {"to": "marketing"}},
            {"bought": {"product": "Product 7"}},
            {"not": {"bought": {"product": "Product 9"}}},
            {"not": {"complaint": {"is": "open"}}},
        ]
    },
}


async def run(quick: bool) -> list[Table]:
    """Both databases, at each size."""
    return await measured(QUICK if quick else SIZES, list(DATABASES))


async def measured(sizes: Sequence[int], databases: Sequence[str]) -> list[Table]:
    """The tables for clubs with so many members, on these databases."""
    places = [(name, size) for size in sizes for name in databases]
    found = [await _measure(name, size) for name, size in places]
    rows = [[rule, *(one[rule] for one in found)] for rule in COMMON]
    what = (
        "Purchases: 4 lines a member, one in 50 brought back; 3 open lots, 2 visits, 2 messages of campaigns a member. "
        f"Each count {ROUNDS} times, in milliseconds, p50 and the longest, with how many were found. Target at "
        "100,000: below 100 at the median."
    )
    return [Table("Counting an audience", what, ["rule", *(f"{name}, {size:,}" for name, size in places)], rows)]


async def _measure(name: str, size: int) -> dict[str, str]:
    with DATABASES[name]() as url:
        async with opened(url) as database:
            await database.write(migrate.upgrade)
            await database.write(partial(furnish, members=size))
            await database.write(lambda db: db.execute(text("ANALYZE")))
        async with opened(url) as database:
            return {rule: await _timed(database, audiences.parse(data)) for rule, data in COMMON.items()}


async def _timed(database: Database, audience: Audience) -> str:
    seconds, found = [], 0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = await database.read(lambda db: audiences.count(db, audience, CLUB, NOW))
        seconds.append(time.perf_counter() - began)
    return f"{1000 * percentile(seconds, 0.5):.1f} / {1000 * max(seconds):.0f} ({found:,})"


def main() -> None:
    """python -m bench.audiences 100000 --only SQLite"""
    parser = argparse.ArgumentParser("python -m bench.audiences")
    parser.add_argument("members", type=int, nargs="*", default=QUICK)
    parser.add_argument("--only", choices=tuple(DATABASES))
    options = parser.parse_args()
    print(machine())
    for table in asyncio.run(measured(options.members, [options.only] if options.only else list(DATABASES))):
        print(table.markdown())


if __name__ == "__main__":
    main()
