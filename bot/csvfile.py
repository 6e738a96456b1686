"""Rows of a CSV file as people save them: whichever encoding, delimiter and line ends their program preferred.

Nothing but the row at hand is in memory, and a broken row costs only itself: a quotation mark that is never closed
does not swallow the rest of the file.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from club.imports.rows import Columns, HeaderProblem

DELIMITERS = ",;\t"
MAX_CHARACTERS = 65_536
"""Of one row; a longer one is refused."""
MAX_LINES = 50
"""Of one row: a quoted cell may hold line breaks."""

BLOCK = 200
"""Lines that are read at once, which is faster."""

_ENDS = ("\n", "\r")
_UNREADABLE = "\udc80"
"""Stands where bytes could not be decoded; no decoder makes it by itself."""

codecs.register_error("guanxi-unreadable", lambda error: (_UNREADABLE, error.end))  # type: ignore[attr-defined]


class Record(NamedTuple):
    """A row: the line it begins on, its cells, and what is wrong with it as text, if anything."""

    line: int
    cells: list[str]
    found: str = ""
    expected: str = ""


class RunAway(Exception):
    """A row goes on for too long."""


class CsvFile:
    """An open file whose header is understood. Raises `HeaderProblem` where it is not, `OSError` without a file."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self.path = path
        self._bytes = path.open("rb")
        try:
            self.size = path.stat().st_size
            self.encoding = encoding_of(self._bytes)
            self._bytes.seek(0)
            self._lines = _Lines(io.TextIOWrapper(self._bytes, self.encoding, errors="guanxi-unreadable", newline=""))
            self.delimiter, self.header = self._header(columns)
        except BaseException:
            self._bytes.close()
            raise

    def __enter__(self) -> CsvFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._bytes.close()

    @property
    def position(self) -> int:
        """How many bytes have been read."""
        return self._bytes.tell()

    def batches(self, size: int) -> Iterator[list[Record]]:
        records = self._records()
        while batch := list(islice(records, size)):
            yield batch

    def _header(self, columns: Columns) -> tuple[str, list[str]]:
        """The delimiter under which the first line names most columns, and the names."""
        first = next(self._lines, "")
        if first.lower().startswith("sep="):  # a note from spreadsheet to spreadsheet
            first = next(self._lines, "")
        if not first.strip():
            raise HeaderProblem(f"the first line: found nothing, expected {', '.join(columns.required)}")
        readings = [(delimiter, _names(first, delimiter)) for delimiter in DELIMITERS]
        delimiter, header = max(readings, key=lambda reading: sum(name in columns.known for name in reading[1]))
        columns.check(header)
        return delimiter, header

    def _records(self) -> Iterator[Record]:
        while True:
            first, rows = self._lines.number + 1, self._plain_rows()
            if rows is None:
                return
            for line, cells in enumerate(rows, first):
                if self._has_content(cells):
                    yield Record(line, cells)
            while self._lines.returned:
                yield from self._next_row()

    def _plain_rows(self) -> list[list[str]] | None:
        """Some rows at once, where each is a line and has no flaw, as almost always. None at the end of the file."""
        block = self._lines.block()
        if not block:
            return None
        with suppress(csv.Error):
            rows = list(csv.reader(block, delimiter=self.delimiter, strict=True))
            if len(rows) == len(block) and not _flaw("".join(block)) and max(map(len, block)) < MAX_CHARACTERS:
                return rows
        self._lines.give_back(block)
        return []

    def _next_row(self) -> Iterator[Record]:
        """A row that may be of several lines, or broken; nothing for an empty one."""
        lines = self._lines
        lines.taken.clear()
        line = lines.number + 1
        try:
            cells = next(csv.reader(lines, delimiter=self.delimiter, strict=True))
        except (RunAway, csv.Error) as error:
            first, *rest = lines.taken
            lines.give_back(rest)
            wanted = "a row that ends" if isinstance(error, RunAway) else "quotation marks in pairs around a cell"
            yield Record(line, [first.rstrip("\r\n")], first.strip()[:60], wanted)
            return
        if self._has_content(cells):
            flaw = _flaw("".join(lines.taken))
            yield Record(line, cells, flaw, f"text in {self.encoding.removesuffix('-sig').upper()}" if flaw else "")

    def _has_content(self, cells: list[str]) -> bool:
        while len(cells) > len(self.header) and not cells[-1].strip():
            cells.pop()  # spreadsheets keep empty columns
        return any(cells)


class _Lines:
    """The lines of a file, counted. Lines that were taken can be given back."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._read = partial(text.readline, MAX_CHARACTERS)
        self.returned: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._next()
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) >= MAX_CHARACTERS and not line.endswith(_ENDS):
            while (more := self._next()) and not more.endswith(_ENDS):
                pass
            line += "\n"
        self.taken.append(line)
        if len(self.taken) > MAX_LINES or sum(map(len, self.taken)) >= MAX_CHARACTERS:
            raise RunAway
        return line

    def block(self) -> list[str]:
        """The next lines as they are; a very long one is in pieces."""
        lines = list(islice(iter(self._read, ""), BLOCK))
        self.number += len(lines)
        return lines

    def give_back(self, lines: Sequence[str]) -> None:
        self.returned.extendleft(reversed(lines))
        self.number -= len(lines)

    def _next(self) -> str:
        return self.returned.popleft() if self.returned else self._read()


def _flaw(text: str) -> str:
    if "\0" in text:
        return "a NUL character"
    return "bytes that are no text" if _UNREADABLE in text else ""


def encoding_of(file: BinaryIO) -> str:
    """UTF-16 where a mark says so; else UTF-8 or GB18030, whichever lines that are not plain ASCII speak for."""
    if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    file.seek(0)
    balance = 0
    for line in iter(partial(file.readline, MAX_CHARACTERS), b""):
        if not line.isascii():
            balance += 1 if _is_utf8(line) else -1
    return "utf-8-sig" if balance >= 0 else "gb18030"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _names(line: str, delimiter: str) -> list[str]:
    names = [name.strip().lower() for name in next(csv.reader([line], delimiter=delimiter), [])]
    while names and not names[-1]:
        names.pop()
    return names
