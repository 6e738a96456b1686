"""Column types that mean the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, DateTime, Dialect, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Id = BigInteger().with_variant(Integer, "sqlite")
"""64-bit whole number: row ids, Telegram ids, points, minor money units. SQLite's INTEGER is 64-bit already."""


def last_moment(end: datetime) -> datetime:
    """A moment of the last day of what ends with a day, at `end`: by its date people are told until when it is good."""
    return end - timedelta(seconds=1)


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970."""
    return (moment - EPOCH) // _MICROSECOND


def moment_of(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


class Instant(TypeDecorator[datetime]):
    """A moment, always with UTC: `timestamptz` on PostgreSQL, whole microseconds since 1970 on SQLite.

    A datetime without a zone is refused: it would be read as somebody's local time sooner or later.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Integer())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone was given to the database")
        return microseconds(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return moment_of(value) if dialect.name == "sqlite" else value.astimezone(UTC)


class AllOver(FunctionElement[Any]):
    """A column that is compared row by row: SQLite would take an index on it for half of a table too, and be slower."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(AllOver, "sqlite")
def _by_no_index(element: AllOver, compiler: SQLCompiler, **options: Any) -> str:
    return f"+{compiler.process(element.clauses, **options)}"


@compiles(AllOver, "postgresql")
def _by_its_own_choice(element: AllOver, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


class Microseconds(FunctionElement[int]):
    """A moment as whole microseconds since 1970, to be reckoned with: what SQLite keeps anyway."""

    type = Id
    inherit_cache = True


@compiles(Microseconds, "sqlite")
def _as_kept(element: Microseconds, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(Microseconds, "postgresql")
def _from_epoch(element: Microseconds, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(EXTRACT(EPOCH FROM {compiler.process(element.clauses, **options)}) * 1000000 AS BIGINT)"
