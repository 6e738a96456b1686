"""Moves what was committed from SQLite's write-ahead log into the database (a checkpoint), off the way of the commits.

Left to itself SQLite does it inside of one commit in every thousand pages, and whoever waits for that one waits for the
whole of it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from storage.own_thread import OwnThread

log = structlog.get_logger(__name__)

PAUSE = 1.0
"""Seconds between a commit and the writing back of what has come together until then."""
LOG_PAGES = 16_000
"""Pages (of 4 KiB) at which a commit writes back itself. Only a log that is never at rest grows to this: it starts from
the front again when all of it is written back."""


class WriteBack:
    """Not while it is `resting()`: two checkpoints at once refuse each other."""

    def __init__(self, thread: OwnThread) -> None:
        self._thread = thread
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._again = False

    def due(self) -> None:
        """Something was committed."""
        self._again = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="sqlite write-back")

    @asynccontextmanager
    async def resting(self) -> AsyncIterator[None]:
        """Until the end of the block nothing is written back."""
        async with self._lock:
            yield

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        async with self._lock:
            await self._thread.close()

    async def _run(self) -> None:
        while self._again:
            self._again = False
            await asyncio.sleep(PAUSE)
            async with self._lock:
                try:
                    await self._thread.run(self._checkpoint)
                except sqlite3.Error as error:  # the disk is full: the log keeps it, and commits say so themselves
                    log.warning("write-ahead log not written back", error=str(error))

    def _checkpoint(self) -> None:
        self._thread.driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
