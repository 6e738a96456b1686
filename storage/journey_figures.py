"""What came of a journey, counted: at each step, and by who went it against who was held out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, Float, and_, case, cast, func, select

from storage.campaign_figures import Bought
from storage.sends import SENT
from storage.tables import campaign_press, campaign_send, journey_position, member, purchase
from storage.types import Microseconds


@dataclass(frozen=True)
class AtStep:
    """Of the lines of a step's message: how many were sent, answered, pressed by how many, and stopped under; and how
    many `bought` within the time that counts."""

    sent: int = 0
    replied: int = 0
    stopped: int = 0
    pressed: int = 0
    bought: int = 0


def by_step(db: Connection, campaign_id: int, within: timedelta) -> dict[str, AtStep]:
    """Every step that said something."""
    line = campaign_send.c
    elapsed = Microseconds(purchase.c.bought_at) - Microseconds(line.fed_at)
    soon = and_(elapsed >= 0, elapsed < within // timedelta(microseconds=1))
    buyers = (
        select(line.id)
        .join(purchase, purchase.c.member_id == line.member_id)
        .where(line.campaign_id == campaign_id, line.state == SENT, soon)
        .group_by(line.id)
        .subquery()
    )
    pressers = (
        select(line.id)
        .join(campaign_press, campaign_press.c.send_id == line.id)
        .where(line.campaign_id == campaign_id)
        .group_by(line.id)
        .subquery()
    )
    query = (
        select(
            line.step,
            func.sum(case((line.state == SENT, 1), else_=0)),
            func.count(line.replied_at),
            func.count(line.stopped_at),
            func.count(pressers.c.id),
            func.count(buyers.c.id),
        )
        .outerjoin(buyers, buyers.c.id == line.id)
        .outerjoin(pressers, pressers.c.id == line.id)
        .where(line.campaign_id == campaign_id, line.step.is_not(None))
        .group_by(line.step)
    )
    return {row[0]: AtStep(*row[1:]) for row in db.execute(query)}


def bought(
    db: Connection, campaign_id: int, variant: ColumnElement[int], within: timedelta, currency: str
) -> dict[int, Bought]:
    """Who bought within that time after they came in, by variant, of whom 0 is held out. Each counts once for each time
    that they came in."""
    here = journey_position.c
    elapsed = Microseconds(purchase.c.bought_at) - Microseconds(here.entered_at)
    soon = and_(elapsed >= 0, elapsed < within // timedelta(microseconds=1))
    ours = (here.campaign_id == campaign_id, here.exit.is_distinct_from("late"))
    spent = (
        select(here.id, func.sum(purchase.c.amount).label("amount"))
        .join(purchase, purchase.c.member_id == here.member_id)
        .where(*ours, purchase.c.currency == currency, soon)
        .group_by(here.id)
        .subquery()
    )
    amount, drawn = cast(spent.c.amount, Float), variant.label("variant")
    people = select(here.id, drawn).join(member, member.c.id == here.member_id).where(*ours).subquery()
    query = (
        select(
            people.c.variant,
            func.count(),
            func.count(spent.c.id),
            func.coalesce(func.sum(spent.c.amount), 0),
            func.coalesce(func.sum(amount * amount), 0.0),
        )
        .outerjoin(spent, spent.c.id == people.c.id)
        .group_by(people.c.variant)
    )
    return {row[0]: Bought(row[1], row[2], int(row[3]), float(row[4])) for row in db.execute(query)}
