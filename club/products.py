"""The catalogue: what is sold, for how much, with which warranty."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from club import names
from club.refusal import Refused
from storage import products
from storage.products import Product

MAX_PRODUCTS = 1_000
MAX_MONTHS = 600
MAX_PERCENT = 1_000
_WHOLE = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True)
class Draft:
    """A product as somebody describes it. `price` in minor units; None: said at the till. Times in months.

    `gift_months` of membership for who buys it first, with a voucher over `gift_value` minor units; None: none.
    """

    name: str
    category: str | None = None
    price: int | None = None
    warranty_months: int | None = None
    life_months: int | None = None
    points_percent: int = 100
    gift_months: int | None = None
    gift_value: int | None = None


def save(db: Connection, draft: Draft, product_id: int | None = None) -> Product:
    """Put a product on sale, or change it. Refused for a name that another one has.

    One that was taken from sale comes back under its old name.
    """
    others = [other for other in products.on_sale(db) if other.id != product_id]
    if any(other.name.casefold() == draft.name.casefold() for other in others):
        raise Refused("products/known", name=draft.name)
    if product_id is None and len(others) >= MAX_PRODUCTS:
        raise Refused("products/enough", most=MAX_PRODUCTS)
    former = products.by_name(db, draft.name)
    if product_id is None:
        product_id = former.id if former else products.add(db, draft.name)
    elif former is not None and former.id != product_id:
        raise Refused("products/known", name=draft.name)
    if product_id is None:
        raise Refused("products/known", name=draft.name)
    products.change(db, product_id, **asdict(draft), active=1)
    return known(db, product_id)


def take_from_sale(db: Connection, product_id: int) -> Product:
    """It is offered no more; what was sold of it keeps its warranty."""
    product = known(db, product_id)
    products.change(db, product_id, active=0)
    return product


def known(db: Connection, product_id: int) -> Product:
    """The product of this id; refused where there is none."""
    product = products.by_id(db, product_id)
    if product is None:
        raise Refused("products/gone")
    return product


def named(db: Connection, name: str) -> Product | None:
    """The product on sale that is called so, in large letters or small."""
    return next((one for one in products.on_sale(db) if one.name.casefold() == name.casefold()), None)


def product_name(text: str) -> str:
    """A name, or what a till line calls something. Refused when empty or longer than 200 characters."""
    return names.line(text)


def months(text: str) -> int:
    """A time in months, 1 to 600; `2 years` is not understood, 24 is."""
    return _whole(text, 1, MAX_MONTHS, "products/months_unclear")


def percent(text: str) -> int:
    """How many percent of the usual points: 0 to 1,000."""
    return _whole(text.strip().removesuffix("%"), 0, MAX_PERCENT, "products/percent_unclear")


def _whole(text: str, least: int, most: int, refusal: str) -> int:
    tidy = unicodedata.normalize("NFKC", text).strip()
    if _WHOLE.fullmatch(tidy) and least <= int(tidy) <= most:
        return int(tidy)
    raise Refused(refusal, most=most)
