"""Which tier a member stands in, since when, and until when they keep it at least."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Connection, and_, bindparam, delete, exists, func, select, update

from storage.merges import files
from storage.tables import member_merge, member_tier, point_entry, purchase, purchase_return
from storage.types import Instant
from storage.upsert import insert_new


@dataclass(frozen=True)
class Standing:
    """`tier`: its key. Kept `until` then, whatever is counted."""

    tier: str
    since: datetime
    until: datetime


_STANDING = select(member_tier.c.tier, member_tier.c.since, member_tier.c.until).where(
    member_tier.c.member_id == bindparam("member_id")
)


def standing(db: Connection, member_id: int) -> Standing | None:
    """Where this member stands; None below the lowest tier."""
    row = db.execute(_STANDING, {"member_id": member_id}).one_or_none()
    return None if row is None else Standing(*row)


def put(db: Connection, member_id: int, tier: str, since: datetime, until: datetime) -> None:
    if not insert_new(db, member_tier, member_id=member_id, tier=tier, since=since, until=until):
        db.execute(
            update(member_tier).where(member_tier.c.member_id == member_id).values(tier=tier, since=since, until=until)
        )


def clear(db: Connection, member_id: int) -> None:
    db.execute(delete(member_tier).where(member_tier.c.member_id == member_id))


def due(db: Connection, now: datetime, limit: int) -> list[int]:
    """Members whose tier is to be looked at again, the longest due first."""
    query = select(member_tier.c.member_id).where(member_tier.c.until <= now).order_by(member_tier.c.until).limit(limit)
    return list(db.execute(query).scalars())


_ID: BindParameter[int] = bindparam("member_id")
_CURRENCY: BindParameter[str] = bindparam("currency")
_START, _END = bindparam("start", type_=Instant()), bindparam("end", type_=Instant())
_EARNED = select(func.coalesce(func.sum(point_entry.c.points), 0)).where(
    point_entry.c.member_id.in_(files(_ID)),
    point_entry.c.reason == "purchase",
    point_entry.c.at >= _START,
    point_entry.c.at < _END,
)
_BOUGHT_THEN = and_(purchase.c.member_id == _ID, purchase.c.bought_at >= _START, purchase.c.bought_at < _END)
_RETURNED = purchase_return.join(purchase, purchase.c.id == purchase_return.c.purchase_id)
_EARNED_BACK = select(func.coalesce(func.sum(purchase_return.c.points), 0)).select_from(_RETURNED).where(_BOUGHT_THEN)
_SPENT = select(func.coalesce(func.sum(purchase.c.amount), 0)).where(_BOUGHT_THEN, purchase.c.currency == _CURRENCY)
_SPENT_BACK = (
    select(func.coalesce(func.sum(purchase_return.c.amount), 0))
    .select_from(_RETURNED)
    .where(_BOUGHT_THEN, purchase.c.currency == _CURRENCY)
)


def points_earned(db: Connection, member_id: int, start: datetime, end: datetime) -> int:
    """Points that what was bought in [start, end) and not brought back has earned. Spending them changes nothing."""
    facts = {"member_id": member_id, "start": start, "end": end}
    return int(db.execute(_EARNED, facts).scalar_one()) - int(db.execute(_EARNED_BACK, facts).scalar_one())


def spent(db: Connection, member_id: int, currency: str, start: datetime, end: datetime) -> int:
    """Minor units that what was bought in [start, end) and not brought back has cost."""
    facts = {"member_id": member_id, "currency": currency, "start": start, "end": end}
    return int(db.execute(_SPENT, facts).scalar_one()) - int(db.execute(_SPENT_BACK, facts).scalar_one())


def earners(db: Connection, enough: int, start: datetime, end: datetime, after: int, limit: int) -> list[int]:
    """Members above the id `after` whose purchases in [start, end) earned enough points, returns not yet counted.

    Who took over another's file is always among them: what it earned is counted elsewhere.
    """
    entry, merge = point_entry.c, member_merge.c
    closed = exists().where(merge.source_id == entry.member_id)
    # By the index on the member, so that a page costs what it shows, however long the ledger is.
    own = (
        select(entry.member_id)
        .where(entry.member_id > after, entry.reason == "purchase", entry.at >= start, entry.at < end, ~closed)
        .group_by(entry.member_id)
        .having(func.sum(entry.points) >= enough)
        .order_by(entry.member_id)
        .limit(limit)
    )
    over = select(merge.target_id).where(merge.target_id > after).distinct().order_by(merge.target_id).limit(limit)
    return sorted({*db.execute(own).scalars(), *db.execute(over).scalars()})[:limit]


def spenders(
    db: Connection, currency: str, enough: int, start: datetime, end: datetime, after: int, limit: int
) -> list[int]:
    """The same by minor units spent."""
    line = purchase.c
    query = (
        select(line.member_id)
        .where(line.member_id > after, line.currency == currency, line.bought_at >= start, line.bought_at < end)
        .group_by(line.member_id)
        .having(func.sum(line.amount) >= enough)
    )
    return list(db.execute(query.order_by(line.member_id).limit(limit)).scalars())
