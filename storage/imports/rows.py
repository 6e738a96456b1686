"""What every import does: look up many at once, number new rows, insert hundreds with one statement."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, Table, any_, func, literal, select, text

from storage.types import Instant, moment_of

T = TypeVar("T")

ROWS_A_STATEMENT = 500

_IMPORT_LOCK = 0x67786D
"""PostgreSQL advisory lock: of several imports, one writes."""


@dataclass(frozen=True)
class Refusal:
    """A row that the database has a reason against: its place in the batch, the column, and what would work."""

    place: int
    column: str
    expected: str


@dataclass(frozen=True)
class Imported:
    """What came of a batch. `joined`: prospects of ours who became members; `changed`: rows that changed what was on
    file; `known`: rows that changed nothing."""

    new: int = 0
    joined: int = 0
    known: int = 0
    refused: tuple[Refusal, ...] = ()
    changed: int = 0


def free_ids(db: Connection, table: Table, count: int) -> list[int]:
    """Ids for new rows. On SQLite nobody else writes meanwhile; PostgreSQL has a sequence."""
    if db.dialect.name == "sqlite":
        highest = db.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
        return list(range(highest + 1, highest + 1 + count))
    query = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
    return list(db.execute(query, {"table": table.name, "count": count}).scalars())


def among(db: Connection, column: Column[T], values: Collection[T]) -> ColumnElement[bool]:
    """One parameter, however many values: thousands of them cost more than the search does."""
    if db.dialect.name == "sqlite":
        return column.in_(select(func.json_each(json.dumps(list(values))).table_valued("value").c.value))
    return column == any_(literal(list(values), ARRAY(column.type)))


def moments(db: Connection) -> Callable[[datetime | None], Any]:
    """How this database stores a moment."""
    return lru_cache(1024)(partial(Instant().process_bind_param, dialect=db.dialect))


def instants(db: Connection) -> Callable[[int | None], Any]:
    """The same for moments in whole microseconds since 1970, as SQLite keeps them anyway."""
    if db.dialect.name == "sqlite":
        return lambda kept: kept
    return lru_cache(1024)(lambda kept: None if kept is None else moment_of(kept))


def insert(db: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> int:
    """Insert what is not there yet; how many rows were new. Columns that all rows leave empty are left out."""
    if not rows:
        return 0
    by_column = zip(columns, zip(*rows, strict=True), strict=True)
    filled = [(name, values) for name, values in by_column if values.count(None) < len(values)]
    into = f"INSERT INTO {table.name} ({', '.join(name for name, _ in filled)}) VALUES"
    cells = list(zip(*(values for _, values in filled), strict=True))
    if db.dialect.name != "sqlite":
        row = ", ".join(["%s"] * len(filled))
        return db.exec_driver_sql(f"{into} ({row}) ON CONFLICT DO NOTHING", cells).rowcount
    row = f"({', '.join('?' * len(filled))})"
    inserted = 0
    for start in range(0, len(cells), ROWS_A_STATEMENT):
        chunk = cells[start : start + ROWS_A_STATEMENT]
        statement = f"{into} {', '.join([row] * len(chunk))} ON CONFLICT DO NOTHING"
        inserted += db.exec_driver_sql(statement, tuple(chain.from_iterable(chunk))).rowcount
    return inserted


def one_import_at_a_time(db: Connection) -> None:
    """SQLite has one writer anyway."""
    if db.dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _IMPORT_LOCK})
