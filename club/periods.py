"""Calendar periods on the club's own clock: a month, a quarter, a year, or all of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from club.days import day_of, months_later, start_of
from storage.types import last_moment

EVER, MONTH, QUARTER, YEAR = "ever", "month", "quarter", "year"
PERIODS = (MONTH, QUARTER, YEAR, EVER)
_MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}


@dataclass(frozen=True)
class Period:
    """From `start` on, before `end` (UTC). `key` is how it is called: 2026-11, 2026-Q4, 2026, ever."""

    key: str
    start: datetime
    end: datetime

    @property
    def last_moment(self) -> datetime | None:
        """A moment of its last day; None: it has none."""
        return None if self.key == EVER else last_moment(self.end)


_ALWAYS = Period(EVER, datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))


def period_of(moment: datetime, kind: str, zone: str) -> Period:
    """The month, quarter or year that it is there at this moment."""
    if kind == EVER:
        return _ALWAYS
    day, months = day_of(moment, zone), _MONTHS[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(_key(first, kind), start_of(first, zone), start_of(months_later(first, months), zone))


def _key(first: date, kind: str) -> str:
    if kind == QUARTER:
        return f"{first.year}-Q{(first.month + 2) // 3}"
    return f"{first:%Y}" if kind == YEAR else f"{first:%Y-%m}"
