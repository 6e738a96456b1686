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


def insert_new(db: Connection, table: Table, **values: Any) -> bool:
    """Insert one row unless it is there already; True where it was new."""
    return db.execute(ignoring_insert(db, table).values(**values)).rowcount == 1


def insert_all_new(db: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert those of many rows that are not there yet. How many those were, not every driver tells."""
    if rows:
        db.execute(ignoring_insert(db, table), rows)
