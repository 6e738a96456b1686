"""A promotion of a marketer's to everybody, ready to go out as soon as a program works on its database."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from bench.bots import FIRST_MEMBER, Installation, noon_zone
from bot.rules import club_of
from bot.settings import Settings
from campaigns import campaigns, steps
from club import search
from storage import campaigns as rows
from storage.database import Database, open_database
from storage.members import sealed_anew
from storage.sealing import Vault, read_key
from storage.tables import member

KEY = "tea"
CLUB = club_of(Settings())
TEXTS = {"en": "Dear {{ name|default('member') }}, the new oolong is here. Shall we put one aside for you?"}
AT_ONCE = 5_000
PROMOTION: dict[str, Any] = {
    "key": KEY,
    "kind": "promotion",
    "audience": {"consent": {"to": "marketing"}},
    "texts": TEXTS,
    "ends_on": "2099-12-31",
    "holdout": 0,
}


async def prepare(place: Installation, messages: int) -> None:
    """Tables and key, so many members who want to hear from the club, and the promotion, approved."""
    place.command("migrate")
    database = await opened(place)
    try:
        for first in range(0, messages, AT_ONCE):
            some = range(first, min(first + AT_ONCE, messages))
            await database.write(partial(_people, numbers=some))
        while await database.write(search.fill) == search.FILLED_AT_ONCE:
            pass  # an installation at rest: its members are found by their names
        await database.write(lambda db: approve(db, PROMOTION))
    finally:
        await database.close()


async def opened(place: Installation) -> Database:
    settings = place.settings()
    return await open_database(
        settings["GUANXI_STORAGE__URL"], Vault(read_key(Path(settings["GUANXI_STORAGE__KEY_FILE"]))), deadline=600
    )


def _people(db: Connection, numbers: range) -> None:
    now, vault = datetime.now(UTC), db.info["vault"]
    columns = {"status": "member", "language": "en", "zone": noon_zone(), "marketing": 1, "joined_at": now}
    found = []
    for number in numbers:
        sealed, _ = sealed_anew(vault, name=f"Member {number}", username=None)
        who = {"telegram_id": FIRST_MEMBER + number, "number": f"GX-{number}", "created_at": now}
        found.append(columns | who | sealed)
    db.execute(insert(member), found)


def approve(db: Connection, data: dict[str, Any]) -> int:
    """The campaign is on; its id."""
    now = datetime.now(UTC)
    draft = campaigns.create(db, data, None, CLUB, now)
    campaigns.submit(db, draft, None, CLUB, now)
    rows.move(db, draft.id, steps.SUBMITTED, steps.APPROVED, plan_at=now, look_at=now)
    rows.add_event(db, draft.id, steps.APPROVE, None, steps.APPROVED, None, now)
    return draft.id
