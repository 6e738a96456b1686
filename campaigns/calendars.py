"""The days that are the same for all: rules that repeat, festivals that move with the moon or the sun, public holidays.

The lunar tables and solar terms (1900 to 2100) are those of the MIT-licensed library borax, the rules (RFC 5545) those
of python-dateutil, the holidays those of the library of that name; the last two are loaded when somebody asks for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache

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
_PARTS = ("FREQ", "INTERVAL", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST")
_END = re.compile(r"\d{8}(T\d{6})?")
_CYCLES = 19 * 400
_LONGEST_RULE = 200
_EXPECTED_RULE = "a rule like FREQ=MONTHLY;BYMONTHDAY=1 (daily at most; hours are said in 'at')"


@lru_cache(1_000)
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
    -1 is the last. `until`: its last day. `unusual`: it says more than this."""

    frequency: str
    interval: int
    weekdays: tuple[tuple[int, int], ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    until: date | None
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
        date.fromisoformat(parts["UNTIL"][:8]) if "UNTIL" in parts else None,
        not parts.keys() <= {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "UNTIL", "WKST"},
    )


def checked_rule(text: str) -> tuple[str, str]:
    """The rule as it is kept, and what was expected where it is none."""
    rule = text.strip().upper().removeprefix("RRULE:")
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    if not _END.fullmatch(parts.get("UNTIL", "20270101")):
        return rule, "UNTIL to be a day like 20271231"
    if len(rule) > _LONGEST_RULE or not parts.keys() <= set(_PARTS) or parts.get("FREQ") not in _FREQUENCIES:
        return rule, _EXPECTED_RULE
    try:
        found = repetition(rule).interval > 0 and _comes_ever(rule)
    except (ValueError, TypeError, OverflowError):
        return rule, _EXPECTED_RULE
    return rule, "" if found else "a rule that has a day within the next years"


def rule_days(rule: str, starts: date, first: date, last: date) -> list[date]:
    """The days of a rule that begins on a day, from `first` to `last`, both included."""
    years = range(max(first, starts).year, last.year + 1)
    return [day for year in years for day in _rule_days(rule, starts, year) if first <= day <= last]


def _comes_ever(rule: str) -> bool:
    """Within the years after one that had a 29 February."""
    return any(_walked(rule, date(2024, 1, 1), 2032))


@lru_cache(2_000)
def _rule_days(rule: str, starts: date, year: int) -> tuple[date, ...]:
    """Its days in a year, kept: to find them, one has to walk all the way from the first."""
    return tuple(day for day in _walked(rule, starts, year) if day.year == year)


def _walked(rule: str, starts: date, last_year: int) -> Iterator[date]:
    """Its days from the first to the end of a year.

    dateutil looks for the next day until the year 9999, for minutes where there is none. The calendar is the same every
    400 years, weekdays and all, so it walks near that end.
    """
    from dateutil.rrule import rrulestr  # loaded where somebody uses it

    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    until = min(parts.pop("UNTIL", "9")[:8], f"{last_year}1231")
    days = rrulestr(
        ";".join(f"{name}={value}" for name, value in parts.items()),
        dtstart=datetime.combine(starts.replace(year=starts.year + _CYCLES), time()),
    )
    for moment in days:
        day = moment.date().replace(year=moment.year - _CYCLES)
        if f"{day:%Y%m%d}" > until:
            break
        yield day


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
