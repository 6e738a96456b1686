"""INSERT … ON CONFLICT DO NOTHING, in the words of either database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def ignoring_insert(db: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT into the table that leaves a row alone which is there already."""
    if db.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def insert_or_ignore(db: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Insert what is not there yet; how many rows were new."""
    if not rows:
        return 0
    return db.execute(ignoring_insert(db, table), rows).rowcount
