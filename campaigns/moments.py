"""When the club speaks of itself: a moment is plain data, read once and said in a sentence.

    {"when": "birthday", "days": -3, "at": "10:00"}
    {"when": "festival", "festival": "mid_autumn"}
    {"when": "recurring", "rule": "FREQ=MONTHLY;BYMONTHDAY=1", "starts": "2027-01-01", "zone": "Asia/Shanghai"}
    {"when": "recurring", "cron": "30 10 * * 1-5", "starts": "2027-01-01"}
    {"when": "purchased", "days": 7}

Days are counted from what the moment is about, below 0 before it. `at` is a time of day in `zone`: where each member
lives (`member`, unless it says otherwise), or one zone for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, time
from typing import Any
from zoneinfo import available_timezones

from campaigns import calendars, cron
from campaigns.problems import Invalid, Problem
from club.hours import known_region
from templates import plain

MEMBER = "member"
"""The zone of a moment that comes to everybody by their own clock."""
CALENDAR = frozenset({"once", "recurring", "festival", "holiday"})
"""The same days for all."""
PERSONAL = frozenset({"birthday", "family", "joined_anniversary"})
"""Days of each member's own, every year."""
COMING = frozenset({"membership_end", "points_expiry", "replacement_due", "expected_purchase", "event"})
"""What can be seen ahead."""
EVENTS = COMING | frozenset(
    {
        "joined", "purchased", "complaint_closed", "tier_changed", "points_milestone", "silent",
    }
)  # fmt: skip
"""So long before or after something that happened, or will happen, to a member."""

EARLIEST, LATEST = time(7), time(21)
"""A moment is set to no hour outside of these: it would wake people up."""
FIRST_YEAR, LAST_YEAR = 2000, 2099
"""Of what a marketer can mean by a day."""
FARTHEST = 366
"""Days before or after."""


@dataclass(frozen=True)
class Moment:
    """When to speak. What does not belong to the kind named by `when` is None."""

    when: str
    days: int = 0
    at: time | None = None
    zone: str = MEMBER
    on: date | None = None
    rule: str | None = None
    starts: date | None = None
    festival: str | None = None
    region: str | None = None
    holiday: str | None = None
    product: str | None = None
    tier: str | None = None
    points: int | None = None
    intervals: float | None = None
    first: bool = False

    def as_data(self) -> dict[str, Any]:
        """What `parse` reads; only what was said."""
        told = ((one.name, getattr(self, one.name), one.default) for one in fields(self))
        return {name: _plain(value) for name, value, default in told if value != default}


def _plain(value: Any) -> Any:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return value.isoformat() if isinstance(value, date) else value


class _Unfit(Exception):
    """What would have worked."""


def _day(value: object) -> date:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        raise _Unfit("a day like 2027-02-06") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _Unfit(f"a day from {FIRST_YEAR} to {LAST_YEAR}, like 2027-02-06")
    return day


def _hour(value: object) -> time:
    try:
        hour = time.fromisoformat(str(value))
    except ValueError:
        raise _Unfit("a time like '10:00'") from None
    if hour.tzinfo or hour.second or not EARLIEST <= hour <= LATEST:
        raise _Unfit(f"a time from {EARLIEST:%H:%M} to {LATEST:%H:%M}, when nobody is asleep")
    return hour


