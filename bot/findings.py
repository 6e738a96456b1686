"""What a look-over finds, one line each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One line. A problem's line says where, what was found and what would work."""

    well: bool
    line: str


def well(line: str) -> Finding:
    return Finding(True, line)


def wrong(line: str) -> Finding:
    return Finding(False, line)
