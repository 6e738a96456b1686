"""How long points take in a club with a long history, and how that grows with its members."""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bench.big_club import ENTRIES, NOW, furnish
from bench.figures import Table, machine, percentile
from bot.rules import club_of
from bot.settings import Settings
from club import expiry, points, tiers
from storage import migrate
from storage.database import Database, open_database
from storage.ledger_proof import prove
from storage.sealing import Vault
from tests.own_postgres import own_database

SIZES, QUICK = (10_000, 100_000, 1_000_000), (10_000,)
SAMPLES = 1_000
LONGEST = 3600.0
CLUB = club_of(Settings())


@dataclass
class Figures:
    """Seconds of each sample, and of the single runs. `lapsed`, `reviewed`: what the night had to do."""

    look: list[float] = field(default_factory=list)
    earn: list[float] = field(default_factory=list)
    spend: list[float] = field(default_factory=list)
    night: float = 0.0
    lapsed: int = 0
    reviewed: int = 0
    proof: float = 0.0


async def run(quick: bool) -> list[Table]:
    """Both databases, at each size."""
    return await measured(QUICK if quick else SIZES, list(DATABASES))


async def measured(sizes: Sequence[int], databases: Sequence[str]) -> list[Table]:
    """The tables for clubs with so many members, on these databases."""
    found = [(name, size, await _measure(DATABASES[name], size)) for size in sizes for name in databases]
    return [_screens(found), _nights(found)]


def _screens(found: list[tuple[str, int, Figures]]) -> Table:
    return Table(
        "Points in a club with a long history",
        f"Each member has {ENTRIES} entries; {SAMPLES:,} members drawn by chance, one after another, through the "
        "database's thread as the bot does it, the commit included (`synchronous=FULL`, `fsync`). Looking is what "
        "`/points` reads; earning and spending include the look at the tier. In milliseconds, p50 and p99. "
        "Targets at a million: 20 for looking, 10 for the others.",
        ["database, members", "entries", "look", "earn", "spend"],
        [
            [f"{name}, {size:,}", f"{size * ENTRIES:,}", _marks(one.look), _marks(one.earn), _marks(one.spend)]
            for name, size, one in found
        ],
    )


def _nights(found: list[tuple[str, int, Figures]]) -> Table:
    return Table(
        "A night's work on points",
        "Everything that lapses on one day gets its entry, every tier that was kept long enough is looked at again; in "
        "transactions of a few thousand. Target at a million: 60 s. Beside it `guanxi ledger prove`, which recomputes "
        "everything.",
        ["database, members", "lapsed lots", "tiers", "night, s", "proof, s"],
        [
            [f"{name}, {size:,}", f"{one.lapsed:,}", f"{one.reviewed:,}", f"{one.night:.1f}", f"{one.proof:.1f}"]
            for name, size, one in found
        ],
    )


def _marks(seconds: list[float]) -> str:
    return f"{1000 * percentile(seconds, 0.5):.1f} / {1000 * percentile(seconds, 0.99):.1f}"


async def _measure(begin: Callable[[], Any], size: int) -> Figures:
    with begin() as url:
        async with opened(url) as database:
            await database.write(migrate.upgrade)
            await database.write(partial(furnish, members=size))
        async with opened(url) as database:
            return await _figures(database, size)


async def _figures(database: Database, size: int) -> Figures:
    figures, draw = Figures(), random.Random(7)
    for number in range(SAMPLES):
        member_id = draw.randrange(size) + 1
        figures.look.append(await _timed(database.read(partial(_look, member_id=member_id))))
        figures.earn.append(await _timed(database.write(partial(_earn, member_id=member_id, number=number))))
        figures.spend.append(await _timed(database.write(partial(_spend, member_id=member_id, number=number))))
    began = time.perf_counter()
    figures.lapsed = await _all(database, expiry.expire_due, expiry.AT_ONCE)
    figures.reviewed = await _all(database, partial(tiers.review_due, club=CLUB), tiers.REVIEWED_AT_ONCE)
    figures.night = time.perf_counter() - began
    figures.proof = await _timed(_proved(database))
    return figures


async def _timed(work: Any) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


async def _all(database: Database, unit: Callable[..., int], at_once: int) -> int:
    done = last = await database.write(partial(unit, now=NOW))
    while last == at_once:
        last = await database.write(partial(unit, now=NOW))
        done += last
    return done


async def _proved(database: Database) -> None:
    proof = await database.read(prove)
    if proof.disagreements:
        raise RuntimeError(f"the ledger does not agree: {proof.disagreements[:3]}")


def _look(db: Connection, member_id: int) -> None:
    points.balance(db, member_id, NOW)
    expiry.lapsing_next(db, member_id, NOW)
    points.active_next(db, member_id, NOW)
    tiers.progress(db, member_id, CLUB, NOW)


def _earn(db: Connection, member_id: int, number: int) -> None:
    points.earn(db, member_id, 50, CLUB, reason="purchase", key=f"bench:{number}", now=NOW)
    tiers.review(db, member_id, CLUB, NOW)


def _spend(db: Connection, member_id: int, number: int) -> None:
    points.spend(db, member_id, 120, reason="reward", key=f"bench:spent:{number}", now=NOW)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = await open_database(url, Vault(bytes(32)), deadline=LONGEST)
    try:
        yield database
    finally:
        await database.close()


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite+aiosqlite:///{Path(folder) / 'club.db'}"


DATABASES: dict[str, Callable[[], Any]] = {"SQLite": _sqlite, "PostgreSQL": partial(own_database, durable=True)}


def main() -> None:
    """python -m bench.ledger 1000000 --only SQLite"""
    parser = argparse.ArgumentParser("python -m bench.ledger")
    parser.add_argument("members", type=int, nargs="*", default=QUICK)
    parser.add_argument("--only", choices=tuple(DATABASES))
    options = parser.parse_args()
    print(machine())
    for table in asyncio.run(measured(options.members, [options.only] if options.only else list(DATABASES))):
        print(table.markdown())


if __name__ == "__main__":
    main()
