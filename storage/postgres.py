"""PostgreSQL through psycopg 3: each unit on a pool thread, in a transaction of its own."""

from __future__ import annotations

import asyncio
import random
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from storage.database import AFTER, DatabaseProblem, Unit, UnitTimedOut
from storage.sealing import Vault
from storage.watch import Watch, watched

T = TypeVar("T")
log = structlog.get_logger(__name__)

POOL = 4
TRIES = 5
RETRIED = {"40001", "40P01"}
"""serialization_failure and deadlock_detected: the unit did nothing and may simply run again."""


class PostgresDatabase:
    """See the module."""

    dialect = "postgresql"

    def __init__(self, engine: Engine, vault: Vault, deadline: float) -> None:
        self._engine = engine
        self._vault = vault
        self._deadline = deadline
        self._threads = ThreadPoolExecutor(POOL, thread_name_prefix="postgres")

    @classmethod
    async def open(cls, url: URL, vault: Vault, deadline: float) -> PostgresDatabase:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=POOL,
            max_overflow=0,
            pool_pre_ping=True,
            hide_parameters=True,  # an error must not show what somebody wrote
            isolation_level="READ COMMITTED",
            connect_args={"options": f"-c statement_timeout={int(deadline * 1000)} -c timezone=UTC"},
        )

        @event.listens_for(engine, "engine_connect")
        def carry_vault(db: Connection) -> None:
            db.info["vault"] = vault

        database = cls(engine, vault, deadline)
        try:
            await database.read(lambda db: db.execute(text("SELECT 1")).scalar_one())
        except OperationalError as error:
            await database.close()
            reason = str(error.orig).strip().splitlines()[0]
            raise DatabaseProblem(
                f"storage.url: no answer from PostgreSQL at '{url.host or 'local socket'}' ({reason}), "
                "expected a server that lets this user in"
            ) from error
        return database

    async def write(self, unit: Unit[T], *, patient: bool = False) -> T:
        loop = asyncio.get_running_loop()
        watch = Watch(lambda: None)  # a long query is ended by statement_timeout
        task = loop.run_in_executor(self._threads, partial(self._transact, unit, watch))
        return await watched(task, watch, self._deadline * 2)

    async def read(self, unit: Unit[T]) -> T:
        return await self.write(unit)

    async def clear_log(self) -> bool:
        """The server keeps its log as its operator set it; rows that were overwritten go with its vacuum."""
        return True

    def _transact(self, unit: Unit[T], watch: Watch) -> T:
        for left in reversed(range(TRIES)):
            try:
                with self._engine.begin() as db:
                    acts = db.info[AFTER] = []
                    with watch:  # it ends before the commit
                        value = unit(db)
                for act in acts:
                    act()
                return value
            except DBAPIError as error:
                self._vault.forget_all()
                code = getattr(error.orig, "sqlstate", None)
                if code == "57014":
                    raise UnitTimedOut from error
                if code not in RETRIED or not left:
                    raise
                _pause()
            except BaseException:
                self._vault.forget_all()
                raise
        raise AssertionError("the last try returns or raises")

    async def close(self) -> None:
        self._threads.shutdown(wait=True)
        self._engine.dispose()


def _pause() -> None:
    """Let the other side of a deadlock finish first."""
    time.sleep(random.uniform(0.005, 0.05))  # noqa: S311 - no secret, only desynchronises
