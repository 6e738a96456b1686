"""For whom the moment of a campaign has come. Deciding happens here, on dates and zones; the database finds the people.

An occasion is a word (`birthday:2027`, `2027-02-06`, `purchase:881`). A campaign speaks to a member once for each, so
looking again, a restart or a changed clock repeats nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from sqlalchemy import ColumnElement, Connection

from campaigns import calendars
from campaigns.hours import DAY, due_by, said_by, time_for
from campaigns.moments import CALENDAR, EVENTS, MEMBER, Moment
from club.birthdays import LUNAR, SOLAR, lunar_days_kept_on, solar_days_kept_on
from club.club import Club
from club.days import day_of, end_of, moment_on, months_later, start_of
from club.notices import TIER
from club.places import local_time
from storage import moments

LOOKED_BACK = timedelta(days=40)
"""A program that stood still for longer does not list all that it missed."""
LOOKED_AHEAD = timedelta(days=5 * 366)
ANNIVERSARIES = 60
"""Years after joining that are thought of."""
A_BLINK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Kept:
    """A day of the year in a calendar."""

    calendar: str
    month: int
    day: int


@dataclass(frozen=True)
class Due:
    """An occasion that has come where the `zones` are, or that was missed there (`late`): then it is only noted down.

    `kept`: for whose days, where it is about a day of their own. `between`: for whom it happened in this time, both
    ends included (UTC); then the occasion is the beginning of the word, and the row of what happened makes it whole.
    """

    occasion: str
    zones: tuple[str, ...]
    kept: tuple[Kept, ...] = ()
    between: tuple[datetime, datetime] | None = None
    late: bool = False


_Said = tuple[str, tuple[Kept, ...], tuple[datetime, datetime] | None, bool]


def due(moment: Moment, club: Club, since: datetime, now: datetime, zones: Iterable[str]) -> list[Due]:
    """What is due now (UTC), and what became due after `since`, when somebody looked last, and is late by now."""
    found: defaultdict[_Said, list[str]] = defaultdict(list)
    look = _happened if moment.when in EVENTS else _on_days
    for zone in zones:
        for said in look(moment, club, max(since, now - LOOKED_BACK), now, zone):
            found[said].append(zone)
    return [
        Due(occasion, tuple(where), kept, between, late) for (occasion, kept, between, late), where in found.items()
    ]


def _on_days(moment: Moment, club: Club, since: datetime, now: datetime, zone: str) -> Iterator[_Said]:
    for day in _days(moment, day_of(since, zone) - 2 * DAY, day_of(now, zone) + DAY):
        begins, ends = _time_on(moment, club, day, zone)
        late = since < begins and ends <= now
        if late or begins <= now < ends:
            for occasion, kept in _kept_on(moment, club, day):
                yield occasion, kept, None, late


def _time_on(moment: Moment, club: Club, day: date, zone: str) -> tuple[datetime, datetime]:
    """From when to when the occasion of this day is told in a zone (UTC)."""
    at = moment.at or club.greeting_at
    begins = moment_on(day, at, zone if moment.zone == MEMBER else moment.zone)
    own = moment.at if local_time(begins, zone).time() == at else None  # elsewhere it is another hour, night perhaps
    return time_for(club, begins, zone, own)


def own_hour(moment: Moment | None, day: date, zone: str) -> time | None:
    """The hour that a moment was set to, where it is that hour by the clocks of this zone too; None: no hour of its
    own."""
    if moment is None or moment.at is None or moment.zone == MEMBER:
        return moment.at if moment else None
    begins = moment_on(day, moment.at, moment.zone)
    return moment.at if local_time(begins, zone).time() == moment.at else None


def _days(moment: Moment, first: date, last: date) -> Iterable[date]:
    """The days from `first` to `last` on which the moment speaks; for days of one's own, all of them."""
    ahead = timedelta(days=moment.days)
    if moment.when == "once" and moment.on is not None:
        return [moment.on] if first <= moment.on <= last else []
    if moment.when == "recurring" and moment.rule and moment.starts:
        return calendars.rule_days(moment.rule, moment.starts, first, last)
    if moment.festival:
        return [day + ahead for day in calendars.festival_days(moment.festival, first - ahead, last - ahead)]
    if moment.region and moment.holiday:
        days = calendars.holiday_days(moment.region, moment.holiday, first - ahead, last - ahead)
        return [day + ahead for day in days]
    return (first + timedelta(days=one) for one in range((last - first).days + 1))


def _kept_on(moment: Moment, club: Club, day: date) -> list[tuple[str, tuple[Kept, ...]]]:
    """The occasions of a day on which the moment speaks, and whose days they are about."""
    if moment.when == "once":
        return [("once", ())]
    about = day - timedelta(days=moment.days)
    if moment.when in CALENDAR:
        return [(about.isoformat(), ())]
    solar = tuple(Kept(SOLAR, *one) for one in solar_days_kept_on(about, club.days))
    lunar_year, lunar_days = lunar_days_kept_on(about, club.days)
    lunar = tuple(Kept(LUNAR, *one) for one in lunar_days)
    word = {"birthday": "birthday", "family": "family", "joined_anniversary": "anniversary"}[moment.when]
    found = [(f"{word}:{about.year}", solar)]
    if lunar and moment.when != "joined_anniversary":
        found.append((f"{word}:lunar:{lunar_year}", lunar))
    return found


