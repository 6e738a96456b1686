"""Finds what is due and writes it down. May run as often as one likes: an occasion is planned once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from campaigns.hours import is_decent
from club import feedback
from club.club import Club
from club.membership import TOLD_BEFORE
from club.notices import ENDING, EXPIRING, FEEDBACK
from club.tickets import existing
from storage import occasions
from storage.outbox import Lane

LAPSING_TOLD_BEFORE = timedelta(days=14)


def plan_due(db: Connection, club: Club, now: datetime) -> int:
    """Plan everything that is due at this moment (UTC); how many messages that were."""
    return plan_lapsing(db, club, now) + plan_ending(db, club, now) + plan_feedback(db, club, now)


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
