"""A SQLite connection on a thread of its own."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import TypeVar, cast

import aiosqlite

from storage.database import DatabaseProblem

T = TypeVar("T")


class OwnThread(aiosqlite.Connection):
    """An aiosqlite connection that runs a whole unit of work on its thread in one crossing."""

    @classmethod
    async def open(cls, path: str, pragmas: Sequence[str]) -> OwnThread:
        """Raises `DatabaseProblem` for a file that is no database."""

        def connect() -> sqlite3.Connection:
            driver = sqlite3.connect(path, isolation_level=None, cached_statements=512)
            try:
                for pragma in pragmas:
                    driver.execute(pragma)
            except BaseException:
                driver.close()
                raise
            return driver

        thread = cls(connect, iter_chunk_size=64)
        try:
            await thread
        except sqlite3.Error as error:
            await asyncio.to_thread(thread._thread.join)  # it reports its end to this loop, which may close at once
            raise DatabaseProblem(f"storage.url: '{path}' does not open as a SQLite database ({error})") from error
        return thread

    async def run(self, function: Callable[[], T]) -> T:
        return cast(T, await self._execute(function))  # type: ignore[no-untyped-call]

    def interrupt_now(self) -> None:
        self._conn.interrupt()

    @property
    def driver(self) -> sqlite3.Connection:
        return self._conn