def _happened(moment: Moment, club: Club, since: datetime, now: datetime, zone: str) -> Iterator[_Said]:
    """In decent hours: what fell due since those before. What fell due earlier, and nobody looked in time, is late."""
    shift, over, until = timedelta(days=moment.days), said_by(club, now, zone), due_by(club, now, zone)
    if until is not None:
        yield moment.when, (), (over + A_BLINK - shift, until - shift), False
    seen = due_by(club, since, zone) or said_by(club, since, zone)
    if seen < over:
        yield moment.when, (), (seen + A_BLINK - shift, over - shift), True


def people(db: Connection, moment: Moment, club: Club, found: Due) -> ColumnElement[bool]:
    """Whom the occasion is about, as a condition on members."""
    here = moments.living_in(found.zones, few=found.between is not None)
    if found.between is not None:
        return here & _event(db, moment, *found.between, club)
    days = [(one.month, one.day) for one in found.kept]
    if moment.when == "birthday":
        return here & moments.born_on(found.kept[0].calendar, days)
    if moment.when == "family":
        return here & moments.remembering_on(found.kept[0].calendar, days)
    if moment.when == "joined_anniversary":
        return here & moments.joined_within(_anniversaries(club, found))
    return here


def _anniversaries(club: Club, found: Due) -> list[tuple[datetime, datetime]]:
    """The days, by the club's own calendar, on which they joined whose anniversary it is."""
    this_year = int(found.occasion.rpartition(":")[2])
    days = []
    for year in range(this_year - ANNIVERSARIES, this_year):
        for kept in found.kept:
            try:
                days.append(date(year, kept.month, kept.day))
            except ValueError:  # no 29 February
                continue
    return [(start_of(day, club.zone), end_of(day, club.zone)) for day in days]


def _event(db: Connection, moment: Moment, first: datetime, last: datetime, club: Club) -> ColumnElement[bool]:
    """To whom it happened, or will happen, in [first, last]."""
    match moment.when:
        case "purchased":
            return moments.bought_between(first, last, moment.product, only_first=moment.first)
        case "complaint_closed":
            return moments.resolved_between(first, last)
        case "tier_changed":
            return moments.told_of_tier_between(first, last, TIER, moment.tier)
        case "points_milestone":
            return moments.earned_between(first, last, moment.points or 0)
        case "silent" | "expected_purchase":
            return moments.overdue_between(first - A_BLINK, last, round(10 * (moment.intervals or 1)))
        case "membership_end":
            return moments.ending_between(first, last)
        case "points_expiry":
            return moments.lapsing_between(first, last)
        case "event":
            return moments.visiting_between(first, last, moment.days)
        case "replacement_due":
            return moments.wearing_out(_bought(moments.lives(db), first, last, club), moment.product)
        case _:
            return moments.joined_between(first, last)


def _bought(lives: Iterable[int], first: datetime, last: datetime, club: Club) -> list[tuple[int, datetime, datetime]]:
    """For so many months that things live, from when to when one was bought that has lived them in [first, last]."""
    spans = []
    for months in lives:
        ago = [
            datetime.combine(months_later(day_of(one, club.zone), -months), local_time(one, club.zone).timetz())
            for one in (first, last)
        ]
        spans.append((months, ago[0].astimezone(UTC), ago[1].astimezone(UTC)))
    return spans


def word_of(moment: Moment, found: Due) -> str | ColumnElement[str]:
    """The occasion as it is stored for each of these people."""
    match moment.when:
        case "family":
            return moments.relative_of(found.occasion.partition(":")[2])
        case "purchased":
            return moments.order_of()
        case "complaint_closed":
            return moments.complaint_of()
        case "tier_changed":
            return moments.tier_of()
        case "points_milestone":
            return f"milestone:{moment.points}"
        case "silent" | "expected_purchase":
            return moments.last_purchase(moment.when)
        case "membership_end":
            return moments.term_of()
        case "points_expiry":
            return moments.lapse_of()
        case "event":
            return moments.visit_of()
        case "replacement_due":
            return moments.worn_out()
        case _:
            return found.occasion


def next_occurrences(moment: Moment, club: Club, now: datetime, zone: str, n: int) -> list[datetime]:
    """When it speaks next in a zone (UTC), `n` times at most. Empty where that hangs on the member."""
    if moment.when not in CALENDAR:
        return []
    today = day_of(now, zone)
    ahead = (_time_on(moment, club, day, zone)[0] for day in _days(moment, today - 2 * DAY, today + LOOKED_AHEAD))
    return list(islice((begins for begins in ahead if begins > now), n))


def openings(moment: Moment, club: Club, now: datetime, zone: str, ahead: timedelta) -> Iterator[tuple[datetime, Due]]:
    """From when on (UTC) the moment speaks of which days of their own in a zone, so far ahead."""
    for day in _days(moment, day_of(now, zone), day_of(now + ahead, zone)):
        begins = _time_on(moment, club, day, zone)[0]
        if begins > now:
            for occasion, kept in _kept_on(moment, club, day):
                yield begins, Due(occasion, (zone,), kept)


def looked_at_next(moment: Moment, club: Club, now: datetime, zones: Iterable[str]) -> datetime | None:
    """Until when nothing new can be due (UTC) of what is no event: no need to look before. None: never again."""
    found: list[datetime] = []
    for zone in zones:
        today = day_of(now, zone)
        last = today + (LOOKED_AHEAD if moment.when in CALENDAR else 2 * DAY)
        begins = (_time_on(moment, club, day, zone)[0] for day in _days(moment, today - 2 * DAY, last))
        found += islice((one for one in begins if one > now), 1)
    return min(found, default=None)
