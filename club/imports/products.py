"""The catalogue as an import file has it. What stands in the file is on sale; what it has no column for stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection

from club import money
from club.club import Club
from club.imports import cells
from club.imports.rows import Columns, RowReader, Wrong
from club.names import MAX_LINE
from club.products import MAX_MONTHS, MAX_PERCENT, MAX_PRODUCTS
from storage import products
from storage.imports.rows import Imported, Refusal, one_import_at_a_time
from storage.products import Product

PRODUCTS = Columns(
    ("name", "price"),
    ("category", "warranty_months", "life_months", "points_percent", "gift_months", "gift_value"),
)
MAX_DIGITS = 10
"""Of a price, before the decimal point: as many as the till takes."""
_MONTHS = f"months, a whole number from 1 to {MAX_MONTHS}, or nothing"
_PERCENT = f"percent of the usual points, a whole number from 0 to {MAX_PERCENT}, or nothing for 100"


class NewProduct(NamedTuple):
    """One row: the name, and what the other columns say that the file has."""

    name: str
    columns: dict[str, Any]


def product_reader(header: Sequence[str], *, club: Club) -> RowReader[NewProduct]:
    """For rows of products; prices are in the club's currency. A product stands once in a file, large or small."""
    seen: set[str] = set()

    def product(values: dict[str, Any]) -> NewProduct:
        name = values.pop("name")
        if values.get("gift_value") is not None and values.get("gift_months") is None:
            raise Wrong("nothing where gift_months is empty: the voucher ends with the membership", "gift_value")
        if "gift_months" in values and values["gift_months"] is None:
            values["gift_value"] = None
        if name.casefold() in seen:
            raise Wrong("each product once: an earlier line has this name", "name")
        seen.add(name.casefold())
        return NewProduct(name, values)

    return RowReader(
        header,
        {
            "name": partial(cells.line, most=MAX_LINE),
            "price": partial(_amount, currency=club.currency, column="price"),
            "category": partial(cells.optional_line, most=MAX_LINE),
            "warranty_months": partial(cells.whole_number, least=1, most=MAX_MONTHS, expected=_MONTHS),
            "life_months": partial(cells.whole_number, least=1, most=MAX_MONTHS, expected=_MONTHS),
            "points_percent": _percent,
            "gift_months": partial(cells.whole_number, least=1, most=MAX_MONTHS, expected=_MONTHS),
            "gift_value": partial(_amount, currency=club.currency, column="gift_value"),
        },
        product,
    )


def _amount(text: str, currency: str, column: str) -> int | None:
    """Minor units; None where nothing is said: a price that is told at the till, a gift without a voucher."""
    if not text:
        return None
    amount = cells.minor_units(text, currency, column)
    if amount >= 10 ** (MAX_DIGITS + money.decimals(currency)):
        raise Wrong(f"an amount of at most {MAX_DIGITS} digits before the decimal point")
    return amount


def _percent(text: str) -> int:
    found = cells.whole_number(text.removesuffix("%").rstrip(), 0, MAX_PERCENT, _PERCENT)
    return 100 if found is None else found


def put_on_sale(db: Connection, rows: Sequence[NewProduct]) -> Imported:
    """Add what is new, change what is different. A name is the same in large letters and small; the spelling on file
    stays."""
    one_import_at_a_time(db)
    on_file = {one.name.casefold(): one for one in products.every(db)}
    room = MAX_PRODUCTS - sum(one.active for one in on_file.values())
    new = changed = 0
    refused: list[Refusal] = []
    for place, row in enumerate(rows):
        before = on_file.get(row.name.casefold())
        if before is not None and before.active and _says(before, row):
            continue
        starts = before is None or not before.active
        if starts and room <= 0:
            refused.append(Refusal(place, "name", f"at most {MAX_PRODUCTS:,} products on sale: take some from sale"))
            continue
        room -= starts
        _put(db, before, row)
        new += before is None
        changed += before is not None
    return Imported(new, 0, len(rows) - new - changed - len(refused), tuple(refused), changed)


def _says(product: Product, row: NewProduct) -> bool:
    """Is that what is on file?"""
    return asdict(product).items() >= row.columns.items()


def _put(db: Connection, before: Product | None, row: NewProduct) -> None:
    product_id = before.id if before else products.add(db, row.name)
    if product_id is None:
        raise LookupError("somebody added a product of this name a moment ago")
    products.change(db, product_id, **row.columns, active=1)
