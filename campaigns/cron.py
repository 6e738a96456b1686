"""A schedule as cron writes it, for those who think in it: read into the rule and the hour that a moment has anyway.

    30 10 * * 1-5     on working days at 10:30
    0 9 1,15 * *      on the 1st and the 15th of each month at 9:00

So what holds for rules holds for it: each day once, by the clock where members live, in summer time too, none at night.
"""

from __future__ import annotations

import re
from datetime import time

EXPECTED = "minute, hour, days, months, weekdays such as 30 10 * * 1-5: once a day, with days or weekdays, not both"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_PART = re.compile(r"(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:/([0-9]{1,2}))?", re.ASCII)
_LONGEST = 100


def read(text: str) -> tuple[str, time]:
    """The rule, and the time of day. Raises `ValueError` for what is no schedule of days."""
    fields = text.casefold().split()
    if len(fields) != 5 or len(text) > _LONGEST:
        raise ValueError(text)
    hour = time(_one(fields[1], 23), _one(fields[0], 59))
    days = _several(fields[2], 1, 31, ())
    months = _several(fields[3], 1, 12, MONTHS, first=1)
    weekdays = {day % 7 for day in _several(fields[4], 0, 7, WEEKDAYS)}
    every_day, every_weekday = days == set(range(1, 32)), weekdays == set(range(7))
    if not every_day and not every_weekday:
        raise ValueError(text)
    parts = ["FREQ=DAILY"]
    if not every_day:
        parts = ["FREQ=MONTHLY", f"BYMONTHDAY={_listed(days)}"]
    elif not every_weekday:
        parts = ["FREQ=WEEKLY", f"BYDAY={','.join(WEEKDAYS[day][:2].upper() for day in sorted(weekdays))}"]
    if len(months) < 12:
        parts.append(f"BYMONTH={_listed(months)}")
    return ";".join(parts), hour


def _listed(numbers: set[int]) -> str:
    return ",".join(map(str, sorted(numbers)))


def _one(text: str, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,2}", text) or int(text) > most:
        raise ValueError(text)
    return int(text)


def _several(text: str, low: int, high: int, names: tuple[str, ...], first: int = 0) -> set[int]:
    """`*`, `1,15`, `mon-fri`, `*/2`, `1-9/3`."""
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(text)
        start, end, step = match.groups()
        if start == "*":
            span = range(low, high + 1)
            if end is not None:
                raise ValueError(text)
        else:
            begins = _number(start, low, high, names, first)
            ends = _number(end, low, high, names, first) if end else high if step else begins
            span = range(begins, ends + 1)
        if not span or (step is not None and int(step) == 0):
            raise ValueError(text)
        found |= set(span[:: int(step or 1)])
    return found


def _number(text: str, low: int, high: int, names: tuple[str, ...], first: int) -> int:
    number = names.index(text) + first if text in names else int(text) if text.isdecimal() else -1
    if not low <= number <= high:
        raise ValueError(text)
    return number
