"""What is sold. Prices are in minor units of the club's currency, times in months."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from storage.tables import product, purchase
from storage.upsert import insert_new

OF_LATE = 5_000
"""How many order lines back tell what sells best."""


@dataclass(frozen=True)
class Product:
    """One thing on sale. `price` None: said at the till. `life_months`: after which most people replace it.

    `points_percent`: of the usual points. `gift_months` of membership come with the first one that somebody buys, and a
    voucher over `gift_value`. `active` False: not sold any more.
    """

    id: int
    name: str
    category: str | None = None
    price: int | None = None
    warranty_months: int | None = None
    life_months: int | None = None
    points_percent: int = 100
    gift_months: int | None = None
    gift_value: int | None = None
    active: bool = True


_PRODUCT = (
    product.c.id,
    product.c.name,
    product.c.category,
    product.c.price,
    product.c.warranty_months,
    product.c.life_months,
    product.c.points_percent,
    product.c.gift_months,
    product.c.gift_value,
    product.c.active,
)


def by_id(db: Connection, product_id: int) -> Product | None:
    row = db.execute(select(*_PRODUCT).where(product.c.id == product_id)).one_or_none()
    return None if row is None else _product(row)


def by_name(db: Connection, name: str) -> Product | None:
    """The product of exactly this name, on sale or not."""
    row = db.execute(select(*_PRODUCT).where(product.c.name == name)).one_or_none()
    return None if row is None else _product(row)


def every(db: Connection) -> list[Product]:
    """All that is sold now or was, what is sold now last."""
    return [_product(row) for row in db.execute(select(*_PRODUCT).order_by(product.c.active, product.c.id))]


def on_sale(db: Connection) -> list[Product]:
    """All that is sold now, what was sold most often of late first."""
    last = select(func.coalesce(func.max(purchase.c.id), 0)).scalar_subquery()
    sold = (
        select(purchase.c.product_id, func.count().label("times"))
        .where(purchase.c.id > last - OF_LATE, purchase.c.product_id.is_not(None))
        .group_by(purchase.c.product_id)
        .subquery()
    )
    query = (
        select(*_PRODUCT)
        .select_from(product.outerjoin(sold, sold.c.product_id == product.c.id))
        .where(product.c.active == 1)
        .order_by(func.coalesce(sold.c.times, 0).desc(), product.c.id)
    )
    return [_product(row) for row in db.execute(query)]


def add(db: Connection, name: str) -> int | None:
    """A new product's id; None where there is one of that name."""
    if not insert_new(db, product, name=name):
        return None
    return int(db.execute(select(product.c.id).where(product.c.name == name)).scalar_one())


def change(db: Connection, product_id: int, **values: Any) -> None:
    """Change columns of a product."""
    db.execute(update(product).where(product.c.id == product_id).values(**values))


def _product(row: Any) -> Product:
    values = dict(row._mapping)
    return Product(**(values | {"active": bool(values["active"])}))
