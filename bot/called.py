"""Which rows have been called, in a small file beside the embedded database.

A row is `sending` from the moment it is claimed, some time before its call. After a kill only this file tells one that
was called from one that still waited for its slot. What a process wrote into a file outlives it, whenever it is killed,
without a commit; and as it is written by memory, not by a call of the system, no other thread gets in between. Where
the machine itself went down the file may know less than was called: then, as without it, whatever was claimed may have
been called.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
import time
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy import Connection

from storage import claims

log = structlog.get_logger(__name__)

BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Since when this machine has been up, as a word of its own. Elsewhere than on Linux nothing is known."""
HEAD = struct.Struct("36s16s")
"""The boot and the owner, as `claims.claim` knows them, of the process that called."""
CALL = struct.Struct("<qd")
"""The row, and when in real time."""
KEPT = 65_536
"""The last calls that are known: more than can be made while a lease lasts."""
SIZE = HEAD.size + KEPT * CALL.size


class Called:
    """One for each process that sends. With no path nothing is known of the process before it."""

    def __init__(self, path: Path | None) -> None:
        self._boot = _boot()
        self._file = _opened(path) if path is not None and self._boot else None
        self._memory: mmap.mmap | None = None
        self._calls = 0

    def never(self, db: Connection) -> list[int]:
        """The rows in `sending` that the process before this one claimed and certainly never called."""
        owner, rows, last = self._read()
        if not owner:
            return []
        # A row whose lease was over by the last call may have been called before what is known here, or is of a backup.
        claimed = claims.claimed_by(db, owner, leased_until=datetime.fromtimestamp(last, UTC))
        return [row for row in claimed if row not in rows]

    def begin(self, owner: str) -> None:
        """From now on it tells of this process; what it told of the one before is gone."""
        if self._file is None:
            return
        self._calls = 0
        try:
            # All of its place is taken now: what is written into memory later on cannot meet a full disk.
            os.pwrite(self._file, HEAD.pack(self._boot, owner.encode()) + bytes(KEPT * CALL.size), 0)
            os.fsync(self._file)
            self._memory = mmap.mmap(self._file, SIZE)
        except OSError as error:
            self._unknown(error)

    def add(self, row_id: int) -> None:
        """This row is called now: whoever comes after a kill has to take it for called."""
        if self._memory is not None:
            CALL.pack_into(self._memory, HEAD.size + self._calls % KEPT * CALL.size, row_id, time.time())
            self._calls += 1

    @property
    def tells(self) -> bool:
        """Will the next process know what this one called?"""
        return self._memory is not None

    def close(self) -> None:
        if self._memory is not None:
            self._memory.close()
            self._memory = None
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _read(self) -> tuple[str, set[int], float]:
        """Who called last, the rows, and when the last one was called; nobody where that is not certain."""
        nobody = "", set[int](), 0.0
        if self._file is None:
            return nobody
        data = os.pread(self._file, SIZE, 0)
        if len(data) < SIZE:
            return nobody
        boot, owner = HEAD.unpack_from(data)
        if boot != self._boot:
            return nobody
        calls = [(row, at) for row, at in CALL.iter_unpack(data[HEAD.size :]) if row]
        return owner.rstrip(b"\0").decode(), {row for row, _ in calls}, max((at for _, at in calls), default=0.0)

    def _unknown(self, error: OSError) -> None:
        """A file that does not know every call is worse than none."""
        log.warning("which messages were called cannot be written down", error=error.strerror)
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, 0)
        self.close()


def _boot() -> bytes:
    try:
        return BOOT.read_bytes().strip()
    except OSError:
        return b""


def _opened(path: Path) -> int | None:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        log.warning("which messages were called cannot be written down", error=error.strerror)
        return None
