"""SQLite under SQLAlchemy Core, on the thread and connection that an aiosqlite connection owns.

One writer connection and one reader beside it (WAL). Up to `SHARED` waiting units share one durable commit, each in its
savepoint: a commit costs a disk flush, whether one customer or sixteen are waiting for it. What was committed moves
from the write-ahead log into the database on a third connection: no customer waits for that.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from traceback import clear_frames
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.exc import OperationalError

from storage.database import AFTER, DatabaseProblem, Unit
from storage.own_thread import OwnThread
from storage.sealing import Vault
from storage.watch import Watch, watched
from storage.write_back import LOG_PAGES, WriteBack

T = TypeVar("T")
log = structlog.get_logger(__name__)

SHARED = 16
"""Units that share one transaction at most."""

PRAGMAS: tuple[str, ...] = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # what was confirmed survives power loss
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",  # for whoever does not write: see `SHORT_WAIT`
    "PRAGMA secure_delete = ON",  # erased means overwritten
    "PRAGMA cache_size = -24000",
    f"PRAGMA wal_autocheckpoint = {LOG_PAGES}",
)
SMALL_CACHE = "PRAGMA cache_size = -8000"
"""Of the reader: what it looks at, the writer has mostly read, and the operating system keeps it for both."""
SHORT_WAIT = "PRAGMA busy_timeout = 1"
"""Of the writer, which waits by itself: see `ASK_AGAIN`."""
TURN = 5.0
"""Seconds that a writer waits for its turn while another process writes: an import, a command in a shell."""
ASK_AGAIN = 0.002
"""Seconds between two tries for it. SQLite's own waiting looks ten times a second, and beside a bot that has always
something to write it hits the moment between two transactions by luck only: up to 4 s, or never."""


class TransactionLost(Exception):
    """SQLite rolled the whole shared transaction back (disk full, interrupt): its units must run one by one."""


class Outcome:
    """What came of a unit: a value or an error, and what is to be done once it is committed."""

    __slots__ = ("acts", "error", "value")

    def __init__(
        self, value: Any = None, error: BaseException | None = None, acts: Sequence[Callable[[], None]] = ()
    ) -> None:
        self.value = value
        self.error = error
        self.acts = acts


class Lane:
    """One connection, its thread, and the SQLAlchemy connection over it."""

    def __init__(self, thread: OwnThread, vault: Vault, begin: str) -> None:
        self.thread = thread
        self.vault = vault
        self.engine = _engine(thread, vault, begin)
        self.watch = Watch(thread.interrupt_now)
        self._connection: Connection | None = None

    @classmethod
    async def open(cls, path: str, vault: Vault, begin: str, extra: tuple[str, ...] = ()) -> Lane:
        return cls(await OwnThread.open(path, PRAGMAS + extra), vault, begin)

    def connection(self) -> Connection:
        if self._connection is None:
            self._connection = self.engine.connect()
        return self._connection

    def alone(self, unit: Unit[T]) -> T:
        with self._transaction() as db:
            acts = db.info[AFTER] = []
            with self.watch:  # it ends before the commit: nothing may strike into that
                value = unit(db)
        for act in acts:
            act()
        return value

    def together(self, units: list[Unit[Any]]) -> list[Outcome]:
        """Each unit in its savepoint, one commit for all. Raises where the transaction as a whole is gone."""
        with self._transaction() as db:
            outcomes = [self._in_savepoint(db, unit) for unit in units]
        for outcome in outcomes:
            for act in outcome.acts:
                act()
        return outcomes

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        db = self.connection()
        try:
            with db.begin():
                yield db
        except BaseException as error:
            self.vault.forget_all()
            _let_go(error)
            if self.thread.driver.in_transaction:  # a commit that failed leaves it open
                self.thread.driver.rollback()
            raise

    def _in_savepoint(self, db: Connection, unit: Unit[Any]) -> Outcome:
        driver = self.thread.driver  # past SQLAlchemy, whose bookkeeping costs more than the savepoint
        driver.execute("SAVEPOINT unit")
        acts: list[Callable[[], None]] = []
        db.info[AFTER] = acts
        try:
            with self.watch:
                outcome = Outcome(unit(db), acts=acts)
        except Exception as error:
            self.vault.forget_all()
            _let_go(error)
            if not driver.in_transaction:
                raise TransactionLost from error
            driver.execute("ROLLBACK TO unit")
            outcome = Outcome(error=error)
        driver.execute("RELEASE unit")
        return outcome

    def clear_log(self) -> bool:
        """Cut the write-ahead log to nothing, unless a reader (a backup) needs it for longer than a moment."""
        driver = self.thread.driver  # between two units: no transaction is open
        try:
            driver.execute("PRAGMA busy_timeout = 200")
            busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            driver.execute(SHORT_WAIT)
        return not busy

    async def close(self) -> None:
        def dispose() -> None:
            if self._connection is not None:
                self._connection.close()
            self.engine.dispose()

        await self.thread.run(dispose)
        await self.thread.close()


def _let_go(error: BaseException | None) -> None:
    """A query that was cut stays open as long as the frames of the error know it, and SQLite cuts with it whatever
    begins meanwhile."""
    while error is not None:
        clear_frames(error.__traceback__)
        error = error.__context__


def _engine(thread: OwnThread, vault: Vault, begin: str) -> Engine:
    engine = create_engine("sqlite://", creator=lambda: thread.driver, poolclass=StaticPool, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def carry_vault(_driver: Any, record: Any) -> None:
        record.info["vault"] = vault

    @event.listens_for(engine, "begin")
    def begin_explicitly(db: Connection) -> None:
        # The driver stands in autocommit: left to itself, a SAVEPOINT would open the transaction and RELEASE commit it.
        _take_turn(thread.driver, begin)

    return engine


def _take_turn(driver: sqlite3.Connection, begin: str) -> None:
    """Begin, as soon as whoever writes lets go. Raises `OperationalError` after `TURN` seconds."""
    until = time.monotonic() + TURN
    while True:
        try:
            driver.execute(begin)
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise OperationalError(begin, (), error) from error
        time.sleep(ASK_AGAIN)


Waiting = tuple[Unit[Any], asyncio.Future[Any]]


class SqliteDatabase:
    """See the module."""

    dialect = "sqlite"

    def __init__(self, writer: Lane, reader: Lane, write_back: WriteBack, deadline: float) -> None:
        self._writer = writer
        self._reader = reader
        self._write_back = write_back
        self._deadline = deadline
        self._waiting: deque[Waiting] = deque()
        self._patient: deque[Waiting] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._loop = asyncio.create_task(self._serve(), name="sqlite writer")

    @classmethod
    async def open(cls, path: str, vault: Vault, deadline: float) -> SqliteDatabase:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        writer = await Lane.open(path, vault, "BEGIN IMMEDIATE", (SHORT_WAIT,))
        os.chmod(path, 0o600)
        reader = await Lane.open(path, vault, "BEGIN", ("PRAGMA query_only = ON", SMALL_CACHE))
        keeper = await OwnThread.open(path, PRAGMAS)
        return cls(writer, reader, WriteBack(keeper), deadline)

    async def write(self, unit: Unit[T], *, patient: bool = False) -> T:
        if self._closing:
            raise DatabaseProblem("the database is closing")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        (self._patient if patient else self._waiting).append((unit, future))
        self._wake.set()
        return await future

    async def read(self, unit: Unit[T]) -> T:
        return await self._reader.thread.run(partial(self._reader.alone, unit))

    async def clear_log(self) -> bool:
        """The log still holds pages as they were: write them back and cut it to nothing."""
        async with self._write_back.resting():
            return await self._writer.thread.run(self._writer.clear_log)

    async def close(self) -> None:
        """Finish what waits, then close all connections on their threads."""
        self._closing = True
        self._wake.set()
        await self._loop
        await self._write_back.close()
        await self._writer.close()
        await self._reader.close()

    async def _serve(self) -> None:
        """Groups of what is in a hurry and single patient units take turns."""
        while self._waiting or self._patient or not self._closing:
            if not self._waiting and not self._patient:
                self._wake.clear()
                await self._wake.wait()
                continue
            if self._waiting:
                await self._commit([self._waiting.popleft() for _ in range(min(SHARED, len(self._waiting)))])
            if self._patient:
                await self._commit([self._patient.popleft()])

    async def _commit(self, group: Sequence[Waiting]) -> None:
        outcomes = await self._run([unit for unit, _ in group])
        self._write_back.due()
        for (_, future), outcome in zip(group, outcomes, strict=True):
            if future.done():
                continue
            if outcome.error is None:
                future.set_result(outcome.value)
            else:
                future.set_exception(outcome.error)

    async def _run(self, units: list[Unit[Any]]) -> list[Outcome]:
        if len(units) > 1:
            try:
                return await self._watched(partial(self._writer.together, units))
            except Exception as error:
                log.warning("shared transaction lost, its units run one by one", error=type(error).__name__)
        return [await self._single(unit) for unit in units]

    async def _single(self, unit: Unit[Any]) -> Outcome:
        try:
            return Outcome(await self._watched(partial(self._writer.alone, unit)))
        except Exception as error:
            return Outcome(error=error)

    async def _watched(self, crossing: Callable[[], T]) -> T:
        task = asyncio.ensure_future(self._writer.thread.run(crossing))
        return await watched(task, self._writer.watch, self._deadline)
