"""The catalogue from a file, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from club import products as catalogue
from storage import products
from tests.imports.office import Office


async def on_sale(office: Office) -> dict[str, tuple[Any, ...]]:
    """What is sold now: category, price, warranty, life, percent by name."""
    found = await office.ask(products.on_sale)
    return {
        one.name: (one.category, one.price, one.warranty_months, one.life_months, one.points_percent) for one in found
    }


async def test_a_catalogue_is_brought_in_once(office: Office) -> None:
    rows = ["Kettle,Kitchen,89.90,24,60,", "龙井 50 g,茶,25,,,200%", "Repair,,,,,0"]
    assert "3 new, 0 already there, 0 refused" in (await office.products(*rows)).said
    wanted = {
        "Kettle": ("Kitchen", 8990, 24, 60, 100),
        "龙井 50 g": ("茶", 2500, None, None, 200),
        "Repair": (None, None, None, None, 0),
    }
    assert await on_sale(office) == wanted
    assert "0 new, 3 already there, 0 refused" in (await office.products(*rows)).said
    assert await on_sale(office) == wanted


async def test_a_row_that_changed_changes_its_product_and_no_other(office: Office) -> None:
    await office.products("Kettle,Kitchen,89.90,24,60,", "Cup,Kitchen,12,,,")
    told = await office.products("kettle,Kitchen,79.90,36,60,50", "Cup,Kitchen,12,,,")
    assert "0 new, 1 changed, 1 already there, 0 refused" in told.said
    assert await on_sale(office) == {"Kettle": ("Kitchen", 7990, 36, 60, 50), "Cup": ("Kitchen", 1200, None, None, 100)}


async def test_a_column_that_the_file_lacks_stays_as_it_is(office: Office) -> None:
    await office.products("Kettle,Kitchen,89.90,24,60,150")
    assert "1 changed" in (await office.products("Kettle,70", header="name,price")).said
    assert await on_sale(office) == {"Kettle": ("Kitchen", 7000, 24, 60, 150)}


async def test_what_was_taken_from_sale_and_stands_in_the_file_is_back(office: Office) -> None:
    await office.products("Kettle,Kitchen,89.90,24,60,")

    def end(db: Connection) -> None:
        catalogue.take_from_sale(db, products.on_sale(db)[0].id)

    await office.ask(end)
    assert "1 changed" in (await office.products("Kettle,Kitchen,89.90,24,60,")).said
    assert list(await on_sale(office)) == ["Kettle"]


async def test_a_file_says_which_first_purchase_brings_membership(office: Office) -> None:
    header = "name,price,gift_months,gift_value"

    async def gifts() -> list[tuple[int | None, int | None]]:
        return [(one.gift_months, one.gift_value) for one in await office.ask(products.on_sale)]

    await office.products("Roadster,9000,12,35", header=header)
    assert await gifts() == [(12, 3500)]
    told = await office.products("Roadster,9000,,35", header=header)
    assert "nothing where gift_months is empty" in told.refused[0][3]
    await office.products("Roadster,9000,", header="name,price,gift_months")
    assert await gifts() == [(None, None)]


WRONG = {
    ",,1,,,": ("name", "", "a text of 1 to 200 characters"),
    f"{'k' * 201},,1,,,": ("name", "k" * 201, "a text of 1 to 200 characters"),
    "Kettle,,-1,,,": ("price", "-1", "not negative"),
    "Kettle,,1.234,,,": ("price", "1.234", "at most 2 decimals"),
    "Kettle,,99999999999,,,": ("price", "99999999999", "at most 10 digits"),
    f"Kettle,{'k' * 201},1,,,": ("category", "k" * 201, "at most 200 characters"),
    "Kettle,,1,0,,": ("warranty_months", "0", "from 1 to 600"),
    "Kettle,,1,24 months,,": ("warranty_months", "24 months", "from 1 to 600"),
    "Kettle,,1,,601,": ("life_months", "601", "from 1 to 600"),
    "Kettle,,1,,,1001": ("points_percent", "1001", "from 0 to 1000"),
    "Kettle,,1,,,½": ("points_percent", "½", "from 0 to 1000"),
    "CUP,,1,,,": ("name", "CUP", "each product once"),
}


async def test_each_row_that_cannot_be_taken_is_named_with_its_reason(small_office: Office) -> None:
    told = await small_office.products("Cup,,1,,,", *WRONG)
    assert told.code == 1
    assert [int(row[0]) for row in told.refused] == list(range(3, len(WRONG) + 3))
    for row, (column, found, expected) in zip(told.refused, WRONG.values(), strict=True):
        assert (row[1], row[2].removeprefix("'")) == (column, found)
        assert expected in row[3]
    assert list(await on_sale(small_office)) == ["Cup"]


async def test_a_catalogue_ends_somewhere(small_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("club.imports.products.MAX_PRODUCTS", 2)
    told = await small_office.products("Cup,,1,,,", "Pot,,1,,,", "Tea,,1,,,", "cup,,2,,,")
    assert [row[:2] for row in told.refused] == [["4", "name"], ["5", "name"]]


async def test_a_file_that_names_no_price_column_is_refused_as_a_whole(small_office: Office) -> None:
    told = await small_office.products("Cup,Kitchen", header="name,category")
    assert (told.code, "missing: price" in told.said) == (2, True)


async def test_points_of_a_purchase_go_by_the_imported_percent(office: Office) -> None:
    from storage import points as ledger
    from storage.database import utc_now

    await office.members("42,Ana,en,,2026-01-10")
    await office.products("Tea,,5,,,200")
    await office.purchases("42,A1,Tea,2,10,EUR,2026-10-01")
    ana = await office.person(42)
    read: Callable[[Connection], Any] = lambda db: ledger.balance(db, ana.id, utc_now())  # noqa: E731
    assert (await office.ask(read)).available == 20
