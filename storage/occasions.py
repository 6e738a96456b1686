"""Messages that the club sends of itself: one row per campaign, member and occasion, whatever runs twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, literal, or_, select

from storage.outbox import Lane
from storage.tables import family, member, membership, outbox, point_lot
from storage.types import Instant
from storage.upsert import ignoring_insert

METHOD = "sendMessage"


def plan(
    db: Connection,
    campaign: str,
    occasion: str | ColumnElement[str],
    lane: Lane,
    *,
    among: ColumnElement[bool],
    not_before: datetime,
) -> int:
    """Queue the occasion for every reachable person among those; how many were new to it. One that is not the same for
    all (`relative_of`) is put together by the database."""
    people = select(
        literal(int(lane)),
        member.c.telegram_id,
        literal(METHOD),
        literal(campaign),
        member.c.id,
        literal(occasion) if isinstance(occasion, str) else occasion,
        literal("queued"),
        literal(not_before, Instant),
        literal(not_before, Instant),
    ).where(member.c.telegram_id.is_not(None), member.c.unreachable_at.is_(None), among)
    columns = [
        "lane", "chat_id", "method", "campaign", "member_id", "occasion", "state", "not_before", "created_at"
    ]  # fmt: skip
    return db.execute(ignoring_insert(db, outbox).from_select(columns, people, include_defaults=False)).rowcount


def one_member(member_id: int) -> ColumnElement[bool]:
    return member.c.id == member_id


def joined_between(first: datetime, last: datetime, zone: str | None = None) -> ColumnElement[bool]:
    """Members who want to hear from the club and joined in [first, last]; in one zone, or anywhere."""
    joined = and_(_willing(), member.c.joined_at >= first, member.c.joined_at <= last)
    return joined if zone is None else and_(joined, member.c.zone == zone)


def zones_of(db: Connection, among: ColumnElement[bool]) -> list[str]:
    """The time zones in which those live."""
    return list(db.execute(select(member.c.zone).distinct().where(among).order_by(member.c.zone)).scalars())


def born_on(calendar: str, days: Sequence[tuple[int, int]], zones: Sequence[str]) -> ColumnElement[bool]:
    """Members who want to hear from the club, live in these zones and keep their birthday on one of these days."""
    dates = [and_(member.c.birthday_month == month, member.c.birthday_day == day) for month, day in days]
    return and_(_willing(), member.c.birthday_calendar == calendar, member.c.zone.in_(zones), or_(*dates))


def remembering_on(calendar: str, days: Sequence[tuple[int, int]], zones: Sequence[str]) -> ColumnElement[bool]:
    """The same for members and those of their family whom they wish to be greeted about on one of these days."""
    dates = [and_(family.c.month == month, family.c.day == day) for month, day in days]
    theirs = and_(family.c.member_id == member.c.id, family.c.wish == "greet", family.c.calendar == calendar)
    return and_(_willing(), member.c.zone.in_(zones), theirs, or_(*dates))


def relative_of(year: str) -> ColumnElement[str]:
    """The occasion of each relative among those: `family:7:2027`."""
    return literal("family:", Text) + cast(family.c.id, Text) + literal(f":{year}", Text)


def lapsing_at(moment: datetime) -> ColumnElement[bool]:
    """Members with points that lapse at this moment."""
    lots = select(point_lot.c.member_id).where(point_lot.c.left > 0, point_lot.c.expires_at == moment)
    return and_(member.c.status == "member", member.c.id.in_(lots))


def ending_at(moment: datetime) -> ColumnElement[bool]:
    """Members whose membership ends at this moment."""
    terms = select(membership.c.member_id).where(membership.c.state == "running", membership.c.ends_at == moment)
    return and_(member.c.status == "member", member.c.id.in_(terms))


def ending_moments(db: Connection, after: datetime, until: datetime) -> list[datetime]:
    """The moments in (after, until] at which somebody's membership ends."""
    ends_at = membership.c.ends_at
    query = select(ends_at).distinct().where(membership.c.state == "running", ends_at > after, ends_at <= until)
    return [moment for moment in db.execute(query).scalars() if moment is not None]


def lapse_moments(db: Connection, after: datetime, until: datetime) -> list[datetime]:
    """The moments in (after, until] at which somebody's points lapse."""
    expires_at = point_lot.c.expires_at
    query = select(expires_at).distinct().where(point_lot.c.left > 0, expires_at > after, expires_at <= until)
    return [moment for moment in db.execute(query).scalars() if moment is not None]


def _willing() -> ColumnElement[bool]:
    return and_(member.c.status == "member", member.c.marketing == 1)


def zones_with_birthdays(db: Connection) -> list[str]:
    """The time zones in which somebody has a birthday on file."""
    query = select(member.c.zone).distinct().where(member.c.birthday_month.is_not(None)).order_by(member.c.zone)
    return list(db.execute(query).scalars())


def zones_with_family(db: Connection) -> list[str]:
    """The time zones in which somebody wishes to be greeted about their family."""
    query = (
        select(member.c.zone)
        .distinct()
        .join(family, family.c.member_id == member.c.id)
        .where(family.c.wish == "greet")
        .order_by(member.c.zone)
    )
    return list(db.execute(query).scalars())


def anybody(db: Connection, among: ColumnElement[bool]) -> bool:
    """Is there anyone among those?"""
    return db.execute(select(member.c.id).where(among).limit(1)).first() is not None


def joined_after(db: Connection, moment: datetime, limit: int = 5) -> list[tuple[datetime, str]]:
    """When the members who joined after this moment did so, and their zones, earliest first."""
    query = (
        select(member.c.joined_at, member.c.zone)
        .where(_willing(), member.c.joined_at > moment)
        .order_by(member.c.joined_at)
        .limit(limit)
    )
    return [(row.joined_at, row.zone) for row in db.execute(query)]


def underway(db: Connection, now: datetime) -> bool:
    """Is a planned message due that has not ended yet?"""
    of_itself = or_(outbox.c.campaign.is_not(None), outbox.c.send_id.is_not(None))
    query = select(outbox.c.id).where(of_itself, outbox.c.state.in_(["queued", "sending"]), outbox.c.not_before <= now)
    return db.execute(query.limit(1)).first() is not None
