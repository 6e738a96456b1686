"""Birthdays: which dates there are, and on which days they are kept.

Policies where the calendar leaves a gap: 29 February is kept on 28 February in a common year; the 30th of a lunar month
on the 29th where that month is short this year; a lunar birthday once a year, not again in a leap month. The lunar
tables (1900-2100) are those of the MIT-licensed library borax.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache

from borax.calendars.lunardate import LCalendars, LunarDate

from club.club import AFTER, BEFORE, SECOND, DayRules
from club.refusal import Refused
from storage.members import Birthday

SOLAR, LUNAR = "solar", "lunar"
USUAL = DayRules()
NEXT_WITHIN = 9 * 366
"""Days; a 29 February that is skipped in common years is 8 years away at most."""
OLDEST = 120
"""Years; an earlier year of birth is taken for a slip of the finger."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_TENS = {"": 0, "初": 0, "十": 10, "一十": 10, "二十": 20, "廿": 20, "三十": 30, "卅": 30}
_HAN = {tens + one: ten + ones for tens, ten in _TENS.items() for ones, one in enumerate(("", *"一二三四五六七八九"))}
_HAN |= {"初十": 10, "正": 1, "冬": 11, "腊": 12, "臘": 12}

_FORMS = (
    re.compile(r"(?P<year>\d{4})[-/. ](?P<month>\d{1,2})[-/. ](?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.?(?:\s?(?P<year>\d{4}))?"),
    re.compile(r"(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>[a-z]+)\.?,?(?:\s+(?P<year>\d{4}))?"),
    re.compile(r"(?P<month>[a-z]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?(?:\s+(?P<year>\d{4}))?"),
    re.compile(
        r"(?:(?P<year>\d{4}|[〇零一二三四五六七八九]{4})\s?年)?\s?"
        r"[闰閏]?(?P<month>\d{1,2}|[正冬腊臘一二三四五六七八九十]{1,2})\s?月\s?"
        r"(?P<day>\d{1,2}|[初一二三四五六七八九十廿卅]{1,3})\s?[日号號]?"
    ),
)
_EITHER_WAY = re.compile(r"(?P<one>\d{1,2})(?:/(?P<other>\d{1,2})|[-/](?P<before_year>\d{1,2})[-/](?P<year>\d{4}))")
_LUNAR_DAY = re.compile(r".*月\s?[初一二三四五六七八九十廿卅]+")
_LUNAR_MARK = re.compile(r"(?:lunar|农历|農曆|阴历|陰曆|旧历|舊曆)[\s:：]*")
_AS_WE_WRITE = re.compile(
    r"(?P<month>\d{1,2})(?:st|nd|rd|th) lunar month,? day (?P<day>\d{1,2})(?:,? (?P<year>\d{4}))?"
)
"""The English words in which a lunar day is told (`templates/profile`): what is read here may be sent back."""
_SOLAR_MARK = re.compile(r"(?:公历|公曆|阳历|陽曆|国历|國曆|新历|新曆|西历|西曆)[\s:：]*")
_MINGUO = re.compile(r"^(?:中[华華])?民[国國]\s?(?P<year>\d{1,3})\s?(?P<mark>[年./-])")
"""Years of the Republic, as Taiwan counts them: 民國79年 is 1990."""


def parse(text: str, today: date, kept_calendar: str = SOLAR) -> Birthday:
    """A birthday as people write it: 1990-03-14, 14/3, March 14, 3月14日, 民國79年3月14日, 农历八月十五, lunar 8-15.

    A leap month counts as the month it repeats. Raises `Refused`: not understood, one of two days, no such day, not in
    the past.
    """
    return checked(read(text, kept_calendar), today)


def read(text: str, kept_calendar: str = SOLAR) -> Birthday:
    """The day that was written, be there such a day or not. Raises `Refused`: not understood, one of two days."""
    words = unicodedata.normalize("NFKC", text).strip().lower()
    told = _AS_WE_WRITE.fullmatch(words)
    if told:
        words = "lunar " + "-".join(part for part in (told["year"], told["month"], told["day"]) if part)
    if _LUNAR_MARK.search(words):
        kept_calendar, words = LUNAR, _LUNAR_MARK.sub("", words, count=1)
    elif _SOLAR_MARK.search(words):
        kept_calendar, words = SOLAR, _SOLAR_MARK.sub("", words, count=1)
    elif _LUNAR_DAY.fullmatch(words):
        kept_calendar = LUNAR  # 八月十五, in Chinese numerals and without 日, is how lunar dates are written
    words = _MINGUO.sub(lambda match: f"{int(match['year']) + 1911}{match['mark']}", words)
    found = _read(words, kept_calendar)
    if found is None:
        raise Refused("membership/birthday_unclear")
    year, month, day = found
    return Birthday(kept_calendar, month, day, year)


