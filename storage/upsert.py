"""INSERT … ON CONFLICT DO NOTHING, in the words of either database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def ignoring_insert(db: Connection, table: Table) -> Any:
    """An INSERT into the table that leaves a row alone which is there already."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    insert: Any = dialect.insert(table).on_conflict_do_nothing()
    return insert.execution_options(preserve_rowcount=True)  # else SQLAlchemy forgets it for an INSERT


def insert_new(db: Connection, table: Table, **values: Any) -> bool:
    """Insert one row unless it is there already; True where it was new."""
    return db.execute(ignoring_insert(db, table).values(**values)).rowcount == 1


def insert_all_new(db: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert those of many rows that are not there yet. How many those were, not every driver tells."""
    if rows:
        db.execute(ignoring_insert(db, table), rows)
