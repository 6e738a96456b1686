"""What came of a campaign, counted by wording; variant 0 is held out, to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, and_, case, cast, func, or_, select, true

from storage.sends import BLOCKED, FAILED, HELD_OUT, QUEUED, SENT, UNKNOWN
from storage.tables import campaign_press, campaign_send, purchase, ticket
from storage.types import Microseconds


@dataclass(frozen=True)
class Bought:
    """Of `people`, how many `bought`; what they spent in minor units, and the sum of the squares of each one's."""

    people: int = 0
    bought: int = 0
    spent: int = 0
    squares: float = 0.0


@dataclass(frozen=True)
class Answered:
    """`pressed`: how many people did; `presses`: how many times in all."""

    sent: int = 0
    replied: int = 0
    stopped: int = 0
    pressed: int = 0
    presses: int = 0


Span = tuple[datetime, datetime] | None
"""[from, until) of the moment at which it was their turn; None: ever."""


def _in(span: Span) -> ColumnElement[bool]:
    if span is None:
        return true()
    return and_(campaign_send.c.fed_at >= span[0], campaign_send.c.fed_at < span[1])


def _compared() -> ColumnElement[bool]:
    """Whose turn came, and who was written to or held out then: up to that moment nothing told the two apart."""
    on_the_way = and_(campaign_send.c.state == BLOCKED, campaign_send.c.reason.is_not(None))
    return or_(campaign_send.c.state.in_([HELD_OUT, QUEUED, SENT, UNKNOWN, FAILED]), on_the_way)


def bought(db: Connection, campaign_id: int, within: timedelta, currency: str, span: Span = None) -> dict[int, Bought]:
    """Who bought within that time after their turn, by variant; of those whose turn it was in the span."""
    elapsed = Microseconds(purchase.c.bought_at) - Microseconds(campaign_send.c.fed_at)
    soon = and_(elapsed >= 0, elapsed < within // timedelta(microseconds=1))
    ours = (campaign_send.c.campaign_id == campaign_id, _compared(), _in(span))
    spent = (
        select(campaign_send.c.id, func.sum(purchase.c.amount).label("amount"))
        .join(purchase, purchase.c.member_id == campaign_send.c.member_id)
        .where(*ours, purchase.c.currency == currency, soon)
        .group_by(campaign_send.c.id)
        .subquery()
    )
    amount = cast(spent.c.amount, Float)
    query = (
        select(
            campaign_send.c.variant,
            func.count(),
            func.count(spent.c.id),
            func.coalesce(func.sum(spent.c.amount), 0),
            func.coalesce(func.sum(amount * amount), 0.0),
        )
        .outerjoin(spent, spent.c.id == campaign_send.c.id)
        .where(*ours)
        .group_by(campaign_send.c.variant)
    )
    return {row[0]: Bought(row[1], row[2], int(row[3]), float(row[4])) for row in db.execute(query)}


def answered(db: Connection, campaign_id: int, span: Span = None) -> dict[int, Answered]:
    """Who answered, and how, by variant."""
    ours = and_(campaign_send.c.campaign_id == campaign_id, _in(span))
    query = (
        select(
            campaign_send.c.variant,
            func.sum(case((campaign_send.c.state == SENT, 1), else_=0)),
            func.count(campaign_send.c.replied_at),
            func.count(campaign_send.c.stopped_at),
        )
        .where(ours)
        .group_by(campaign_send.c.variant)
    )
    presses = (
        select(campaign_send.c.variant, func.count(campaign_send.c.id.distinct()), func.count())
        .join(campaign_press, campaign_press.c.send_id == campaign_send.c.id)
        .where(ours)
        .group_by(campaign_send.c.variant)
    )
    pressed: dict[int, Any] = {row[0]: (row[1], row[2]) for row in db.execute(presses)}
    return {row[0]: Answered(row[1], row[2], row[3], *pressed.get(row[0], (0, 0))) for row in db.execute(query)}


def by_button(db: Connection, campaign_id: int) -> dict[int, int]:
    """How many people pressed each button, by its place."""
    query = (
        select(campaign_press.c.button, func.count(campaign_press.c.send_id.distinct()))
        .join(campaign_send, campaign_send.c.id == campaign_press.c.send_id)
        .where(campaign_send.c.campaign_id == campaign_id)
        .group_by(campaign_press.c.button)
    )
    return {row[0]: row[1] for row in db.execute(query)}


def complained(db: Connection, campaign_id: int, within: timedelta, span: Span = None) -> int:
    """How many of those it reached complained within that time."""
    elapsed = Microseconds(ticket.c.opened_at) - Microseconds(campaign_send.c.fed_at)
    query = (
        select(func.count(campaign_send.c.member_id.distinct()))
        .join(ticket, ticket.c.member_id == campaign_send.c.member_id)
        .where(
            campaign_send.c.campaign_id == campaign_id,
            campaign_send.c.state == SENT,
            _in(span),
            ticket.c.kind == "complaint",
            elapsed >= 0,
            elapsed < within // timedelta(microseconds=1),
        )
    )
    return db.execute(query).scalar_one()
