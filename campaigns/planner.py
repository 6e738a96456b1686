"""Finds what is due and writes it down. May run as often as one likes: an occasion is planned once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from campaigns.hours import is_decent, time_for
from campaigns.moments import EVENTS, Moment
from campaigns.occasions import due, openings, people, word_of
from campaigns.programmes import GREETINGS, TOO_LATE
from club import feedback
from club.club import Club
from club.membership import TOLD_BEFORE
from club.notices import ENDING, EXPIRING, FEEDBACK
from club.tickets import existing
from storage import moments, occasions, state
from storage.outbox import Lane

LOOKED = "planned_until"
"""Where it is kept when somebody looked last."""
LAPSING_TOLD_BEFORE = timedelta(days=14)
_DAY = timedelta(days=1)


def plan_due(db: Connection, club: Club, now: datetime) -> int:
    """Plan everything that is due at this moment (UTC); how many messages that were."""
    notices = plan_lapsing(db, club, now) + plan_ending(db, club, now)
    return plan_greetings(db, club, now) + notices + plan_feedback(db, club, now)


def plan_greetings(db: Connection, club: Club, now: datetime) -> int:
    """The programmes that greet: each at its moment, by the clock of where its people live. What the program slept
    through is written down as too late, and not said."""
    seen = state.get(db, LOOKED)
    since = now if seen is None else datetime.fromisoformat(seen)
    zones = moments.zones(db, moments.willing())
    planned = 0
    for campaign, moment in GREETINGS.items():
        for found in due(moment, club, since, now, zones):
            among = moments.willing() & people(moment, club, found)
            reason = TOO_LATE if found.late else None
            new = occasions.plan(
                db, campaign, word_of(moment, found), Lane.GREETING, among=among, not_before=now, skipped=reason
            )
            planned += 0 if found.late else new
    state.put(db, LOOKED, now.isoformat())
    return planned


def plan_lapsing(db: Connection, club: Club, now: datetime) -> int:
    """Points that lapse within two weeks: said once for each day on which some do, at a decent hour."""
    if not is_decent(club, now, club.zone):
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
    if not is_decent(club, now, club.zone):
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
        if is_decent(club, now, zone):
            ticket = existing(db, ticket_id)
            occasion, among = feedback.occasion_of(ticket), occasions.one_member(ticket.member_id)
            if occasions.plan(db, FEEDBACK, occasion, Lane.SERVICE, among=among, not_before=now):
                feedback.ask(db, ticket, club, now)
                planned += 1
    return planned


def underway(db: Connection, now: datetime) -> bool:
    """Is anything that is due still to be sent?"""
    return occasions.underway(db, now)


def upcoming(db: Connection, club: Club, now: datetime, days: int = 400) -> list[tuple[str, datetime]]:
    """The next greeting of each programme, as (campaign, moment in UTC): for a clock that can jump."""
    zones = moments.zones(db, moments.willing())
    found = []
    for campaign, moment in GREETINGS.items():
        if moment.when in EVENTS:
            found += [(campaign, begins) for begins in _after_joining(db, club, moment, now)]
        else:
            found += [(campaign, begins) for begins in _next_day(db, club, moment, now, days, zones)]
    return sorted(found, key=lambda pair: pair[1])


def _after_joining(db: Connection, club: Club, moment: Moment, now: datetime) -> list[datetime]:
    """When those are written to who joined already, also those who wait for the morning."""
    wait = timedelta(days=moment.days)
    joined = moments.joined_after(db, now - wait - _DAY)
    times = (time_for(club, at + wait, zone)[0] for at, zone in joined)
    return sorted({begins for begins in times if begins > now})


def _next_day(db: Connection, club: Club, moment: Moment, now: datetime, days: int, zones: list[str]) -> list[datetime]:
    """When the next greeting about somebody's own day goes out, if any."""
    ahead = (
        (begins, found) for zone in zones for begins, found in openings(moment, club, now, zone, timedelta(days=days))
    )
    for begins, found in sorted(ahead, key=lambda pair: pair[0]):
        if moments.anybody(db, moments.willing() & people(moment, club, found)):
            return [begins]
    return []
