"""What will happen next, with its name and its moment: for a clock that can jump to it, and for whoever approves.

What hangs on a purchase that nobody has made yet cannot be seen; all else can.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection

from campaigns import audiences, campaigns, occasions, steps
from campaigns.definition import Definition
from campaigns.hours import time_for
from campaigns.moments import CALENDAR, EVENTS, Moment
from campaigns.occasions import A_BLINK, Due
from campaigns.planner import LAPSING_TOLD_BEFORE
from campaigns.problems import Invalid
from club import rebates
from club.birthdays import SOLAR
from club.club import Club
from club.days import day_of
from club.membership import TOLD_BEFORE
from club.notices import ENDING, EXPIRING, PROGRAMME
from club.switches import SWITCHES
from storage import campaigns as rows
from storage import journeys, moments, sends
from storage import occasions as written
from storage.campaigns import Campaign

MOST = 200
"""Campaigns that are looked at."""
FINE = timedelta(minutes=1)
"""How exactly the moment of an event is found that is reckoned: by halving the time in which it must lie."""
TRIES = 4
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Next:
    """The next time that something speaks (UTC). `campaign` None: a notice of the club's own, by its name."""

    name: str
    at: datetime
    campaign: Campaign | None = None
    found: Definition | None = None


def upcoming(db: Connection, club: Club, now: datetime, within: timedelta) -> list[Next]:
    """The next time of each campaign that is on and of each notice that can be seen ahead, the soonest first."""
    found = [*_notices(db, club, now, within)]
    for campaign in rows.of_states(db, tuple(steps.LIVE), limit=MOST):
        try:
            meant = campaigns.definition(campaign, club)
        except Invalid:
            continue
        at = next_of(db, campaign, meant, club, now, within)
        if at is not None:
            found.append(Next(campaign.key, at, campaign, meant))
    return sorted(found, key=lambda one: one.at)


def next_of(
    db: Connection, campaign: Campaign, found: Definition, club: Club, now: datetime, within: timedelta
) -> datetime | None:
    """When it speaks next (UTC): to somebody new, or to one who is on the way through its journey."""
    times = [next_time(db, found, club, now, within), *_on_the_way(db, campaign, now)]
    return min((at for at in times if at is not None), default=None)


def _on_the_way(db: Connection, campaign: Campaign, now: datetime) -> list[datetime]:
    """When somebody inside a journey goes on next, or a line of it waits for the morning."""
    times = (journeys.next_due(db, campaign.id), sends.next_due(db, campaign.id))
    return [at for at in times if at is not None and at > now]


def _notices(db: Connection, club: Club, now: datetime, within: timedelta) -> Iterator[Next]:
    """Points that lapse and memberships that end: told so long before, in the morning. And rebates: behind their
    period."""
    for notice, before, ends in (
        (EXPIRING, LAPSING_TOLD_BEFORE, written.lapse_moments(db, now, now + within + LAPSING_TOLD_BEFORE)),
        (ENDING, TOLD_BEFORE, written.ending_moments(db, now, now + within + TOLD_BEFORE)),
    ):
        told = sorted(time_for(club, end - before, club.zone)[0] for end in ends)
        ahead = next((at for at in told if at > now), None)
        if ahead is not None and SWITCHES[notice] in club.campaigns.notices:
            yield Next(notice, ahead)
    told_of_rebate = rebates.told_next(db, club, now)
    if told_of_rebate is not None and told_of_rebate <= now + within and SWITCHES[PROGRAMME] in club.campaigns.notices:
        yield Next(PROGRAMME, told_of_rebate)


def next_time(db: Connection, found: Definition, club: Club, now: datetime, within: timedelta) -> datetime | None:
    """When it speaks to somebody next (UTC), as far as that can be seen."""
    if found.moment is None:
        return None
    among = audiences.condition(found.audience, club, now) & moments.reachable()
    if found.kind.asks:
        among &= moments.willing()
    if found.moment.when in EVENTS:
        return _next_event(db, found.moment, among, club, now, within)
    look = _next_festival if found.moment.when in CALENDAR else _next_day
    return look(db, found.moment, among, club, now, within)


