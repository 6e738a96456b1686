"""What a first purchase brings: a time of membership and a voucher, until the same day. One for each person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select, update

from storage.tables import gift, product, purchase, purchase_return
from storage.types import last_moment
from storage.upsert import insert_new


@dataclass(frozen=True)
class Gift:
    """Good before `ends_at`. `value` of the voucher in minor units of the club's currency; None: there is none.

    `state`: waiting (for its person to join), given, taken_back, or void: brought back before anything of it was used.
    """

    id: int
    member_id: int
    purchase_id: int
    ends_at: datetime
    value: int | None
    state: str

    @property
    def last_moment(self) -> datetime:
        """A moment of its last day."""
        return last_moment(self.ends_at)


@dataclass(frozen=True)
class Flagged:
    """A line of an order that brings a gift: months of membership, minor units of the voucher."""

    purchase_id: int
    months: int
    value: int | None


def flagged(db: Connection, member_id: int, order_number: str) -> Flagged | None:
    """The first line of an order with a product that brings a gift and was not bought (and kept) by them before."""
    before, back = purchase.alias(), purchase_return.alias()
    returned = select(func.coalesce(func.sum(back.c.quantity), 0)).where(back.c.purchase_id == before.c.id)
    same = or_(before.c.product_id == product.c.id, before.c.product == product.c.name)
    had = exists().where(
        before.c.member_id == member_id,
        before.c.order_number != order_number,
        same,
        before.c.quantity > returned.scalar_subquery(),
    )
    query = (
        select(purchase.c.id, product.c.gift_months, product.c.gift_value)
        .join(product, product.c.id == purchase.c.product_id)
        .where(purchase.c.order_number == order_number, purchase.c.member_id == member_id)
        .where(product.c.gift_months.is_not(None), ~had)
        .order_by(purchase.c.id)
        .limit(1)
    )
    row = db.execute(query).one_or_none()
    return None if row is None else Flagged(*row)


def add(db: Connection, member_id: int, purchase_id: int, ends_at: datetime, value: int | None) -> bool:
    """Promise it. False where this person has had one."""
    return insert_new(
        db, gift, member_id=member_id, purchase_id=purchase_id, ends_at=ends_at, value=value, state="waiting"
    )


def waiting(db: Connection, member_id: int, now: datetime) -> Gift | None:
    """The gift that somebody gets on joining, while it is good."""
    return _one(db, gift.c.member_id == member_id, gift.c.state == "waiting", gift.c.ends_at > now)


def of_purchase(db: Connection, purchase_id: int) -> Gift | None:
    """The gift that came with a line of an order."""
    return _one(db, gift.c.purchase_id == purchase_id)


def of_member(db: Connection, member_id: int) -> list[Gift]:
    """Every gift of somebody, oldest first."""
    return [Gift(*row) for row in db.execute(select(gift).where(gift.c.member_id == member_id).order_by(gift.c.id))]


def change(db: Connection, gift_id: int, **values: Any) -> None:
    """Change columns of a gift."""
    db.execute(update(gift).where(gift.c.id == gift_id).values(**values))


def move(db: Connection, source_id: int, target_id: int) -> None:
    """The gift of one member becomes another's, who has had none: one for each person."""
    has_one = exists().where(gift.c.member_id == target_id, gift.c.state != "void").correlate(None)
    db.execute(update(gift).where(gift.c.member_id == source_id, ~has_one).values(member_id=target_id))


def _one(db: Connection, *among: ColumnElement[bool]) -> Gift | None:
    row = db.execute(select(gift).where(*among)).one_or_none()
    return None if row is None else Gift(*row)
