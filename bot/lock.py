"""One process at a time: a locked file beside an embedded database, an advisory lock on PostgreSQL.

Both are held by the living process itself, so nothing has to be cleaned up after kill -9.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import make_url

from storage.database import DatabaseProblem, sqlite_path, utc_now

if TYPE_CHECKING:
    from psycopg import AsyncConnection

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
"""How often a standby asks for the lock, and a leader whether it still has its connection."""
ANSWER_SECONDS = 5.0
"""How long a leader waits for that answer before it takes the connection for dead."""

_PATIENCE: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    # The server too must notice a machine that is gone, or the lock would outlive it by two hours.
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3",
}


class ProcessLocked(Exception):
    """Another process holds this database; the message says which one."""


@contextmanager
def hold_database(url: str) -> Iterator[None]:
    """Keep every other process off an embedded database. Raises `ProcessLocked`; nothing to do on PostgreSQL."""
    path = sqlite_path(url)
    if path is None:
        yield
        return
    descriptor = _lock(path)
    _held.add(descriptor)
    try:
        yield
    finally:
        _held.discard(descriptor)
        os.ftruncate(descriptor, 0)
        os.close(descriptor)


_held: set[int] = set()


def _let_go_in_child() -> None:
    """A forked worker shares the lock; it must not keep it when its parent is killed."""
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_let_go_in_child)


def _lock(path: Path) -> int:
    file = path.resolve().with_name(path.resolve().name + ".lock")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DatabaseProblem(f"storage.url: '{file}' cannot be made ({error.strerror})") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip() or "another process"
        os.close(descriptor)
        raise ProcessLocked(
            f"{path.name} is held by {holder}; stop it first, or use PostgreSQL for several processes"
        ) from error
    holder = f"process {os.getpid()} on {socket.gethostname()} since {utc_now():%Y-%m-%d %H:%M} UTC"
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, holder.encode(), 0)
    return descriptor


class Leadership:
    """Of several processes on one PostgreSQL database, one works and the others stand by.

    async with Leadership(url, bot_id) as leadership:
        await leadership.acquire()  # until this process is the leader
        await leadership.lost()  # until it is not: stop working at once
    """

    def __init__(self, url: str, bot_id: int) -> None:
        self._address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._key = _lock_key(bot_id)
        self._connection: AsyncConnection | None = None

    async def __aenter__(self) -> Leadership:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.release()

    @property
    def held(self) -> bool:
        """As far as is known; `lost` is what finds out."""
        return self._connection is not None

    async def acquire(self) -> None:
        """Wait until this process leads, through restarts of the server as well."""
        standing_by = False
        while not await self._try():
            if not standing_by:
                log.info("another process leads, standing by")
                standing_by = True
            await asyncio.sleep(POLL_SECONDS)
        log.info("this process leads")

    async def lost(self) -> None:
        """Complete when the connection is dead, and the lock with it: another process may lead by now."""
        alive = True
        while alive:
            await asyncio.sleep(POLL_SECONDS)
            alive = await self._answers()
        log.error("lost the connection that holds the lead")
        await self.release()

    async def release(self) -> None:
        """Let another process lead."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):
                await connection.close()

    async def _try(self) -> bool:
        import psycopg

        try:
            connection = await psycopg.AsyncConnection.connect(self._address, autocommit=True, **_PATIENCE)
        except psycopg.OperationalError as error:
            log.warning("PostgreSQL does not answer", error=str(error).splitlines()[0])
            return False
        try:
            cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", [self._key])
            if await cursor.fetchone() == (True,):
                self._connection = connection
        except psycopg.OperationalError as error:
            log.warning("PostgreSQL does not answer", error=type(error).__name__)
        finally:
            if self._connection is not connection:
                await connection.close()
        return self.held

    async def _answers(self) -> bool:
        if self._connection is None:
            return False
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._connection.execute("SELECT 1")
        except Exception as error:
            log.warning("PostgreSQL does not answer", error=type(error).__name__)
            return False
        return True


def _lock_key(bot_id: int) -> int:
    """A signed 64-bit number: the lead is per bot, two bots may share a server."""
    digest = hashlib.sha256(b"guanxi lead " + str(bot_id).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
