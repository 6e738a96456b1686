"""Counts over the whole club, for its report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, union_all

from storage.tables import (
    benefit,
    benefit_claim,
    frequency_award,
    frequency_programme,
    member,
    member_merge,
    membership,
    point_lot,
    purchase,
    purchase_return,
    reward,
    staff,
    visit,
    voucher,
)

_GONE = ("left", "erased")
_KINDS = ("financial", "social", "structural")
"""What ties a member, the closest last."""


def joined_since(db: Connection, moment: datetime) -> int:
    """Members who joined at this moment or later, and still are."""
    return _members(db, member.c.joined_at >= moment, member.c.status == "member")


def left_since(db: Connection, moment: datetime) -> int:
    """Members who left at this moment or later."""
    return _members(db, member.c.left_at >= moment, member.c.status.in_(_GONE), member.c.joined_at.is_not(None))


def lapsed_since(db: Connection, moment: datetime) -> int:
    """Of those who left, at this moment or later, whose last day had gone by."""
    newest = select(func.max(membership.c.id)).where(membership.c.member_id == member.c.id).correlate(member)
    lapsed = select(membership.c.id).where(membership.c.id == newest.scalar_subquery(), membership.c.state == "lapsed")
    return _members(db, member.c.left_at >= moment, member.c.status == "left", lapsed.correlate(member).exists())


@dataclass(frozen=True)
class Headcount:
    """Members now; those of an earlier moment, and how many of these are members now."""

    now: int
    then: int
    stayed: int


def headcount(db: Connection, moment: datetime) -> Headcount:
    """Members now and at this moment, as far as the file tells: who came back joined when they came back."""
    is_one, early = member.c.status == "member", member.c.joined_at <= moment
    was_one = and_(early, or_(is_one, and_(member.c.status.in_(_GONE), member.c.left_at > moment)))
    now, then, stayed = (func.count().filter(which) for which in (is_one, was_one, and_(early, is_one)))
    row = db.execute(select(now, then, stayed).select_from(member).where(~_merged())).one()
    return Headcount(row[0], row[1], row[2])


def prospects(db: Connection) -> int:
    """Those who know the club, are no members, have bought nothing, and do not work here."""
    at_work = select(staff.c.telegram_id).where(staff.c.left_at.is_(None))
    bought = select(purchase.c.id).where(purchase.c.member_id == member.c.id, _kept()).correlate(member)
    return _members(db, member.c.status == "prospect", member.c.telegram_id.not_in(at_work), ~bought.exists())


def _kept() -> ColumnElement[bool]:
    """Of this purchase not all was brought back. Nothing of most: that is asked first, in half the time of a sum."""
    of_it = purchase_return.c.purchase_id == purchase.c.id
    back = select(func.sum(purchase_return.c.quantity)).where(of_it).correlate(purchase)
    return or_(
        ~select(purchase_return.c.id).where(of_it).correlate(purchase).exists(),
        purchase.c.quantity > back.scalar_subquery(),
    )


@dataclass(frozen=True)
class Ties:
    """Members by the closest thing that ties them to the club: each is counted once."""

    structural: int
    social: int
    financial: int


def ties(db: Connection) -> Ties:
    """How members are tied: by a benefit they claimed, a reward they had or a programme that rewarded them, each of its
    kind; a visit ties like what is social, a purchase like what is financial."""
    had = union_all(
        select(benefit_claim.c.member_id, benefit.c.kind).join(benefit, benefit.c.id == benefit_claim.c.benefit_id),
        select(frequency_award.c.member_id, frequency_programme.c.kind).join(
            frequency_programme, frequency_programme.c.id == frequency_award.c.programme_id
        ),
        select(voucher.c.member_id, reward.c.kind)
        .join(reward, reward.c.id == voucher.c.reward_id)
        .where(voucher.c.state != "cancelled"),
    ).subquery()
    owner = func.coalesce(member_merge.c.target_id, had.c.member_id)
    closeness = case({kind: place for place, kind in enumerate(_KINDS, 1)}, value=had.c.kind)
    by_kind = (
        select(owner.label("member_id"), func.max(closeness).label("closeness"))
        .select_from(had.outerjoin(member_merge, member_merge.c.source_id == had.c.member_id))
        .group_by(owner)
        .subquery()
    )
    visited = select(visit.c.id).where(visit.c.member_id == member.c.id).correlate(member).exists()
    bought = select(purchase.c.id).where(purchase.c.member_id == member.c.id).correlate(member).exists()
    closest = case(
        (by_kind.c.closeness == 3, 3),
        (or_(by_kind.c.closeness == 2, visited), 2),
        (or_(by_kind.c.closeness == 1, bought), 1),
        else_=0,
    )
    query = (
        select(closest, func.count())
        .select_from(member.outerjoin(by_kind, by_kind.c.member_id == member.c.id))
        .where(member.c.status == "member", ~_merged())
        .group_by(closest)
    )
    counted = {row[0]: row[1] for row in db.execute(query)}
    return Ties(structural=counted.get(3, 0), social=counted.get(2, 0), financial=counted.get(1, 0))


def points_outstanding(db: Connection, now: datetime) -> int:
    """All points that somebody has, pending ones too: what the club owes."""
    live = or_(point_lot.c.expires_at.is_(None), point_lot.c.expires_at > now)
    query = select(func.coalesce(func.sum(point_lot.c.left), 0)).where(point_lot.c.left > 0, live)
    return int(db.execute(query).scalar_one())


@dataclass(frozen=True)
class Customers:
    """People with an order of which something was kept: how many, how many of these have two orders or more, and how
    many are no members."""

    every: int
    again: int
    outside: int


def customers(db: Connection) -> Customers:
    """Who has bought, in one look over the purchases."""
    orders = (
        select(purchase.c.member_id, func.count(purchase.c.order_number.distinct()).label("orders"))
        .where(_kept())
        .group_by(purchase.c.member_id)
        .subquery()
    )
    outside = and_(member.c.status.in_(("prospect", "left")), ~_merged())
    query = select(func.count(), func.count().filter(orders.c.orders >= 2), func.count().filter(outside)).select_from(
        orders.join(member, member.c.id == orders.c.member_id)
    )
    return Customers(*(int(number) for number in db.execute(query).one()))


def _merged() -> ColumnElement[bool]:
    """A file that became part of another one."""
    return member.c.id.in_(select(member_merge.c.source_id))


def _members(db: Connection, *among: ColumnElement[bool]) -> int:
    return db.execute(select(func.count()).select_from(member).where(*among, ~_merged())).scalar_one()
