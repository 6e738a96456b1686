"""How a unit of work reaches the database: a plain function over a `Connection`, crossing once into its thread.

    balance = await database.write(lambda db: points.earn(db, member_id, 50, now))

A unit may run more than once (a batch that lost its transaction is replayed, PostgreSQL reports a deadlock), so it
changes nothing but the database. A cancelled `await` does not undo it: what was handed over still commits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from storage.sealing import Vault

T = TypeVar("T")
Unit = Callable[[Connection], T]

UNIT_DEADLINE = 5.0
"""Seconds after which a unit that still runs is interrupted and fails with `UnitTimedOut`."""


class UnitTimedOut(Exception):
    """The unit of work ran past its deadline and was interrupted."""


def is_passing(error: Exception) -> bool:
    """Is the database in trouble (deadlock, deadline, disk full, no connection), rather than the unit at fault?"""
    if isinstance(error, DBAPIError):  # the drivers count deadlocks, serialization and deadlines as operational
        return isinstance(error, OperationalError) or error.connection_invalidated
    return isinstance(error, UnitTimedOut)


class DatabaseProblem(Exception):
    """The database cannot be used; the message says where, what was found and what would work."""


class Database(Protocol):
    """One database, embedded or served."""

    dialect: str

    async def write(self, unit: Unit[T], *, patient: bool = False) -> T:
        """Run the unit in a transaction of its own (or a savepoint of a shared one); committed when this returns.
        `patient`: work for many, behind which nobody who waits for an answer shall stand in line."""
        ...

    async def read(self, unit: Unit[T]) -> T:
        """Run a unit that only reads, beside the writer."""
        ...

    async def clear_log(self) -> bool:
        """Leave nothing of what was overwritten in the write-ahead log; False where somebody is reading in it."""
        ...

    async def close(self) -> None: ...


async def open_database(url: str, vault: Vault, deadline: float = UNIT_DEADLINE) -> Database:
    """Open the database that `storage.url` names. Raises `DatabaseProblem`."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        from storage.sqlite import SqliteDatabase

        return await SqliteDatabase.open(parsed.database or "guanxi.db", vault, deadline)
    if parsed.get_backend_name() == "postgresql":
        from storage.postgres import PostgresDatabase

        return await PostgresDatabase.open(parsed, vault, deadline)
    raise DatabaseProblem(
        f"storage.url: found '{parsed.drivername}', expected sqlite+aiosqlite:///FILE or postgresql+psycopg://HOST/NAME"
    )


AFTER = "after"
"""Under this a connection carries what is to be done once its unit is committed."""


def after_commit(db: Connection, act: Callable[[], None]) -> None:
    """Do this once what the unit changed is committed, and not at all where it never is: a unit may be replayed, and
    what is no row would be done twice."""
    db.info[AFTER].append(act)


@contextmanager
def savepoint(db: Connection) -> Iterator[None]:
    """What the block changed is taken back where it raises. As `begin_nested`, without its books, which cost more than
    a query does."""
    db.exec_driver_sql("SAVEPOINT step")
    acts = db.info.get(AFTER, [])
    before = len(acts)
    try:
        yield
    except Exception:
        del acts[before:]
        with suppress(DBAPIError):  # an interrupt may have rolled back everything
            db.exec_driver_sql("ROLLBACK TO step")
            db.exec_driver_sql("RELEASE step")
        raise
    db.exec_driver_sql("RELEASE step")


def sqlite_path(url: str) -> Path | None:
    """The file of an embedded database; None for a served one."""
    parsed = make_url(url)
    return Path(parsed.database or "guanxi.db") if parsed.get_backend_name() == "sqlite" else None


def utc_now() -> datetime:
    return datetime.now(UTC)
