"""What is typed at the till: `@ana beans x2 318.00`, further products in rows of their own or behind commas."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import Connection

from club import customers, money, products
from club.club import Club, Tier
from club.refusal import Refused
from storage import products as catalogue
from storage.members import Member
from storage.products import Product

MAX_ROWS = 20
MAX_QUANTITY = 9_999
MAX_ORDER = 40
_QUANTITY = re.compile(r"[x×*]([-+]?\d{1,9})|([-+]?\d{1,9})[x×*]", re.IGNORECASE | re.ASCII)
_COMMA = re.compile(r"[,;](?:\s+|$)|[，、；](?!\d)\s*")
_FIGURE = re.compile(r"[-+]?\D{0,4}[-+]?\d[\d.,]*\D{0,3}", re.ASCII)


@dataclass(frozen=True)
class Line:
    """One product of an order: pieces, and what all of them cost together, in minor units. `discount`: the percentage
    of the tier that the catalogue's price was lowered by; 0 where somebody named the amount."""

    product: str
    quantity: int
    amount: int
    product_id: int | None = None
    points_percent: int = 100
    discount: int = 0


@dataclass(frozen=True)
class Row:
    """One row as it was typed. `amount` None: nothing was said, the catalogue may know."""

    product: str
    quantity: int
    amount: int | None


@dataclass(frozen=True)
class Typed:
    """What stands behind /sale. `order_number` None: the till makes one. Without rows, only somebody was named."""

    member: Member
    order_number: str | None
    rows: tuple[Row, ...]


def read(db: Connection, text: str, club: Club) -> Typed:
    """`WHO [#ORDER] PRODUCT [xN] [AMOUNT]`, further products behind commas or in rows of their own. Refused where
    something is unclear."""
    first, *further = text.strip().splitlines() or [""]
    who, _, rest = first.strip().partition(" ")
    member = customers.find(db, who)
    rest = rest.strip()
    number = None
    if rest.startswith("#"):
        word, _, rest = rest.partition(" ")
        number = order_number(word)
    known = {one.name.casefold() for one in catalogue.on_sale(db)} if _COMMA.search(text) else ()
    rows = [part for row in (rest, *further) if row.strip() for part in _products_in(row, known, club)]
    if len(rows) > MAX_ROWS:
        raise Refused("sales/too_many_rows", most=MAX_ROWS)
    return Typed(member, number, tuple(row_of(row, club) for row in rows))


def _products_in(row: str, known: Collection[str], club: Club) -> list[str]:
    """The products of one row. A comma stands between two where what is before it is whole: pieces or an amount at its
    end, or a `known` name. In a name it stays, and so does a decimal comma."""
    if _is_one(row, known, club):
        return [row]
    parts, start = [], 0
    for comma in _COMMA.finditer(row):
        if _is_whole(row[start : comma.start()], known):
            parts.append(row[start : comma.start()])
            start = comma.end()
    return [part for part in (*parts, row[start:]) if part.strip()]


def _is_one(row: str, known: Collection[str], club: Club) -> bool:
    """Is it one product, its name with the commas in it?"""
    try:
        return _COMMA.search(row) is None or row_of(row, club).product.casefold() in known
    except Refused:
        return False


def _is_whole(part: str, known: Collection[str]) -> bool:
    words = part.split()
    return part.strip().casefold() in known or (len(words) > 1 and (is_quantity(words[-1]) or _figures(words) > 0))


def row_of(text: str, club: Club) -> Row:
    """One row: product, pieces (1 where nothing is said), amount for all of them together."""
    words = text.split()
    quantity, amount = 1, None
    at = next((place for place in range(len(words) - 1, max(0, len(words) - 4), -1) if is_quantity(words[place])), None)
    if at is not None:
        quantity = quantity_of(words[at])
        behind, words = words[at + 1 :], words[:at]
        if behind:
            amount = money.typed(" ".join(behind), club.currency)
    if amount is None:
        size = _figures(words)
        if size:
            amount = money.typed(" ".join(words[-size:]), club.currency)
            words = words[:-size]
    return Row(products.product_name(" ".join(words)), quantity, amount)


def quantity_of(text: str) -> int:
    """Pieces: 2, x2, ×2, ２. Refused below 1 and above 9,999."""
    tidy = unicodedata.normalize("NFKC", text).strip()
    match = _QUANTITY.fullmatch(tidy)
    found = (match[1] or match[2]) if match else tidy
    if re.fullmatch(r"\+?[0-9]{1,4}", found) and int(found) > 0:
        return int(found)
    raise Refused("sales/quantity_unclear", most=MAX_QUANTITY)


def is_quantity(word: str) -> bool:
    """Is this how pieces are written in a row: x2, 2x?"""
    return _QUANTITY.fullmatch(unicodedata.normalize("NFKC", word)) is not None


def order_number(text: str) -> str:
    """The number that stands on a receipt; `#` in front is not part of it."""
    number = products.product_name(text.removeprefix("#"))
    if len(number) > MAX_ORDER or " " in number:
        raise Refused("sales/order_unclear", most=MAX_ORDER)
    return number


def priced(db: Connection, row: Row, tier: Tier | None) -> Line:
    """The row as it is sold: known to the catalogue where it stands there. Refused where nobody knows the amount."""
    product = products.named(db, row.product)
    amount = row.amount
    if amount is None:
        amount = proposed(product, row.quantity, tier)
    if amount is None:
        raise Refused("sales/which_amount", product=row.product[:40])
    if product is None:
        return Line(row.product, row.quantity, amount)
    discount = tier.discount if tier and row.amount is None else 0
    return Line(product.name, row.quantity, amount, product.id, product.points_percent, discount)


def proposed(product: Product | None, quantity: int, tier: Tier | None) -> int | None:
    """What so many cost by the catalogue, less the tier's discount; half a coin is rounded up. None: no price."""
    if product is None or product.price is None:
        return None
    discount = tier.discount if tier else 0
    return int((Decimal(product.price * quantity * (100 - discount)) / 100).quantize(Decimal(1), ROUND_HALF_UP))


def _figures(words: list[str]) -> int:
    """How many words at the end say an amount: `318.00`, `318.00 EUR` and `€ 318.00` do, `500g` does not."""
    if len(words) > 1 and money.is_sign(words[-1]) and _is_figure(words[-2]):
        return 2
    if not words or not _is_figure(words[-1]):
        return 0
    return 2 if len(words) > 1 and money.is_sign(words[-2]) else 1


def _is_figure(word: str) -> bool:
    tidy = unicodedata.normalize("NFKC", word)
    letters = re.sub(r"[\d.,+-]", "", tidy)
    return _FIGURE.fullmatch(tidy) is not None and (not letters or money.is_sign(letters))
