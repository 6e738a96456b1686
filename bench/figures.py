"""Numbers and tables as they are shown: medians with their spread, as Markdown."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from os import cpu_count, getloadavg
from statistics import median


@dataclass(frozen=True)
class Table:
    """One bench as measured: a title, what was done in a sentence or two, columns, rows, and remarks below."""

    title: str
    what: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    remarks: Sequence[str] = ()

    def markdown(self) -> str:
        lines = [f"### {self.title}", "", self.what, ""]
        lines += [_row(self.columns), _row(["---", *(["---:"] * (len(self.columns) - 1))])]
        lines += [_row(row) for row in self.rows]
        lines += ["", *(f"- {remark}" for remark in self.remarks)] if self.remarks else []
        return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def spread(values: Sequence[float], unit: str = "", digits: int = 0) -> str:
    """`612 [598–640] /s`: the median, the least and the greatest."""
    if not values:
        return "–"
    low, middle, high = (f"{value:,.{digits}f}" for value in (min(values), median(values), max(values)))
    suffix = f" {unit}" if unit else ""
    return f"{middle}{suffix}" if len(values) == 1 else f"{middle} [{low}–{high}]{suffix}"


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """How many times as much as the other, by medians."""
    return f"{median(ours) / median(theirs):.2f} ×" if ours and theirs and median(theirs) else "–"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share stays at or below."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def machine() -> str:
    """Date and machine, without anything that names it."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"python-telegram-bot {version('python-telegram-bot')}, SQLAlchemy {version('sqlalchemy')}, "
        f"load before {getloadavg()[0]:.1f}"
    )
