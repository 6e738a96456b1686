"""A row under its header: which columns a file has, and what each line of it comes to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")

REMEMBERED = 10_000
"""Distinct dates, cities and the like whose reading is kept: they repeat."""


@dataclass(frozen=True)
class RowProblem:
    """Why a row is refused. `column` is empty where the row as a whole is meant."""

    line: int
    column: str
    found: str
    expected: str


class Wrong(Exception):
    """A cell does not say what it should; the message is what would work."""

    def __init__(self, expected: str, column: str | None = None) -> None:
        super().__init__(expected)
        self.column = column


class HeaderProblem(Exception):
    """The first line does not name the columns; the message says what was found and expected."""


@dataclass(frozen=True)
class Columns:
    """The columns that a file must have, and those that it may have. Their order is free."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        return self.required + self.optional

    def check(self, header: Sequence[str]) -> None:
        """Raises `HeaderProblem` for a column that is unknown, missing or there twice."""
        faults = {
            "unknown": [name for name in header if name not in self.known],
            "missing": [name for name in self.required if name not in header],
            "more than once": sorted({name for name in header if header.count(name) > 1}),
        }
        said = "; ".join(f"{fault}: {_listed(found)}" for fault, found in faults.items() if found)
        if said:
            also = f" and, where wanted, {_listed(self.optional)}" if self.optional else ""
            raise HeaderProblem(
                f"the first line: found the columns {_listed(header)} ({said}), expected {_listed(self.required)}{also}"
            )


def _listed(words: Sequence[str]) -> str:
    return ", ".join(repr(word[:40]) if not word.isidentifier() else word for word in words[:30]) or "nothing"


class RowReader(Generic[T]):
    """Reads the rows under one header. Called with a line number and its cells."""

    def __init__(
        self, header: Sequence[str], cells: dict[str, Callable[[str], Any]], make: Callable[[dict[str, Any]], T]
    ) -> None:
        self._width = len(header)
        self._cells = [(name, header.index(name), read) for name, read in cells.items() if name in header]
        self._make = make

    def __call__(self, line: int, row: Sequence[str]) -> T | RowProblem:
        if len(row) != self._width:
            return RowProblem(line, "", f"{len(row)} fields", f"{self._width} fields, as many as the first line has")
        values: dict[str, Any] = {}
        name = ""
        at = 0
        try:
            for name, at, read in self._cells:
                values[name] = read(row[at].strip())
            return self._make(values)
        except Wrong as wrong:
            if wrong.column is not None:
                name, at = next((name, at) for name, at, _ in self._cells if name == wrong.column)
            return RowProblem(line, name, row[at], str(wrong))
