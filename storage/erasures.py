"""The list of erasures: a file beside the key, which no restored backup turns back. Numbers and moments, no names.

    list.add(erasures)     # on the disk when this returns
    list.read()

One line for each: the number of the member's row, when that row was made, and when it was erased. Lines are only ever
added. A line that a crash cut short is passed over, and its erasure is found and listed again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from storage.privacy import Erasure


class ErasureList:
    """See the module. Its methods touch the disk: nothing for a unit of work."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[Erasure]:
        """All that is listed; nothing where there is no file yet. Raises `OSError`."""
        try:
            lines = self.path.read_text(encoding="ascii", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        return list(_understood(lines))

    def add(self, erasures: Iterable[Erasure]) -> None:
        """List those that are not listed yet, and wait until the disk has them. Raises `OSError`."""
        known = {(one.member_id, one.met_at) for one in self.read()}
        new = [one for one in erasures if (one.member_id, one.met_at) not in known]
        if new or not self.path.exists():
            self._append("".join(_line(one) for one in new))

    def _append(self, lines: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self.path.exists()
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            if _ends_within_a_line(file.fileno()):
                lines = f"\n{lines}"
            file.write(lines.encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            _flush_directory(self.path.parent)


def _ends_within_a_line(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"


def _flush_directory(path: Path) -> None:
    """A new name is on the disk once its directory is."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _line(one: Erasure) -> str:
    return f"{one.member_id} {one.met_at.isoformat()} {one.at.isoformat()}\n"


def _understood(lines: Iterable[str]) -> Iterator[Erasure]:
    for line in lines:
        words = line.split()
        try:
            number, met_at, at = words
            yield Erasure(int(number), datetime.fromisoformat(met_at), datetime.fromisoformat(at))
        except ValueError:
            continue
