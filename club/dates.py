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
_HAN_WEEK = re.compile(r"(?P<next>下个?|下個)?(?:这|這|本)?(?:周|週|星期|礼拜|禮拜)(?P<day>[一二三四五六日天])")
_WEEKDAY_BESIDE = re.compile(
    r"^on\s+|^(?:on\s+)?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+(?=.*\d)"
    r"|(?<=[日号號])[\s(]*(?:周|週|星期|礼拜|禮拜)[一二三四五六日天]\)?$"
)
"""A day of the week that stands beside a date: the date says it."""
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
LATE = frozenset({"下午", "傍晚", "晚上"})


def read_day(text: str, today: date, *, today_too: bool = False) -> date:
    """The day that is meant, after today or from today on; without a year the next one. Raises `Refused`: not
    understood, over, too far away."""
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
    hour = _hour(found) if found else None
    if found is None or hour is None:
        read_day(tidy, today, today_too=True)  # says what is wrong with the day first
        raise Refused("dates/hour_please")
    return read_day(_BETWEEN.sub("", tidy[: found.start()]).strip(), today, today_too=True), hour


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
    return today + timedelta(days=(_WEEKDAYS[han["day"] if han else word] - today.weekday()) % 7)


def _dated(text: str, today: date, first: date) -> date:
    try:
        told = birthdays.read(_WEEKDAY_BESIDE.sub("", _tidy(text)))
        kept = birthdays.checked(replace(told, year=None), today)
        if told.year is None or told.calendar == LUNAR:
            return birthdays.next_kept(kept, first)
        return date(told.year, told.month, told.day)
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
    if hour < 12 and (found["half"] == "p" or found["part"] in LATE or (found["part"] == "中午" and hour < 10)):
        hour += 12
    elif hour == 12 and found["half"] == "a":
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None
