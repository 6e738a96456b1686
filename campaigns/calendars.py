"""The days that are the same for all: rules that repeat, festivals that move with the moon or the sun, public holidays.

The lunar tables and solar terms (1900 to 2100) are those of the MIT-licensed library borax, the rules (RFC 5545) those
of python-dateutil, the holidays those of the library of that name; the last two are loaded when somebody asks for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import takewhile

from borax.calendars.lunardate import LCalendars, LunarDate, TermUtils

_LUNAR = {
    "spring_festival": (1, 1),
    "lantern": (1, 15),
    "dragon_boat": (5, 5),
    "qixi": (7, 7),
    "ghost": (7, 15),
    "mid_autumn": (8, 15),
    "double_ninth": (9, 9),
    "laba": (12, 8),
}
_TERMS = {"qingming": "清明", "winter_solstice": "冬至"}
_NEW_YEARS_EVE = "new_years_eve"
FESTIVALS = (*_LUNAR, _NEW_YEARS_EVE, *_TERMS)
FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Of the lunar tables."""
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PARTS = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST")
_LONGEST_RULE = 200
_EXPECTED_RULE = "a rule like FREQ=MONTHLY;BYMONTHDAY=1 (daily at most; hours are said in 'at')"


def festival_day(festival: str, year: int) -> date:
    """The day of a festival that falls into this year: the solar one for Qingming and the solstice, else the lunar one.

    A leap month repeats no festival. Raises `ValueError` outside of 1900 to 2100.
    """
    if festival in _TERMS:
        found: date = TermUtils.nth_term_day(year, term_name=_TERMS[festival])
    elif festival == _NEW_YEARS_EVE:
        found = LunarDate(year, 12, LCalendars.ndays(year, 12)).to_solar_date()
    else:
        found = LunarDate(year, *_LUNAR[festival]).to_solar_date()
    return found


def festival_days(festival: str, first: date, last: date) -> list[date]:
    """The days of a festival from `first` to `last`, both included; none outside of the tables."""
    years = range(max(first.year - 1, FIRST_YEAR), min(last.year, LAST_YEAR) + 1)
    return [day for day in (festival_day(festival, year) for year in years) if first <= day <= last]


@dataclass(frozen=True)
class Repetition:
    """What a rule says, to be put into words. `weekdays`: (which of the month or 0, Monday is 0); `days` of the month,
    -1 is the last. `unusual`: it says more than this."""

    frequency: str
    interval: int
    weekdays: tuple[tuple[int, int], ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    unusual: bool


_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def repetition(rule: str) -> Repetition:
    """What a rule says that `checked_rule` has found good."""
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    listed = {name: value.split(",") for name, value in parts.items()}
    return Repetition(
        parts["FREQ"].lower(),
        int(parts.get("INTERVAL", 1)),
        tuple((int(one[:-2] or 0), _WEEKDAYS.index(one[-2:])) for one in listed.get("BYDAY", [])),
        tuple(map(int, listed.get("BYMONTHDAY", []))),
        tuple(map(int, listed.get("BYMONTH", []))),
        not parts.keys() <= {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST"},
    )


def checked_rule(text: str) -> tuple[str, str]:
    """The rule as it is kept, and what was expected where it is none."""
    rule = text.strip().upper().removeprefix("RRULE:")
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    if len(rule) > _LONGEST_RULE or not parts.keys() <= set(_PARTS) or parts.get("FREQ") not in _FREQUENCIES:
        return rule, _EXPECTED_RULE
    try:
        found = _first_days(rule, date(2026, 1, 1), 1) if repetition(rule).interval > 0 else []
    except (ValueError, TypeError, OverflowError):
        return rule, _EXPECTED_RULE
    return rule, "" if found else "a rule that has a day within the next years"


def _first_days(rule: str, starts: date, n: int) -> list[date]:
    return [day for day, _ in zip(rule_days(rule, starts, starts, date(LAST_YEAR, 1, 1)), range(n), strict=False)]


def rule_days(rule: str, starts: date, first: date, last: date) -> Iterator[date]:
    """The days of a rule that begins on a day, from `first` to `last`, both included."""
    from dateutil.rrule import rrulestr  # loaded where somebody uses it

    midnight = datetime.min.time()
    days = rrulestr(rule, dtstart=datetime.combine(starts, midnight))
    until = datetime.combine(last, midnight)
    found = days.xafter(datetime.combine(first, midnight) - timedelta(seconds=1))
    return (moment.date() for moment in takewhile(lambda moment: moment <= until, found))


def holiday_days(region: str, holiday: str, first: date, last: date) -> list[date]:
    """The first day of each run of days that bear the name of the holiday, from `first` to `last`, both included."""
    days = sorted(
        day
        for year in range(first.year - 1, last.year + 1)
        for day, names in _holidays(region, year)
        if holiday in names
    )
    return [day for day in days if day - timedelta(days=1) not in days and first <= day <= last]


@cache
def holidays_of(region: str) -> list[str]:
    """The names of the public holidays of a region in these years."""
    this_year = date.today().year  # noqa: DTZ011 which names there are does not hang on the hour
    return sorted(
        {name for year in range(this_year, this_year + 3) for _, names in _holidays(region, year) for name in names}
    )


@cache
def _holidays(region: str, year: int) -> list[tuple[date, tuple[str, ...]]]:
    import holidays

    country, _, part = region.partition("-")
    found = holidays.country_holidays(country, subdiv=part or None, years=year, observed=False, language="en_US")
    return [(day, tuple(found.get_list(day))) for day in sorted(found)]