def _whole(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise _Unfit(f"a whole number from {least} to {most}")
        return value

    return read


def _times(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= 20:
        raise _Unfit("a number from 1 to 20")
    return float(value)


def _yes_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Unfit("true or false")
    return value


def _words(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= 200:
        raise _Unfit("a name of at most 200 characters")
    return value.strip()


def _zone(value: object) -> str:
    if value != MEMBER and value not in available_timezones():
        raise _Unfit(f"'{MEMBER}' or a time zone like Asia/Shanghai")
    return str(value)


def _one_of(known: tuple[str, ...]) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in known:
            raise _Unfit(f"one of {', '.join(known)}")
        return str(value)

    return read


def _rule(value: object) -> str:
    rule, expected = calendars.checked_rule(str(value))
    if expected:
        raise _Unfit(expected)
    return rule


def _region(value: object) -> str:
    if not known_region(str(value)):
        raise _Unfit("a country, or a country and its part, like CN, HK or DE-BY")
    return str(value)


_READERS: Mapping[str, Callable[[object], Any]] = {
    "days": _whole(-FARTHEST, FARTHEST),
    "at": _hour,
    "zone": _zone,
    "on": _day,
    "rule": _rule,
    "starts": _day,
    "festival": _one_of(calendars.FESTIVALS),
    "region": _region,
    "holiday": _words,
    "product": _words,
    "tier": _words,
    "points": _whole(1, 10**12),
    "intervals": _times,
    "first": _yes_no,
}
_ANY_TIME = ("days", "at", "zone")
_KINDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "once": (("on",), ("at", "zone")),
    "recurring": (("rule", "starts"), ("at", "zone")),
    "festival": (("festival",), _ANY_TIME),
    "holiday": (("region", "holiday"), _ANY_TIME),
    "birthday": ((), ("days", "at")),
    "family": ((), ("days", "at")),
    "joined_anniversary": ((), ("days", "at")),
    "joined": ((), ("days",)),
    "purchased": ((), ("days", "product", "first")),
    "complaint_closed": ((), ("days",)),
    "tier_changed": ((), ("days", "tier")),
    "points_milestone": (("points",), ("days",)),
    "silent": (("intervals",), ()),
    "membership_end": ((), ("days",)),
    "points_expiry": ((), ("days",)),
    "replacement_due": ((), ("days", "product")),
    "expected_purchase": ((), ("days",)),
    "event": ((), ("days",)),
}
"""For each kind: what it needs, and what it may say besides."""
KINDS = tuple(_KINDS)


def parse(data: object, place: str = "moment") -> Moment:
    """The moment that these plain data mean. Raises `Invalid` with everything that is wrong with them."""
    if not isinstance(data, Mapping):
        raise Invalid([Problem(place, repr(data), "fields such as when: birthday")])
    when = data.get("when")
    if when not in _KINDS:
        raise Invalid([Problem(f"{place}.when", _found(when), f"one of {', '.join(KINDS)}")])
    if data.get("cron") is not None:
        data = _without_cron(data, place)
    needed, allowed = _KINDS[str(when)]
    problems = [Problem(f"{place}.{name}", "nothing", _expected(name)) for name in needed if data.get(name) is None]
    values: dict[str, Any] = {}
    for name, value in data.items():
        if name == "when" or value is None:
            continue
        if name not in needed + allowed:
            known = ", ".join(needed + allowed) or "nothing else"
            problems.append(Problem(f"{place}.{name}", _found(value), f"for {when} only: {known}"))
            continue
        try:
            values[name] = _READERS[name](value)
        except _Unfit as unfit:
            problems.append(Problem(f"{place}.{name}", _found(value), str(unfit)))
    if not problems and when == "holiday":
        problems += _no_such_holiday(place, values["region"], values["holiday"])
    if problems:
        raise Invalid(problems)
    return Moment(str(when), **values)


def _without_cron(data: Mapping[Any, Any], place: str) -> Mapping[Any, Any]:
    """What a schedule in the way of cron says, as a rule and an hour. Raises `Invalid`."""
    if data["when"] != "recurring" or data.get("rule") is not None or data.get("at") is not None:
        raise Invalid([Problem(f"{place}.cron", _found(data["cron"]), "with when: recurring, instead of rule and at")])
    try:
        rule, at = cron.read(str(data["cron"]))
    except ValueError:
        raise Invalid([Problem(f"{place}.cron", _found(data["cron"]), cron.EXPECTED)]) from None
    return {key: value for key, value in data.items() if key != "cron"} | {"rule": rule, "at": f"{at:%H:%M}"}


def _no_such_holiday(place: str, region: str, holiday: str) -> list[Problem]:
    known = calendars.holidays_of(region)
    return [] if holiday in known else [Problem(f"{place}.holiday", _found(holiday), f"one of {'; '.join(known)}")]


def _found(value: object) -> str:
    return "nothing" if value is None else repr(str(value)[:60])


def _expected(name: str) -> str:
    try:
        _READERS[name](None)
    except _Unfit as unfit:
        return str(unfit)
    return "a value"


WAYS = ("before", "on", "upon", "as", "after", "itself")
"""How the sentence of a moment speaks of what it is about."""


def sentence(moment: Moment, language: str) -> str:
    """The moment as one says it to a marketer, without markup."""
    facts: dict[str, Any] = {"moment": moment}
    if moment.rule is not None:
        facts["repeats"] = calendars.repetition(moment.rule)
    about, way = plain(f"moments/{moment.when}", language, **facts), _way(moment)
    said = plain(f"moments/{way}", language, about=about, days=abs(moment.days))
    return said if moment.when in EVENTS else said + plain("moments/hour", language, moment=moment)


def _way(moment: Moment) -> str:
    if moment.when in ("once", "recurring", "silent"):
        return "itself"
    if moment.days:
        return "before" if moment.days < 0 else "after"
    if moment.when in COMING:
        return "as"
    return "upon" if moment.when in EVENTS else "on"
