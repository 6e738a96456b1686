"""Files as programs and people leave them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.csvfile import CsvFile, Record, encoding_of
from bot.import_report import harmless
from club.imports.members import MEMBERS
from club.imports.rows import HeaderProblem
from tests.imports.office import PEOPLE, Office


def read(path: Path, text: str | bytes) -> list[Record]:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with CsvFile(path, MEMBERS) as file:
        return [record for batch in file.batches(3) for record in batch]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_whatever_a_spreadsheet_saves_is_read(path: Path, encoding: str, delimiter: str, ending: str) -> None:
    text = ending.join([PEOPLE, '42,"王,小\n明",zh-CN,,2020-01-01', "43,李娜,zh-CN,,"]) + ending
    text = text.replace(",", delimiter)
    found = read(path, text.encode(encoding))
    assert [record.cells[1] for record in found] == [f"王{delimiter}小\n明", "李娜"]
    assert [record.line for record in found] == [2, 4]


@pytest.mark.parametrize("first", ["sep=;\n", "\ufeffsep=;\r\n"])
def test_a_note_to_the_spreadsheet_is_no_header(path: Path, first: str) -> None:
    assert read(
        path, first + "Telegram_ID ;name;language;birthday;joined_on;;\n42;Ana;en;;;;\n;;;;\n\n43;Bo;en;;\n"
    ) == [
        Record(3, ["42", "Ana", "en", "", ""]),
        Record(6, ["43", "Bo", "en", "", ""]),
    ]


def test_too_many_cells_are_kept_for_the_report(path: Path) -> None:
    assert read(path, f"{PEOPLE}\n42,Ana,en,,,surplus\n")[0].cells == ["42", "Ana", "en", "", "", "surplus"]


def test_a_quotation_mark_that_is_never_closed_costs_one_row(path: Path) -> None:
    rows = "".join(f"{row},Guest,en,,\n" for row in range(100))
    found = read(path, f'{PEOPLE}\n42,"Ana,en,,\n{rows}')
    assert len(found) == 101
    assert (found[0].line, found[0].found, found[0].expected) == (2, '42,"Ana,en,,', "a row that ends")
    assert [record.line for record in found] == list(range(2, 103))
    assert not any(record.found for record in found[1:])


def test_a_quotation_mark_that_is_never_closed_at_the_end_costs_one_row(path: Path) -> None:
    found = read(path, f'{PEOPLE}\n42,"Ana,en,,\n43,Bo,en,,\n')
    assert [(record.line, bool(record.found)) for record in found] == [(2, True), (3, False)]
    found = read(path, f'{PEOPLE}\n42,"Ana,en,,\n43,"Bo",en,,\n44,Cy,en,,')
    assert [(record.line, bool(record.found)) for record in found] == [(2, True), (3, False), (4, False)]


def test_a_cell_without_end_costs_one_row_and_little_memory(path: Path) -> None:
    found = read(path, f'{PEOPLE}\n42,{"x" * 1_000_000},en,,\n43,Bo,en,,\n44,"{"y" * 70_000}",en,,\n45,Cy,en,,\n')
    assert [(record.line, record.expected) for record in found] == [
        (2, "a row that ends"),
        (3, ""),
        (4, "a row that ends"),
        (5, ""),
    ]
    assert all(len(cell) <= 65_536 for record in found for cell in record.cells)


def test_bytes_that_are_no_text_cost_one_row(path: Path) -> None:
    rows = b"".join(f"{row},王小明,zh,,\n".encode() for row in range(5))
    found = read(path, PEOPLE.encode() + b"\n42,\xff\xfe\xff,en,,\n" + rows + b"43,A\x00na,en,,\n")
    assert [(record.line, record.found) for record in found if record.found] == [
        (2, "bytes that are no text"),
        (8, "a NUL character"),
    ]
    assert found[0].expected == "text in UTF-8"


def test_one_broken_line_does_not_turn_a_whole_file_into_gb18030() -> None:
    rows = ["王小明,zh-CN".encode()] * 5 + ["李娜".encode("gb18030")]
    assert encoding_of(io.BytesIO(b"\n".join(rows))) == "utf-8-sig"
    assert encoding_of(io.BytesIO(b"\n".join(row.decode().encode("gb18030") for row in rows[:5]))) == "gb18030"
    assert encoding_of(io.BytesIO(b"")) == "utf-8-sig"


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    for record in read(path, PEOPLE.encode() + b"\n" + data):
        assert record.cells
    with pytest.raises(HeaderProblem, match="the first line: found"):
        read(path, data)


def test_cells_that_a_spreadsheet_would_run_are_disarmed() -> None:
    assert harmless(["=1", "+1", "-1", "@a", "\t=1", "a=1", ""]) == ["'=1", "'+1", "'-1", "'@a", "'\t=1", "a=1", ""]


async def test_a_broken_row_is_refused_with_its_line_and_the_others_go_in(small_office: Office) -> None:
    told = await small_office.members("42,Ana,en,,", b"43,\xff\xfe,en,,", "44,Bo,en,,,surplus", "45,王,zh,,")
    assert "line 3: found 'bytes that are no text', expected text in UTF-8" in told.said
    assert "line 4: found '6 fields', expected 5 fields" in told.said
    assert "2 new" in told.said
    assert [row[0] for row in told.refused] == ["3", "4"]


async def test_where_no_report_can_be_written_it_says_so_and_goes_on(small_office: Office) -> None:
    (small_office.directory / "file.csv.refused.csv").mkdir()  # in the way
    told = await small_office.members("x,Ana,en,,", "43,Bo,en,,", "y,Cy,en,,")
    assert told.code == 1
    assert "refused.csv cannot be written (File exists)" in told.said
    assert "1 new, 0 already there, 2 refused" in told.said
