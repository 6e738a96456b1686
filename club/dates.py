"""Days to come, and the hour on them, as people write them: 1 March, 2027-03-01, 3月1日, tomorrow, Saturday 15:00,
下周六下午3点."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date, time, timedelta

from club import birthdays
from club.birthdays import LUNAR
from club.refusal import Refused

FARTHEST = timedelta(days=3 * 366)
"""A day beyond this is taken for a slip of the finger."""
_NEAR = {
    **dict.fromkeys(("today", "今天", "今日"), 0),
    **dict.fromkeys(("tomorrow", "明天", "明日"), 1),
    **dict.fromkeys(("后天", "後天"), 2),
}
"""Days from now."""
_WEEKDAYS = {
    word: number
    for number, words in enumerate(
        ("monday mon 一", "tuesday tue 二", "wednesday wed 三", "thursday thu 四", "friday fri 五", "saturday sat 六",
         "sunday sun 日 天")
    )
    for word in words.split()
}  # fmt: skip
_HAN_WEEK = re.compile(
    r"(?:(?P<next>下个?|下個)|(?P<this>[这這本]))?(?:周|週|星期|礼拜|禮拜)(?P<day>[一二三四五六日天])"
)
_WEEKDAY_BESIDE = re.compile(
    r"^(?:on\s+)?(?P<english>mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?\.?,?\s+(?=.*\d)|^on\s+"
    r"|(?<=[日号號])[\s(]*(?:周|週|星期|礼拜|禮拜)(?P<han>[一二三四五六日天])\)?$"
)
"""A day of the week that stands beside a date: it has to be that of the date."""
_HAN_HOURS = {han: hour for hour, han in enumerate("零一二三四五六七八九十")} | {
    "两": 2,
    "兩": 2,
    "十一": 11,
    "十二": 12,
}
_HOUR = re.compile(
    r"(?<!\d)(?P<part>上午|早上|中午|下午|傍晚|晚上)?\s*"
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"|(?P<full>\d{1,2}|[一二两兩三四五六七八九十]{1,2})\s*[点點时時](?P<rest>半|\d{1,2}分?)?"
    r"|(?P<bare>\d{1,2})(?=\s*[ap]\.?m))"
    r"\s*(?P<half>[ap])?(?(half)\.?m\.?)$"
)
_BETWEEN = re.compile(r"[\s,，、]+(?:at)?$")
_PARTS = {
    "早上": range(12),
    "上午": range(13),
    "中午": range(11, 15),
    "下午": range(12, 19),
    "傍晚": range(16, 20),
    "晚上": range(17, 24),
}
"""The hours of each part of the day. 晚上12点 is in none: it would be the night after, or a slip."""


def read_day(text: str, today: date, *, today_too: bool = False) -> date:
    """The day that is meant, after today or from today on; without a year the next one. Raises `Refused`: not
    understood, on another day of the week, over, too far away."""
    first = today if today_too else today + timedelta(days=1)
    day = _named(text, today) or _dated(text, today, first)
    if day < first:
        raise Refused("dates/passed_today" if today_too else "dates/passed")
    if day > today + FARTHEST:
        raise Refused("dates/far")
    return day


def read_moment(text: str, today: date) -> tuple[date, time]:
    """A day from today on and the hour that stands behind it. Raises `Refused`, also where there is no hour."""
    tidy = _tidy(text)
    found = _HOUR.search(tidy)
    day = read_day(_BETWEEN.sub("", tidy[: found.start()] if found else tidy).strip(), today, today_too=True)
    hour = _hour(found) if found else None
    if hour is None:
        raise Refused("dates/hour_please")
    return day, hour


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _named(text: str, today: date) -> date | None:
    """Tomorrow, Saturday, 下周六; None where it is no such word."""
    word = _tidy(text).removeprefix("on ")
    if word in _NEAR:
        return today + timedelta(days=_NEAR[word])
    han = _HAN_WEEK.fullmatch(word)
    if han is not None and han["next"]:
        return today + timedelta(days=7 - today.weekday() + _WEEKDAYS[han["day"]])
    if han is None and not (word.isascii() and word in _WEEKDAYS):
        return None
    ahead = _WEEKDAYS[han["day"] if han else word] - today.weekday()
    return today + timedelta(days=ahead if han is not None and han["this"] else ahead % 7)


def _dated(text: str, today: date, first: date) -> date:
    tidy = _tidy(text)
    day = _written(_WEEKDAY_BESIDE.sub("", tidy), today, first)
    beside = _WEEKDAY_BESIDE.search(tidy)
    named = (beside["english"] or beside["han"]) if beside else None
    if named is not None and _WEEKDAYS[named] != day.weekday():
        raise Refused("dates/weekday", day=day)
    return day


def _written(text: str, today: date, first: date) -> date:
    try:
        told = birthdays.read(text)
        kept = birthdays.checked(replace(told, year=None), today)
        if told.year is not None and told.calendar != LUNAR:
            return date(told.year, told.month, told.day)
        day = birthdays.next_kept(kept, first)
        if told.calendar == LUNAR:
            return day
        return day.replace(month=told.month, day=told.day)  # 29 February is not kept on the 28th, as a birthday is
    except (Refused, ValueError):
        raise Refused("dates/unclear") from None


def _hour(found: re.Match[str]) -> time | None:
    """The hour of the day; None for one that no clock shows."""
    said = found["hour"] or found["full"] or found["bare"]
    hour = int(said) if said.isdecimal() else _HAN_HOURS.get(said, 24)
    rest = found["minute"] or (found["rest"] or "0").removesuffix("分")
    minute = 30 if rest == "半" else int(rest)
    if found["half"] and not 1 <= hour <= 12:
        return None
    if found["part"]:
        hour = next((one for one in (hour, hour + 12) if one in _PARTS[found["part"]]), 24)
    elif hour < 12 and found["half"] == "p":
        hour += 12
    elif hour == 12 and found["half"] == "a":
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None
