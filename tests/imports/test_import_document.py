"""docs/import.md says what the import does."""

from __future__ import annotations

import re
from pathlib import Path

from club.imports.members import MEMBERS
from club.imports.products import PRODUCTS
from club.imports.purchases import PURCHASES
from tests.imports.office import Office

DOCUMENT = (Path(__file__).parents[2] / "docs/import.md").read_text(encoding="utf-8")


def example(kind: str) -> list[str]:
    match = re.search(rf"```csv {kind}\n(.*?)```", DOCUMENT, re.DOTALL)
    assert match is not None
    return match[1].splitlines()


def test_every_column_is_explained_and_no_other() -> None:
    explained = re.findall(r"^\| `(\w+)` \|", DOCUMENT, re.MULTILINE)
    assert explained == [*MEMBERS.known, *PURCHASES.known, *PRODUCTS.known]


async def test_the_examples_can_be_imported(small_office: Office) -> None:
    header, *rows = example("members")
    assert (await small_office.members(*rows, header=header)).code == 0
    header, *rows = example("purchases")
    assert (await small_office.purchases(*rows, header=header)).code == 0
    assert await small_office.counts() == (3, 0, 3)
    header, *rows = example("products")
    assert (await small_office.products(*rows, header=header)).code == 0


async def test_the_refusal_reads_as_shown(small_office: Office) -> None:
    told = await small_office.members("1,A,en,,", "2,A,en,,", "3,A,en,,", "4,A,en,,", "5,A,en,,", "6,A,en,30 Feb,")
    assert told.said.splitlines()[0].replace("file.csv", "members.csv") in DOCUMENT
