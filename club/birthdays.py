"""Birthdays: which dates there are, and on which days they are kept.

Policies where the calendar leaves a gap: 29 February is kept on 28 February in a common year; the 30th of a lunar month
on the 29th where that month is short this year; a lunar birthday once a year, not again in a leap month. The lunar
tables (1900-2100) are those of the MIT-licensed library borax.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import Any

from borax.calendars.lunardate import LCalendars, LunarDate

from club.refusal import Refused
from storage.members import Birthday

SOLAR, LUNAR = "solar", "lunar"
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
_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12, "臘": 12}

_FORMS = (
    re.compile(r"(?P<year>\d{4})[-/. ](?P<month>\d{1,2})[-/. ](?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.?(?:\s?(?P<year>\d{4}))?"),
    re.compile(r"(?P<month>\d{1,2})[-/](?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<word>[a-z]+)\.?,?(?:\s+(?P<year>\d{4}))?"),
    re.compile(r"(?P<word>[a-z]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?(?:\s+(?P<year>\d{4}))?"),
    re.compile(r"(?:(?P<year>\d{4})\s?年)?\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?[日号號]?"),
)
_HAN = re.compile(
    r"(?:[〇零一二三四五六七八九]{4}年)?(?P<month>[正冬腊臘一二三四五六七八九十]{1,2})月"
    r"初?(?P<day>[一二三四五六七八九十廿卅]{1,3})[日号號]?"
)
_LUNAR_MARK = re.compile(r"^(?:lunar|农历|農曆|阴历|陰曆|旧历|舊曆)[\s:：]*", re.IGNORECASE)


def parse(text: str, today: date, kept_calendar: str = SOLAR) -> Birthday:
    """A birthday as people write it: 1990-03-14, 14.3., March 14, 3月14日, 农历八月十五, lunar 8-15.

    Raises `Refused`: not understood, no such day, not in the past.
    """
    words = text.strip().lower()
    if mark := _LUNAR_MARK.match(words):
        kept_calendar, words = LUNAR, words[mark.end() :]
    elif _HAN.fullmatch(words) and words[-1] not in "日号號":
        kept_calendar = LUNAR  # 八月十五 in Chinese numerals is how lunar dates are written
    found = _read(words)
    if found is None:
        raise Refused("membership/birthday_unclear")
    year, month, day = found
    return checked(Birthday(kept_calendar, month, day, year), today)


def checked(birthday: Birthday, today: date) -> Birthday:
    """The same birthday, or `Refused` where the calendar has no such day or the year cannot be."""
    if birthday.calendar == LUNAR:
        exists = 1 <= birthday.month <= 12 and 1 <= birthday.day <= 30
    else:
        year = birthday.year or 2000  # a leap year: 29 February exists
        exists = 1 <= birthday.month <= 12 and 1 <= birthday.day <= calendar.monthrange(year, birthday.month)[1]
    if not exists:
        raise Refused("membership/birthday_no_such_day", calendar=birthday.calendar)
    if birthday.year is not None and _in_future(birthday, today):
        raise Refused("membership/birthday_future")
    if birthday.year is not None and birthday.year < today.year - OLDEST:
        raise Refused("membership/birthday_long_ago")
    return birthday


def _in_future(birthday: Birthday, today: date) -> bool:
    year = birthday.year or today.year
    if birthday.calendar == LUNAR:
        return year > today.year
    return date(year, birthday.month, birthday.day) > today


def _read(words: str) -> tuple[int | None, int, int] | None:
    for form in _FORMS:
        if match := form.fullmatch(words):
            parts: dict[str, Any] = match.groupdict()
            month = _MONTHS.get(parts["word"]) if "word" in parts else int(parts["month"])
            if month is None:
                return None
            return int(parts["year"]) if parts.get("year") else None, month, int(parts["day"])
    if match := _HAN.fullmatch(words):
        return None, _han_number(match["month"]), _han_number(match["day"])
    return None


def _han_number(text: str) -> int:
    """初五 5, 十五 15, 廿三 23, 三十 30, 腊 12."""
    if text in _LUNAR_MONTHS:
        return _LUNAR_MONTHS[text]
    text = text.replace("廿", "二十").replace("卅", "三十")
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
    return _DIGITS.get(text, 0)


def solar_days_kept_on(day: date) -> list[tuple[int, int]]:
    """The (month, day) of solar birthdays that are kept on this day."""
    kept = [(day.month, day.day)]
    if (day.month, day.day) == (2, 28) and not calendar.isleap(day.year):
        kept.append((2, 29))
    return kept


def lunar_days_kept_on(day: date) -> tuple[int, list[tuple[int, int]]]:
    """The lunar year, and the (month, day) of lunar birthdays that are kept on this day; none in a leap month."""
    lunar = LunarDate.from_solar(day)
    if lunar.leap:
        return lunar.year, []
    kept = [(lunar.month, lunar.day)]
    if lunar.day == 29 and LCalendars.ndays(lunar.year, lunar.month) == 29:
        kept.append((lunar.month, 30))
    return lunar.year, kept


def next_kept(birthday: Birthday, today: date) -> date:
    """The next day, today included, on which this birthday is kept."""
    for ahead in range(800):
        day = today + timedelta(days=ahead)
        kept = solar_days_kept_on(day) if birthday.calendar == SOLAR else lunar_days_kept_on(day)[1]
        if (birthday.month, birthday.day) in kept:
            return day
    raise ValueError(f"no day in sight for {birthday}")
