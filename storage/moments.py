"""Whose moment it is: conditions on members, to stand in the query that plans an occasion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Text, and_, cast, literal, or_

from storage.tables import family, member


def living_in(zones: Sequence[str]) -> ColumnElement[bool]:
    return member.c.zone.in_(zones)


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


def joined_between(first: datetime, last: datetime) -> ColumnElement[bool]:
    """Those who joined in [first, last]."""
    return and_(member.c.joined_at >= first, member.c.joined_at <= last)


def joined_within(spans: Sequence[tuple[datetime, datetime]]) -> ColumnElement[bool]:
    """Those who joined in one of these spans, [start, end)."""
    return or_(*(and_(member.c.joined_at >= start, member.c.joined_at < end) for start, end in spans))
