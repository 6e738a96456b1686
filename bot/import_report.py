"""What came of an import: counts, the first refused rows on screen, all of them in a file beside the imported one."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from rich.console import Console

from bot.csvfile import Record
from club.imports.rows import RowProblem
from storage.imports.rows import Imported

SHOWN = 20
"""Refused rows that are printed."""
GLIMPSE = 60
"""Characters of a cell that are printed."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class Report:
    """Counts and refused rows of one file. The file of refused rows is there only if there are any."""

    def __init__(self, imported: Path, header: Sequence[str]) -> None:
        self.path = imported.with_name(f"{imported.name}.refused.csv")
        self.new = self.joined = self.changed = self.known = self.refused = 0
        self._name = imported.name
        self._header = header
        self._shown: list[RowProblem] = []
        self._file: IO[str] | None = None
        self._rows: Any = None
        self._unwritable = ""

    def __enter__(self) -> Report:
        with suppress(OSError):
            self.path.unlink()  # of an earlier run
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def count(self, outcome: Imported) -> None:
        self.new += outcome.new
        self.joined += outcome.joined
        self.changed += outcome.changed
        self.known += outcome.known

    def refuse(self, record: Record, problem: RowProblem) -> None:
        self.refused += 1
        if len(self._shown) < SHOWN:
            self._shown.append(problem)
        if self._file is None and not self._unwritable:
            self._open()
        if self._file is not None:
            cells = [str(problem.line), problem.column, problem.found, problem.expected, *record.cells]
            self._rows.writerow(harmless(cells))

    def cell(self, record: Record, column: str) -> str:
        return record.cells[self._header.index(column)]

    def print(self, console: Console, rows: str, seconds: float) -> None:
        def say(line: str) -> None:
            console.print(line, markup=False, soft_wrap=True)

        for problem in self._shown:
            say(f"{self._name}, {in_words(problem)}")
        if self.refused > len(self._shown):
            say(f"… and {self.refused - len(self._shown):,} more")
        if self._unwritable:
            say(f"{self.path} cannot be written ({self._unwritable}): what is not shown above is not on record")
        elif self.refused:
            say(f"All refused rows, with their reasons: {self.path}")
        total = self.new + self.joined + self.changed + self.known + self.refused
        joined = f"{self.joined:,} prospects became members, " if self.joined else ""
        changed = f"{self.changed:,} changed, " if self.changed else ""
        say(
            f"{total:,} rows of {rows}: {self.new:,} new, {joined}{changed}{self.known:,} already there, "
            f"{self.refused:,} refused; {seconds:.1f} s, {total / seconds:,.0f} rows/s"
        )

    def _open(self) -> None:
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # it holds personal data
        except OSError as error:
            self._unwritable = error.strerror or "no reason given"
            return
        self._file = os.fdopen(descriptor, "w", encoding="utf-8-sig", errors="replace", newline="")
        self._rows = csv.writer(self._file)
        self._rows.writerow(["line", "column", "found", "expected", *self._header])


def in_words(problem: RowProblem) -> str:
    """line 7, birthday: found '30 Feb', expected …"""
    where = f"line {problem.line}, {problem.column}" if problem.column else f"line {problem.line}"
    return f"{where}: found {problem.found[:GLIMPSE]!r}, expected {problem.expected}"


def harmless(cells: Iterable[str]) -> list[str]:
    """For a spreadsheet: a cell that it would run as a formula gets a ' in front."""
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]
