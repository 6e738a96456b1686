"""Counts over the whole club, for its report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select, union

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


def members_at(db: Connection, moment: datetime) -> int:
    """Those who were members at this moment, as far as the file tells: who came back joined when they came back."""
    stayed = or_(member.c.status == "member", member.c.left_at > moment)
    return _members(db, member.c.joined_at <= moment, member.c.status.in_(("member", *_GONE)), stayed)


def members_since(db: Connection, moment: datetime) -> int:
    """Of those who were members at this moment, how many are now."""
    return _members(db, member.c.joined_at <= moment, member.c.status == "member")


def members(db: Connection) -> int:
    """How many members there are."""
    return _members(db, member.c.status == "member")


def prospects(db: Connection) -> int:
    """Those who know the club, are no members, have bought nothing, and do not work here."""
    at_work = select(staff.c.telegram_id).where(staff.c.left_at.is_(None))
    among = (member.c.status == "prospect", member.c.telegram_id.not_in(at_work))
    return _members(db, *among, member.c.id.not_in(_kept()))


def customers_outside(db: Connection) -> int:
    """Those who bought something, kept it, and are no members."""
    return _members(db, member.c.status.in_(("prospect", "left")), member.c.id.in_(_kept()))


def _kept() -> Select[Any]:
    """Whoever has bought something and not brought it all back."""
    of_it = purchase_return.c.purchase_id == purchase.c.id
    back = select(func.coalesce(func.sum(purchase_return.c.quantity), 0)).where(of_it).correlate(purchase)
    return select(purchase.c.member_id).where(purchase.c.quantity > back.scalar_subquery())


def tied(db: Connection, kinds: Sequence[str], *, visits: bool = False, purchases: bool = False) -> int:
    """Members who have claimed a benefit of these kinds, had a reward of them, or were rewarded by a programme of them;
    and those who have been checked in, or bought something, where that counts too."""
    claimed = select(benefit_claim.c.member_id).join(benefit, benefit.c.id == benefit_claim.c.benefit_id)
    rewarded = select(frequency_award.c.member_id).join(
        frequency_programme, frequency_programme.c.id == frequency_award.c.programme_id
    )
    redeemed = select(voucher.c.member_id).join(reward, reward.c.id == voucher.c.reward_id)
    had = union(
        claimed.where(benefit.c.kind.in_(kinds)),
        rewarded.where(frequency_programme.c.kind.in_(kinds)),
        redeemed.where(reward.c.kind.in_(kinds), voucher.c.state != "cancelled"),
    ).subquery()
    became = select(member_merge.c.target_id).where(member_merge.c.source_id.in_(select(had)))
    ties = [member.c.id.in_(select(had)), member.c.id.in_(became)]
    if visits:
        ties.append(member.c.id.in_(select(visit.c.member_id)))
    if purchases:
        ties.append(member.c.id.in_(select(purchase.c.member_id)))
    return _members(db, member.c.status == "member", or_(*ties))


def points_outstanding(db: Connection, now: datetime) -> int:
    """All points that somebody has, pending ones too: what the club owes."""
    live = or_(point_lot.c.expires_at.is_(None), point_lot.c.expires_at > now)
    query = select(func.coalesce(func.sum(point_lot.c.left), 0)).where(point_lot.c.left > 0, live)
    return int(db.execute(query).scalar_one())


def customers(db: Connection) -> tuple[int, int]:
    """How many people have an order of which something was kept, and how many have two or more."""
    back = (
        select(purchase_return.c.purchase_id, func.sum(purchase_return.c.quantity).label("pieces"))
        .group_by(purchase_return.c.purchase_id)
        .subquery()
    )
    orders = (
        select(func.count(purchase.c.order_number.distinct()).label("orders"))
        .select_from(purchase.outerjoin(back, back.c.purchase_id == purchase.c.id))
        .where(purchase.c.quantity > func.coalesce(back.c.pieces, 0))
        .group_by(purchase.c.member_id)
        .subquery()
    )
    again = func.count().filter(orders.c.orders >= 2)
    every, several = db.execute(select(func.count(), again).select_from(orders)).one()
    return int(every), int(several)


def _members(db: Connection, *among: ColumnElement[bool]) -> int:
    nobody = member.c.id.in_(select(member_merge.c.source_id))  # a file that became part of another
    return db.execute(select(func.count()).select_from(member).where(*among, ~nobody)).scalar_one()
