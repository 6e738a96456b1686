"""What `guanxi try` is furnished with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event

from bot.demo import furnishing
from storage.database import Unit, open_database
from storage.sealing import Vault
from tests.club import MASTER_KEY, NOON, a_club

MOST = 150
"""Statements: a unit of an ordinary update has tens."""


async def test_no_unit_that_furnishes_the_demo_is_a_long_one(sqlite_url: str) -> None:
    """All in one ran past the deadline of a unit, 5 seconds, on a busy machine."""
    database = await open_database(sqlite_url, Vault(MASTER_KEY))
    counted = [await database.write(counting(unit)) for unit in furnishing(a_club(), NOON)]
    await database.close()
    assert 0 < max(counted) <= MOST < sum(counted) / 5


def counting(unit: Unit[object]) -> Unit[int]:
    def run(db: Connection) -> int:
        statements: list[str] = []

        def note(_db: Any, _cursor: Any, statement: str, *_: Any) -> None:
            statements.append(statement)

        event.listen(db, "before_cursor_execute", note)
        try:
            unit(db)
        finally:
            event.remove(db, "before_cursor_execute", note)
        return len(statements)

    return run
