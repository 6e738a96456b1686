"""The hours at which one may be written to, where one lives. Nothing that the club says of itself comes at night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from club.club import Club
from club.days import day_of

NIGHT = time(22)
"""The end of the day for what was set to an hour of its own. Without one, it ends when a greeting would be late."""
DAY = timedelta(days=1)
LAST_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Later:
    """Something is not said now: until when it waits (UTC), and why."""

    until: datetime
    reason: str | None = None


def decent_hours(club: Club, day: date, zone: str, at: time | None = None) -> tuple[datetime, datetime]:
    """When the hours of a day begin and end there (UTC), the end not included: at midnight at the latest.

    They begin at the club's greeting hour, or at the hour `at` of a moment that is earlier.
    """
    local = ZoneInfo(zone)
    opens = datetime.combine(day, min(club.greeting_at, at or club.greeting_at), local)
    closes = datetime.combine(day, club.greeting_at, local) + club.greeting_late_after
    if at is not None:
        closes = max(closes, datetime.combine(day, NIGHT, local))
    midnight = datetime.combine(day + DAY, time(), local)
    return opens.astimezone(UTC), min(closes, midnight).astimezone(UTC)


def is_decent(club: Club, now: datetime, zone: str) -> bool:
    """May one be written to now?"""
    opens, closes = decent_hours(club, day_of(now, zone), zone)
    return opens <= now < closes


def next_decent(club: Club, now: datetime, zone: str, at: time | None = None) -> datetime:
    """The next moment (UTC) at which one may be written to there: now, or a morning."""
    today = day_of(now, zone)
    opens, closes = decent_hours(club, today, zone, at)
    if now >= closes:
        opens, _ = decent_hours(club, today + DAY, zone, at)
    return max(now, opens)


def time_for(club: Club, moment: datetime, zone: str, at: time | None = None) -> tuple[datetime, datetime]:
    """From when to when (UTC) to say what falls due at this moment: not at night, and never when it is late.

    What falls due in the last hour of a day waits for the next: there would be too little time to say it to all.
    """
    day = day_of(moment, zone)
    opens, closes = decent_hours(club, day, zone, at)
    if moment > _last_call(opens, closes):
        opens, closes = decent_hours(club, day + DAY, zone, at)
    begins = max(moment, opens)
    return begins, min(closes, begins + club.greeting_late_after)


def _last_call(opens: datetime, closes: datetime) -> datetime:
    return max(opens, closes - LAST_HOUR)


def said_by(club: Club, now: datetime, zone: str) -> datetime:
    """What fell due by then (UTC) was for hours that are over: it has been said, or it is late."""
    day = day_of(now, zone)
    opens, closes = decent_hours(club, day, zone)
    if now < closes:
        opens, closes = decent_hours(club, day - DAY, zone)
    return _last_call(opens, closes)


def due_by(club: Club, now: datetime, zone: str) -> datetime | None:
    """What fell due by then (UTC) is to be said now; None at night."""
    opens, closes = decent_hours(club, day_of(now, zone), zone)
    return min(now, _last_call(opens, closes)) if opens <= now < closes else None
