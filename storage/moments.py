"""Whose moment it is: conditions on members, for the query that plans an occasion, and the word of each occasion.

A condition that names a second table (a purchase, a relative) makes a row for each of them; the word tells them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, exists, false, func, literal, or_, select

from storage.tables import (
    event,
    event_guest,
    family,
    member,
    membership,
    outbox,
    point_entry,
    point_lot,
    product,
    purchase,
    purchase_return,
    ticket,
)
from storage.types import AllOver, Instant, Microseconds

_told = outbox.alias("told")
A_DAY = 86_400_000_000
"""Microseconds."""
ENOUGH_ORDERS = 3
"""From so many on, two gaps between them, somebody has an interval of their own."""


def willing() -> ColumnElement[bool]:
    """Members who want to hear from the club."""
    return and_(member.c.status == "member", member.c.marketing == 1)


def reachable() -> ColumnElement[bool]:
    """Who can be written to at all."""
    return and_(member.c.telegram_id.is_not(None), member.c.unreachable_at.is_(None))


def living_in(zones: Sequence[str], *, few: bool = False) -> ColumnElement[bool]:
    """`few`: of whom other conditions leave few, so that those are found first."""
    return (AllOver(member.c.zone) if few else member.c.zone).in_(zones)


def zones(db: Connection, among: ColumnElement[bool]) -> list[str]:
    """The time zones in which those live."""
    return list(db.execute(select(member.c.zone).distinct().where(among).order_by(member.c.zone)).scalars())


def anybody(db: Connection, among: ColumnElement[bool]) -> bool:
    """Is there anyone among those?"""
    return db.execute(select(member.c.id).where(among).limit(1)).first() is not None


_HAPPENED: dict[str, ColumnElement[datetime]] = {
    "joined": member.c.joined_at,
    "purchased": purchase.c.bought_at,
    "complaint_closed": ticket.c.resolved_at,
    "tier_changed": _told.c.created_at,
    "membership_end": membership.c.ends_at,
    "points_expiry": point_lot.c.expires_at,
    "event": event.c.starts_at,
}


def is_dated(event: str) -> bool:
    """Is the moment of such an event a column, so that its first one is found by a single look?"""
    return event in _HAPPENED


def first_of(db: Connection, event: str, among: ColumnElement[bool]) -> datetime | None:
    """When it happened first among those (UTC)."""
    found: datetime | None = db.execute(select(func.min(_HAPPENED[event])).where(among)).scalar_one()
    return found


# ---- days of their own


def born_on(calendar: str, days: Sequence[tuple[int, int]]) -> ColumnElement[bool]:
    """Those who keep their birthday on one of these days (month, day)."""
    dates = [and_(member.c.birthday_month == month, member.c.birthday_day == day) for month, day in days]
    return and_(member.c.birthday_calendar == calendar, or_(*dates))


def remembering_on(calendar: str, days: Sequence[tuple[int, int]]) -> ColumnElement[bool]:
    """Those with somebody in the family whom they wish to be greeted about on one of these days, once for each."""
    dates = [and_(family.c.month == month, family.c.day == day) for month, day in days]
    return and_(family.c.member_id == member.c.id, family.c.wish == "greet", family.c.calendar == calendar, or_(*dates))


def relative_of(year: str) -> ColumnElement[str]:
    """The occasion of each relative among those: `family:7:2027`."""
    return literal("family:", Text) + cast(family.c.id, Text) + literal(f":{year}", Text)


def joined_within(spans: Sequence[tuple[datetime, datetime]]) -> ColumnElement[bool]:
    """Those who joined in one of these spans, [start, end)."""
    return or_(*(and_(member.c.joined_at >= start, member.c.joined_at < end) for start, end in spans))


def birthdays(db: Connection, among: ColumnElement[bool]) -> set[tuple[str, int, int]]:
    """The birthdays among those: calendar, month, day."""
    days = (member.c.birthday_calendar, member.c.birthday_month, member.c.birthday_day)
    query = select(*days).distinct().where(among, member.c.birthday_day.is_not(None))
    return {(row[0], row[1], row[2]) for row in db.execute(query)}


def days_of_families(db: Connection, among: ColumnElement[bool]) -> set[tuple[str, int, int]]:
    """The days in the families of those on which they wish for a word."""
    wished = (family.c.member_id == member.c.id, family.c.wish == "greet", family.c.day.is_not(None))
    query = select(family.c.calendar, family.c.month, family.c.day).distinct().where(among, *wished)
    return {(row[0], row[1], row[2]) for row in db.execute(query)}


def joinings(db: Connection, among: ColumnElement[bool]) -> list[datetime]:
    """When those joined."""
    query = select(member.c.joined_at).distinct().where(among, member.c.joined_at.is_not(None))
    return [joined for joined in db.execute(query).scalars() if joined is not None]


# ---- what happened to them, in [first, last]


def joined_between(first: datetime, last: datetime) -> ColumnElement[bool]:
    """Those who joined then."""
    return member.c.joined_at.between(first, last)


def bought_between(first: datetime, last: datetime, name: str | None, *, only_first: bool) -> ColumnElement[bool]:
    """Those who bought something then, or something of this name, and did not bring it back; or it was their first."""
    line = purchase.c
    parts = [line.member_id == member.c.id, line.bought_at.between(first, last), _kept()]
    if name is not None:
        parts.append(line.product == name)
    if only_first:
        earlier = purchase.alias()
        same = [earlier.c.product == name] if name is not None else []
        parts.append(
            ~exists().where(
                earlier.c.member_id == line.member_id,
                earlier.c.bought_at < line.bought_at,
                earlier.c.order_number != line.order_number,
                *same,
            )
        )
    return and_(*parts)


def order_of() -> ColumnElement[str]:
    """The occasion of each order among those, whatever number of lines it has: `order:881`."""
    return literal("order:", Text) + purchase.c.order_number


def _kept() -> ColumnElement[bool]:
    """Not all of it was brought back."""
    back = select(func.coalesce(func.sum(purchase_return.c.quantity), 0)).where(
        purchase_return.c.purchase_id == purchase.c.id
    )
    return back.scalar_subquery() < purchase.c.quantity


def resolved_between(first: datetime, last: datetime) -> ColumnElement[bool]:
    """Those with a complaint that was resolved then, and is so still."""
    one = ticket.c
    mine = and_(one.member_id == member.c.id, one.kind == "complaint", one.joined_to.is_(None))
    return and_(mine, one.resolved_at.between(first, last))


def complaint_of() -> ColumnElement[str]:
    """The occasion of each complaint among those: `complaint:17`."""
    return literal("complaint:", Text) + cast(ticket.c.id, Text)


def told_of_tier_between(first: datetime, last: datetime, notice: str, tier: str | None) -> ColumnElement[bool]:
    """Those who were told then, by this notice, of a change of their tier; or that it is this one now."""
    parts = [_told.c.campaign == notice, _told.c.member_id == member.c.id, _told.c.created_at.between(first, last)]
    if tier is not None:
        parts.append(_told.c.occasion.startswith(f"tier:{tier}:", autoescape=True))
    return and_(*parts)


def tier_of() -> ColumnElement[str]:
    """The occasion of each change among those, as its notice has it: `tier:gold:2026-11-22T09:00:00`."""
    return _told.c.occasion


def earned_between(first: datetime, last: datetime, points: int) -> ColumnElement[bool]:
    """Those whose earned points, whatever they spent, came to so many then."""
    entry = point_entry.c
    earned = entry.kind == "earn"
    candidates = select(entry.member_id).where(earned, entry.at.between(first, last))
    before = func.coalesce(func.sum(entry.points).filter(entry.at < first), 0)
    by_then = func.sum(entry.points).filter(entry.at <= last)
    reached = (
        select(entry.member_id)
        .where(earned, entry.member_id.in_(candidates))
        .group_by(entry.member_id)
        .having(before < points, by_then >= points)
    )
    return member.c.id.in_(reached)


def overdue_between(first: datetime, last: datetime, tenths: int) -> ColumnElement[bool]:
    """Those whose silence came to be longer than so many tenths of their own usual time between two purchases then.

    The usual time is the mean; nobody with fewer than `ENOUGH_ORDERS` has one. Strictly longer: not at that moment.
    """
    line = purchase.c
    earliest, latest = Microseconds(func.min(line.bought_at)), Microseconds(func.max(line.bought_at))
    gaps = func.count(line.order_number.distinct()) - 1
    usual = (latest - earliest) * tenths
    crossed = (
        gaps >= ENOUGH_ORDERS - 1,
        latest > earliest,
        (Microseconds(literal(last, Instant)) - latest) * gaps * 10 > usual,
        (Microseconds(literal(first, Instant)) - latest) * gaps * 10 <= usual,
    )
    silent = select(line.member_id).where(_kept()).group_by(line.member_id).having(and_(*crossed))
    return member.c.id.in_(silent)


def last_purchase(word: str) -> ColumnElement[str]:
    """The occasion of each silence among those, named by the purchase that it began after: `silent:881`."""
    line = purchase.c
    newest = (
        select(line.id).where(line.member_id == member.c.id, _kept()).order_by(line.bought_at.desc(), line.id.desc())
    )
    return literal(f"{word}:", Text) + cast(newest.limit(1).scalar_subquery(), Text)


# ---- what comes


def ending_between(first: datetime, last: datetime) -> ColumnElement[bool]:
    """Those with a term that ends then, and was neither renewed nor given up."""
    term = membership.c
    mine = and_(term.member_id == member.c.id, term.state.in_(["running", "grace", "lapsed"]))
    return and_(mine, term.ends_at.between(first, last))


def term_of() -> ColumnElement[str]:
    """The occasion of each term among those: `term:17`."""
    return literal("term:", Text) + cast(membership.c.id, Text)


def lapsing_between(first: datetime, last: datetime) -> ColumnElement[bool]:
    """Those with points that lapse then."""
    lot = point_lot.c
    return and_(lot.member_id == member.c.id, lot.left > 0, lot.expires_at.between(first, last))


def lapse_of() -> ColumnElement[str]:
    """The occasion of all points that lapse at one moment, named by the oldest lot: `expiry:881`."""
    alike = point_lot.alias()
    same = and_(alike.c.member_id == point_lot.c.member_id, alike.c.expires_at == point_lot.c.expires_at)
    oldest = select(func.min(alike.c.entry_id)).where(same).scalar_subquery()
    return literal("expiry:", Text) + cast(oldest, Text)


def visiting_between(first: datetime, last: datetime, days: int) -> ColumnElement[bool]:
    """Those who come, or came, to an event that begins then and was not called off. Not who signed up, or was let in,
    less than so many days (below 0) before it: they know."""
    mine = and_(event_guest.c.member_id == member.c.id, event_guest.c.state == "coming")
    held = and_(event.c.id == event_guest.c.event_id, event.c.cancelled == 0)
    spoken_at = Microseconds(event.c.starts_at) + days * A_DAY
    known = Microseconds(event_guest.c.at) <= spoken_at
    return and_(mine, held, event.c.starts_at.between(first, last), known)


def visit_of() -> ColumnElement[str]:
    """The occasion of each event among those, on the day on which it stands: `event:12:2027-03-01`."""
    return literal("event:", Text) + cast(event.c.id, Text) + literal(":", Text) + event.c.day


def lives(db: Connection) -> list[int]:
    """For how many months the products live that do not live for ever; each number once."""
    query = select(product.c.life_months).distinct().where(product.c.life_months.is_not(None))
    return list(db.execute(query.order_by(product.c.life_months)).scalars())


def wearing_out(spans: Sequence[tuple[int, datetime, datetime]], name: str | None) -> ColumnElement[bool]:
    """Those who bought something in the span, [first, last], of the months that it lives, and not again since."""
    line, again = purchase.c, purchase.alias()
    ages = [and_(product.c.life_months == months, line.bought_at.between(first, last)) for months, first, last in spans]
    anew = exists().where(
        again.c.member_id == line.member_id, again.c.product_id == line.product_id, again.c.bought_at > line.bought_at
    )
    named = [product.c.name == name] if name is not None else []
    old = or_(false(), *ages)
    return and_(line.member_id == member.c.id, line.product_id == product.c.id, old, _kept(), ~anew, *named)


def worn_out() -> ColumnElement[str]:
    """The occasion of each thing among those: `replacement:881`."""
    return literal("replacement:", Text) + cast(purchase.c.id, Text)
