"""What members bought and brought back. Amounts are in minor units of their currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, text

from storage.tables import product, purchase, purchase_return
from storage.upsert import insert_new


@dataclass(frozen=True)
class Bought:
    """One line of an order."""

    order_number: str
    product: str
    quantity: int
    amount: int
    currency: str
    bought_at: datetime


@dataclass(frozen=True)
class Purchase:
    """One line of an order, and how much of it has been brought back: pieces, minor units, points it had earned.

    `staff_id`: who sold it; None for what a till posted or a file brought.
    """

    id: int
    member_id: int
    order_number: str
    product: str
    product_id: int | None
    branch_id: int | None
    quantity: int
    amount: int
    currency: str
    bought_at: datetime
    staff_id: int | None = None
    returns: int = 0
    returned: int = 0
    returned_amount: int = 0
    returned_points: int = 0

    @property
    def left(self) -> int:
        """Pieces that the customer still has."""
        return self.quantity - self.returned


@dataclass(frozen=True)
class Covered:
    """One line of an order that the customer still has, with the months of warranty on its product; None: none."""

    product: str
    quantity: int
    bought_at: datetime
    warranty_months: int | None


# ---- looking ------------------------------------------------------------------------------------------------------


def count(db: Connection, member_id: int) -> int:
    """How many orders (not lines) a member has placed."""
    query = select(func.count(purchase.c.order_number.distinct())).where(purchase.c.member_id == member_id)
    return db.execute(query).scalar_one()


def last_before(db: Connection, member_id: int, at: datetime) -> tuple[str, ...]:
    """What they had bought last by then: the product's name, and its category where it has one; () for nothing."""
    query = (
        select(purchase.c.product, product.c.category)
        .outerjoin(product, product.c.id == purchase.c.product_id)
        .where(purchase.c.member_id == member_id, purchase.c.bought_at <= at)
        .order_by(purchase.c.bought_at.desc(), purchase.c.id.desc())
        .limit(1)
    )
    row = db.execute(query).one_or_none()
    return () if row is None else tuple(name for name in row if name)


def latest(db: Connection, member_id: int) -> Bought | None:
    """The line bought last."""
    query = (
        select(
            purchase.c.order_number,
            purchase.c.product,
            purchase.c.quantity,
            purchase.c.amount,
            purchase.c.currency,
            purchase.c.bought_at,
        )
        .where(purchase.c.member_id == member_id)
        .order_by(purchase.c.bought_at.desc(), purchase.c.id.desc())
        .limit(1)
    )
    row = db.execute(query).one_or_none()
    return None if row is None else Bought(*row)


def _back(what: ColumnElement[Any]) -> Any:
    """Summed up over the returns of the purchase that is looked at."""
    of_it = purchase_return.c.purchase_id == purchase.c.id
    return select(func.coalesce(what, 0)).where(of_it).correlate(purchase).scalar_subquery()


_RETURNED = _back(func.sum(purchase_return.c.quantity))
_PURCHASE = (
    purchase.c.id,
    purchase.c.member_id,
    purchase.c.order_number,
    purchase.c.product,
    purchase.c.product_id,
    purchase.c.branch_id,
    purchase.c.quantity,
    purchase.c.amount,
    purchase.c.currency,
    purchase.c.bought_at,
    purchase.c.staff_id,
    _back(func.count()),
    _RETURNED,
    _back(func.sum(purchase_return.c.amount)),
    _back(func.sum(purchase_return.c.points)),
)


def by_id(db: Connection, purchase_id: int) -> Purchase | None:
    """One line of an order, as it stands now."""
    return next(iter(_purchases(db, purchase.c.id == purchase_id)), None)


def of_order(db: Connection, order_number: str) -> list[Purchase]:
    """The lines of an order, in the order in which they were sold."""
    return _purchases(db, purchase.c.order_number == order_number)


def of_member(db: Connection, member_id: int, limit: int) -> list[Purchase]:
    """What somebody bought last and still has, the newest first."""
    newest = (purchase.c.bought_at.desc(), purchase.c.id.desc())
    return _purchases(
        db, and_(purchase.c.member_id == member_id, purchase.c.quantity > _RETURNED), *newest, limit=limit
    )


def _purchases(
    db: Connection, among: ColumnElement[bool], *order: ColumnElement[Any], limit: int | None = None
) -> list[Purchase]:
    query = select(*_PURCHASE).where(among).order_by(*(order or (purchase.c.id,))).limit(limit)
    return [Purchase(*row[:11], *map(int, row[11:])) for row in db.execute(query)]


def covered(db: Connection, member_id: int, limit: int) -> list[Covered]:
    """What somebody bought and still has, with its warranty, the newest first.

    A line that was imported is known by the name of its product.
    """
    same = or_(
        product.c.id == purchase.c.product_id,
        and_(purchase.c.product_id.is_(None), product.c.name == purchase.c.product),
    )
    left = purchase.c.quantity - _RETURNED
    query = (
        select(purchase.c.product, left, purchase.c.bought_at, product.c.warranty_months)
        .select_from(purchase.outerjoin(product, same))
        .where(purchase.c.member_id == member_id, left > 0)
        .order_by(purchase.c.bought_at.desc(), purchase.c.id.desc())
        .limit(limit)
    )
    return [Covered(name, int(kept), at, months) for name, kept, at, months in db.execute(query)]


# ---- writing ------------------------------------------------------------------------------------------------------


def lock_order(db: Connection, order_number: str) -> None:
    """Nobody else writes an order of this number until the unit ends. On SQLite nobody else writes anyway."""
    if db.dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:number, 7))"), {"number": order_number})


def add(
    db: Connection,
    member_id: int,
    *,
    order_number: str,
    product: str,
    quantity: int,
    amount: int,
    currency: str,
    bought_at: datetime,
    product_id: int | None = None,
    branch_id: int | None = None,
    staff_id: int | None = None,
) -> int:
    """Write down a line of an order; its id."""
    key = db.execute(
        insert(purchase).values(
            member_id=member_id,
            order_number=order_number,
            product=product,
            product_id=product_id,
            branch_id=branch_id,
            staff_id=staff_id,
            quantity=quantity,
            amount=amount,
            currency=currency,
            bought_at=bought_at,
        )
    ).inserted_primary_key
    assert key is not None
    return int(key[0])


def add_return(db: Connection, purchase_id: int, **values: Any) -> bool:
    """Something was brought back. False where the same return was written before."""
    return insert_new(db, purchase_return, purchase_id=purchase_id, **values)
