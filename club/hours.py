"""Working time: when the service desk is open, and how much of it lies between two moments.

Promises to customers are made in it (four working hours), so a night, a lunch break and a holiday cost nobody their
word. Days are the club's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

Span = tuple[time, time]
"""From and to, on one day; a `to` of 00:00 is the midnight after it."""
ALWAYS: tuple[tuple[Span, ...], ...] = (((time(), time()),),) * 7
LONGEST_CLOSED = 400
"""Days that are looked through for an open one: a desk that is closed for a year promises nothing."""


@dataclass(frozen=True)
class Hours:
    """`week`: for each day from Monday on, the spans in which the desk is open. `region`: whose public holidays it
    keeps, such as `DE` or `CN`; "" for none."""

    week: tuple[tuple[Span, ...], ...] = ALWAYS
    region: str = ""
    zone: str = "UTC"

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """The open spans of a day, as moments in UTC. None on a public holiday."""
        if self.region and day in _holidays(self.region, day.year):
            return []
        zone = ZoneInfo(self.zone)
        return [(_moment(day, opens, zone), _end(day, closes, zone)) for opens, closes in self.week[day.weekday()]]

    def works_on(self, day: date) -> bool:
        """Is the desk open at all on this day?"""
        return bool(self.spans(day))

    def later(self, start: datetime, working: timedelta) -> datetime:
        """The moment at which so much working time has passed since `start` (UTC)."""
        left = working
        for opens, closes in self._ahead(start):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        return start + working  # never open: the clock on the wall is all there is

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments."""
        total = timedelta()
        for opens, closes in self._ahead(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total

    def _ahead(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is open from `start` on, span by span."""
        day, closed = start.astimezone(ZoneInfo(self.zone)).date(), 0
        while closed < LONGEST_CLOSED:
            spans = self.spans(day)
            closed = 0 if spans else closed + 1
            for opens, closes in spans:
                if closes > start:
                    yield max(opens, start), closes
            day += timedelta(days=1)


def _moment(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone).astimezone(UTC)


def _end(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return _moment(day if hour != time() else day + timedelta(days=1), hour, zone)


@cache
def _holidays(region: str, year: int) -> frozenset[date]:
    """The public holidays of a country, or of a part of it (`DE-BY`)."""
    from holidays import country_holidays

    country, _, part = region.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=year))


def known_region(region: str) -> bool:
    """Are the public holidays of this region known?"""
    try:
        _holidays(region, 2026)
    except NotImplementedError:
        return False
    return True
