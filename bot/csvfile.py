"""Rows of a CSV file as people save them: whichever encoding, delimiter and line ends their program preferred.

Nothing but the row at hand is in memory, and a broken row costs only itself: a quotation mark that is never closed
does not swallow the rest of the file.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from club.imports import Columns, HeaderProblem

DELIMITERS = ",;\t"
MAX_CHARACTERS = 65_536
"""Of one row; a longer one is refused."""
MAX_LINES = 50
"""Of one row: a quoted cell may hold line breaks."""

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
        self._reader = csv.reader(self._lines, delimiter=self.delimiter, strict=True)

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
        lines = self._lines
        width = len(self.header)
        while True:
            lines.begin()
            line = lines.number + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except (RunAway, csv.Error) as error:
                first = lines.give_back_but_first()
                ends = (
                    "a row that ends" if isinstance(error, RunAway) else "quotation marks in pairs, around a whole cell"
                )
                yield Record(line, [first.rstrip("\r\n")], _glimpse(first), ends)
                continue
            while len(cells) > width and not cells[-1].strip():
                cells.pop()  # spreadsheets keep empty columns
            if not any(cells):
                continue
            if lines.flaw:
                yield Record(line, cells, lines.flaw, f"text in {self.encoding.removesuffix('-sig').upper()}")
            else:
                yield Record(line, cells)


class _Lines:
    """The lines of a file, numbered; the lines of the current row can be given back."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._returned: deque[str] = deque()
        self._taken: list[str] = []
        self.number = 0
        self.flaw = ""

    def begin(self) -> None:
        self._taken.clear()
        self.flaw = ""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        again = bool(self._returned)
        line = self._returned.popleft() if again else self._text.readline(MAX_CHARACTERS)
        if not line:
            raise StopIteration
        self.number += 1
        taken = self._taken
        taken.append(line)
        if len(line) == MAX_CHARACTERS:
            if not again:
                self._skip_line()
            raise RunAway
        if len(taken) > 1 and (len(taken) > MAX_LINES or sum(map(len, taken)) > MAX_CHARACTERS):
            raise RunAway
        if "\0" in line:
            self.flaw = "a NUL character"
        elif _UNREADABLE in line:
            self.flaw = "bytes that are no text"
        return line

    def give_back_but_first(self) -> str:
        first, *rest = self._taken
        self._returned.extendleft(reversed(rest))
        self.number -= len(rest)
        return first

    def _skip_line(self) -> None:
        while (more := self._text.readline(MAX_CHARACTERS)) and len(more) == MAX_CHARACTERS:
            pass


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


def _glimpse(text: str) -> str:
    return text.strip()[:60]