def checked(birthday: Birthday, today: date) -> Birthday:
    """The same birthday, or `Refused` where the calendar has no such day or the year cannot be."""
    if birthday.calendar == LUNAR:
        exists = 1 <= birthday.month <= 12 and 1 <= birthday.day <= 30
    else:
        year = birthday.year or 2000  # a leap year: 29 February exists
        exists = 1 <= birthday.month <= 12 and 1 <= birthday.day <= calendar.monthrange(year, birthday.month)[1]
    if not exists:
        raise Refused("membership/birthday_no_such_day", calendar=birthday.calendar)
    if birthday.year is not None and birthday.year < today.year - OLDEST:
        raise Refused("membership/birthday_long_ago")
    if birthday.year is not None and _in_future(birthday, birthday.year, today):
        raise Refused("membership/birthday_future")
    return birthday


def _in_future(birthday: Birthday, year: int, today: date) -> bool:
    if birthday.calendar == SOLAR:
        return date(year, birthday.month, birthday.day) > today
    if year != today.year:
        return year > today.year
    day = min(birthday.day, LCalendars.ndays(year, birthday.month))
    kept: date = LunarDate(year, birthday.month, day).to_solar_date()
    return kept > today


def _read(words: str, kept_calendar: str) -> tuple[int | None, int, int] | None:
    """Year, month and day as they are written, be there such a day or not; None where they cannot be told."""
    for form in _FORMS:
        if match := form.fullmatch(words):
            parts = match.groupdict()
            month, day = _number(parts["month"]), _number(parts["day"])
            return None if month is None or day is None else (_year(parts.get("year")), month, day)
    if match := _EITHER_WAY.fullmatch(words):
        one, other = int(match["one"]), int(match["other"] or match["before_year"])
        return _year(match["year"]), *_either_way(one, other, kept_calendar)
    return None


def _either_way(one: int, other: int, kept_calendar: str) -> tuple[int, int]:
    """Month and day: 14/3 and 03/14/1990 can be told apart; of 3/4 nobody knows which is the month.

    A lunar date is written with the month first.
    """
    if one > 12 >= other:
        return other, one
    if one != other and 1 <= one <= 12 and 1 <= other <= 12 and kept_calendar == SOLAR:
        raise Refused("membership/birthday_either_way", one=one, other=other)
    return one, other


def _number(text: str) -> int | None:
    """14, march, 初五, 十五, 廿三, 腊."""
    return int(text) if text.isdecimal() else _MONTHS.get(text) or _HAN.get(text)


def _year(text: str | None) -> int | None:
    return int(text.translate(_DIGITS)) if text else None


def solar_days_kept_on(day: date, rules: DayRules = USUAL) -> list[tuple[int, int]]:
    """The (month, day) of solar birthdays that are kept on this day."""
    kept = [(day.month, day.day)]
    instead = {BEFORE: (2, 28), AFTER: (3, 1)}.get(rules.leap_day)
    if kept == [instead] and not calendar.isleap(day.year):
        kept.append((2, 29))
    return kept


def lunar_days_kept_on(day: date, rules: DayRules = USUAL) -> tuple[int, list[tuple[int, int]]]:
    """The lunar year, and the (month, day) of lunar birthdays that are kept on this day; of a month that comes twice,
    only one is kept."""
    lunar = _lunar(day)
    repeated = lunar.month == LCalendars.leap_month(lunar.year)
    if repeated and bool(lunar.leap) != (rules.leap_month == SECOND):
        return lunar.year, []
    kept = [(lunar.month, lunar.day)]
    if lunar.day == 29 and rules.thirtieth == BEFORE and LCalendars.ndays(lunar.year, lunar.month, lunar.leap) == 29:
        kept.append((lunar.month, 30))
    return lunar.year, kept


@lru_cache(maxsize=2_000)
def _lunar(day: date) -> LunarDate:
    """A year is gone through day by day for each birthday, and once more for each campaign."""
    return LunarDate.from_solar(day)


def next_kept(birthday: Birthday, today: date, rules: DayRules = USUAL) -> date:
    """The next day, today included, on which this birthday is kept."""
    for ahead in range(NEXT_WITHIN):
        day = today + timedelta(days=ahead)
        kept = solar_days_kept_on(day, rules) if birthday.calendar == SOLAR else lunar_days_kept_on(day, rules)[1]
        if (birthday.month, birthday.day) in kept:
            return day
    raise ValueError(f"no day in sight for {birthday}")
