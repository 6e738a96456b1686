"""Finds what is due and writes it down. May run as often as one likes: an occasion is planned once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection

from campaigns.programmes import BIRTHDAY, FAMILY, FOLLOW_UP
from club import feedback
from club.birthdays import LUNAR, SOLAR, lunar_days_kept_on, solar_days_kept_on
from club.club import Club
from club.membership import TOLD_BEFORE
from club.notices import ENDING, EXPIRING, FEEDBACK
from club.places import local_time
from club.tickets import existing
from storage import occasions
from storage.outbox import Lane

LAPSING_TOLD_BEFORE = timedelta(days=14)
_DAY = timedelta(days=1)


def plan_due(db: Connection, club: Club, now: datetime) -> int:
    """Plan everything that is due at this moment (UTC); how many messages that were."""
    greetings = plan_follow_ups(db, club, now) + plan_birthdays(db, club, now) + plan_family(db, club, now)
    notices = plan_lapsing(db, club, now) + plan_ending(db, club, now)
    return greetings + notices + plan_feedback(db, club, now)


def plan_follow_ups(db: Connection, club: Club, now: datetime) -> int:
    """Three days after joining, at a decent hour where they live: is all well?

    Dropped where the program was down longer than the allowed lateness.
    """
    planned = 0
    for zone in _zones_following_up(db, club, now):
        asleep_since, opens = _night_before(club, now, zone)
        if now >= opens:
            first = min(asleep_since, now - club.greeting_late_after) - club.follow_up_after
            among = occasions.joined_between(first, now - club.follow_up_after, zone)
            planned += occasions.plan(db, FOLLOW_UP, "joined", Lane.GREETING, among=among, not_before=now)
    return planned


def _zones_following_up(db: Connection, club: Club, now: datetime) -> list[str]:
    """The zones of those whose follow-up came due in the last day or so; longer no night lasts."""
    due = now - club.follow_up_after
    return occasions.zones_of(db, occasions.joined_between(due - _DAY - club.greeting_late_after, due))


def _night_before(club: Club, now: datetime, zone: str) -> tuple[datetime, datetime]:
    """When the decent hours ended last before those that are now or come next, and when these begin (UTC)."""
    local = local_time(now, zone)
    opens = _opens(club, local)
    if local >= _closes(club, opens):
        opens += _DAY
    return _closes(club, opens - _DAY).astimezone(UTC), opens.astimezone(UTC)


def _closes(club: Club, opens: datetime) -> datetime:
    """The end of the decent hours of a day: at midnight at the latest."""
    midnight = datetime.combine(opens.date() + _DAY, time(), opens.tzinfo)
    return min(opens + club.greeting_late_after, midnight)


def plan_lapsing(db: Connection, club: Club, now: datetime) -> int:
    """Points that lapse within two weeks: said once for each day on which some do, at a decent hour."""
    if not _decent(club, local_time(now, club.zone)):
        return 0
    moments = occasions.lapse_moments(db, now, now + LAPSING_TOLD_BEFORE)
    return sum(
        occasions.plan(
            db,
            EXPIRING,
            f"expiring:{moment:%Y-%m-%dT%H:%M}",
            Lane.SERVICE,
            among=occasions.lapsing_at(moment),
            not_before=now,
        )
        for moment in moments
    )


def plan_ending(db: Connection, club: Club, now: datetime) -> int:
    """Memberships that end within two weeks: said once for each term, at a decent hour."""
    if not _decent(club, local_time(now, club.zone)):
        return 0
    planned = 0
    for moment in occasions.ending_moments(db, now, now + TOLD_BEFORE):
        occasion, among = f"membership_ending:{moment:%Y-%m-%dT%H:%M}", occasions.ending_at(moment)
        planned += occasions.plan(db, ENDING, occasion, Lane.SERVICE, among=among, not_before=now)
    return planned


def plan_feedback(db: Connection, club: Club, now: datetime) -> int:
    """Complaints that were resolved a while ago: is it well now? Once, at a decent hour where the customer lives, and
    if they can be reached."""
    planned = 0
    for ticket_id, zone in feedback.due(db, club, now):
        if _decent(club, local_time(now, zone)):
            ticket = existing(db, ticket_id)
            occasion, among = feedback.occasion_of(ticket), occasions.one_member(ticket.member_id)
            if occasions.plan(db, FEEDBACK, occasion, Lane.SERVICE, among=among, not_before=now):
                feedback.ask(db, ticket, club, now)
                planned += 1
    return planned


def plan_birthdays(db: Connection, club: Club, now: datetime) -> int:
    """Greetings for those whose day it is where they live, from the greeting hour on, never in the night after."""
    planned = 0
    for day, zones in _zones_by_day(club, occasions.zones_with_birthdays(db), now).items():
        for calendar, year, days in _kept_on(day):
            among = occasions.born_on(calendar, days, zones)
            planned += occasions.plan(db, BIRTHDAY, f"birthday:{year}", Lane.GREETING, among=among, not_before=now)
    return planned


def plan_family(db: Connection, club: Club, now: datetime) -> int:
    """The same for the days of their family, where they wish for a word."""
    planned = 0
    for day, zones in _zones_by_day(club, occasions.zones_with_family(db), now).items():
        for calendar, year, days in _kept_on(day):
            among = occasions.remembering_on(calendar, days, zones)
            planned += occasions.plan(
                db, FAMILY, occasions.relative_of(year), Lane.GREETING, among=among, not_before=now
            )
    return planned


def _kept_on(day: date) -> list[tuple[str, str, list[tuple[int, int]]]]:
    """For each calendar that keeps any day then: the word of its year, and the (month, day) that are kept."""
    lunar_year, lunar_days = lunar_days_kept_on(day)
    solar = (SOLAR, str(day.year), solar_days_kept_on(day))
    return [solar, (LUNAR, f"lunar:{lunar_year}", lunar_days)] if lunar_days else [solar]


def _zones_by_day(club: Club, zones: list[str], now: datetime) -> dict[date, list[str]]:
    """Those of the zones where it is a decent hour for a greeting, by their date of today."""
    decent: defaultdict[date, list[str]] = defaultdict(list)
    for zone in zones:
        local = local_time(now, zone)
        if _decent(club, local):
            decent[local.date()].append(zone)
    return decent


def _decent(club: Club, local: datetime) -> bool:
    """May one be written to at this hour where one lives?"""
    opens = _opens(club, local)
    return opens <= local < _closes(club, opens)


def _opens(club: Club, local: datetime) -> datetime:
    """The beginning of the decent hours of this day."""
    return datetime.combine(local.date(), club.greeting_at, local.tzinfo)


def underway(db: Connection, now: datetime) -> bool:
    """Is anything that is due still to be sent?"""
    return occasions.underway(db, now)


def upcoming(db: Connection, club: Club, now: datetime, days: int = 400) -> list[tuple[str, datetime]]:
    """The next birthday greeting, the next about somebody's family and the next follow-up, as (campaign, moment in
    UTC): for a clock that can jump."""
    found = [(FOLLOW_UP, moment) for moment in _follow_ups_ahead(db, club, now)]
    for campaign, zones, among in (
        (BIRTHDAY, occasions.zones_with_birthdays(db), occasions.born_on),
        (FAMILY, occasions.zones_with_family(db), occasions.remembering_on),
    ):
        found += [(campaign, moment) for moment in _next_day(db, club, now, days, zones, among)]
    return sorted(found, key=lambda pair: pair[1])


def _follow_ups_ahead(db: Connection, club: Club, now: datetime) -> list[datetime]:
    """When those go out that wait for the morning, and the next that come due."""
    ahead = []
    for zone in _zones_following_up(db, club, now):
        asleep_since, opens = _night_before(club, now, zone)
        waiting = occasions.joined_between(asleep_since - club.follow_up_after, now - club.follow_up_after, zone)
        if now < opens and occasions.anybody(db, waiting):
            ahead.append(opens)
    for joined, zone in occasions.joined_after(db, now - club.follow_up_after):
        due = joined + club.follow_up_after
        ahead.append(max(due, _night_before(club, due, zone)[1]))
    return ahead


def _next_day(
    db: Connection, club: Club, now: datetime, days: int, zones: list[str], among: Callable[..., ColumnElement[bool]]
) -> list[datetime]:
    """When the next greeting about a day goes out, if any."""
    for ahead in range(days):
        for zone in zones:
            local = local_time(now + timedelta(days=ahead), zone)
            opens = _opens(club, local)
            kept = (among(calendar, dates, [zone]) for calendar, _, dates in _kept_on(local.date()))
            if opens > now and any(occasions.anybody(db, people) for people in kept):
                return [opens]
    return []