def _next_festival(
    db: Connection, moment: Moment, among: ColumnElement[bool], club: Club, now: datetime, within: timedelta
) -> datetime | None:
    """The next of the days that are the same for all, where the first of them lives."""
    zones = moments.zones(db, among)
    ahead = [at for zone in zones for at in occasions.next_occurrences(moment, club, now, zone, 1)]
    return min((at for at in ahead if at <= now + within), default=None)


def _next_day(
    db: Connection, moment: Moment, among: ColumnElement[bool], club: Club, now: datetime, within: timedelta
) -> datetime | None:
    """The next of somebody's own days."""
    zones, kept = moments.zones(db, among), _kept(db, moment, among, club)
    ahead = [
        (begins, due)
        for zone in zones
        for begins, due in occasions.openings(moment, club, now, zone, within)
        if any((one.calendar, one.month, one.day) in kept for one in due.kept)
    ]
    for begins, due in sorted(ahead, key=lambda pair: pair[0]):
        if moments.anybody(db, among & occasions.people(db, moment, club, due)):
            return begins
    return None


def _kept(db: Connection, moment: Moment, among: ColumnElement[bool], club: Club) -> set[tuple[str, int, int]]:
    """The days of the year (calendar, month, day) that any of them keeps: on others nobody has to be looked for."""
    if moment.when == "birthday":
        return moments.birthdays(db, among)
    if moment.when == "family":
        return moments.days_of_families(db, among)
    days = (day_of(joined, club.zone) for joined in moments.joinings(db, among))
    return {(SOLAR, day.month, day.day) for day in days}


def _next_event(
    db: Connection, moment: Moment, among: ColumnElement[bool], club: Club, now: datetime, within: timedelta
) -> datetime | None:
    """The next of what happened already, or can be foreseen."""
    shift, zones = timedelta(days=moment.days), moments.zones(db, among)
    after = now - _A_DAY  # what fell due in the night is said in the morning
    for _ in range(TRIES):
        fell = _first(db, moment, among, club, after - shift, now + within - shift, zones)
        if fell is None:
            return None
        ahead = [at for at in _spoken(db, moment, among, club, fell, shift, zones) if at > now]
        if ahead:
            return min(ahead)
        after = fell + FINE + shift
    return None


def _first(
    db: Connection,
    moment: Moment,
    among: ColumnElement[bool],
    club: Club,
    low: datetime,
    high: datetime,
    zones: list[str],
) -> datetime | None:
    """A moment in (low, high], not a minute before it happens first to one of them."""
    if moments.is_dated(moment.when):
        at = moments.first_of(db, moment.when, among & _people(db, moment, club, low, high, zones))
        return None if at is None else at - A_BLINK
    if not _happens(db, moment, among, club, low, high, zones):
        return None
    near = _A_DAY
    while low + near < high and not _happens(db, moment, among, club, low, low + near, zones):
        low, near = low + near, 2 * near
    high = min(high, low + near)
    while high - low > FINE:
        middle = low + (high - low) / 2
        if _happens(db, moment, among, club, low, middle, zones):
            high = middle
        else:
            low = middle
    return low


def _happens(
    db: Connection,
    moment: Moment,
    among: ColumnElement[bool],
    club: Club,
    low: datetime,
    high: datetime,
    zones: list[str],
) -> bool:
    return moments.anybody(db, among & _people(db, moment, club, low, high, zones))


def _people(
    db: Connection, moment: Moment, club: Club, low: datetime, high: datetime, zones: list[str]
) -> ColumnElement[bool]:
    """To whom it happens in (low, high]."""
    return occasions.people(db, moment, club, Due(moment.when, tuple(zones), between=(low + A_BLINK, high)))


def _spoken(
    db: Connection,
    moment: Moment,
    among: ColumnElement[bool],
    club: Club,
    fell: datetime,
    shift: timedelta,
    zones: list[str],
) -> list[datetime]:
    """When it is said what happens in the minute from then on: at once, or in the morning where they live."""
    here = [zone for zone in zones if _happens(db, moment, among, club, fell, fell + FINE, [zone])]
    return [time_for(club, fell + shift, zone)[0] for zone in here]
