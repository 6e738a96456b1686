"""What members bought. Amounts are in minor units of their currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from storage.tables import purchase


@dataclass(frozen=True)
class Bought:
    """One line of an order."""

    order_number: str
    product: str
    quantity: int
    amount: int
    currency: str
    bought_at: datetime


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
) -> int:
    """Write down a line of an order; its id."""
    key = db.execute(
        insert(purchase).values(
            member_id=member_id,
            order_number=order_number,
            product=product,
            quantity=quantity,
            amount=amount,
            currency=currency,
            bought_at=bought_at,
        )
    ).inserted_primary_key
    assert key is not None
    return int(key[0])


def count(db: Connection, member_id: int) -> int:
    """How many orders (not lines) a member has placed."""
    query = select(func.count(purchase.c.order_number.distinct())).where(purchase.c.member_id == member_id)
    return db.execute(query).scalar_one()


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
