"""What is said when a promise runs out or is broken, and what waits in the morning. Nobody has to ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from club import alarms
from club import staff as club_staff
from club.alarms import Alarm
from club.club import Club
from handlers import reports
from handlers.tickets import renew_cards
from storage import staff
from storage.outbox import Lane
from templates import button, render


def tell_due(db: Connection, club: Club, now: datetime) -> int:
    """Remind whoever has a request, tell those who lead of broken promises, and the customer that we are at it.

    How many requests it was about.
    """
    found = alarms.due(db, club, now)
    for alarm in found:
        if alarm.file.member.telegram_id is None:
            continue  # nobody waits any more
        facts = {"file": alarm.file, "promise": alarm.promise, "by": alarm.by, "zone": club.zone}
        template = "alarms/overdue" if alarm.overdue else "alarms/soon"
        for chat_id, language in _listeners(db, club, alarm):
            rows = [[button("card", f"show:{alarm.file.number}", language)]]
            text = render(template, language, **facts)
            reports.put(db, Lane.STAFF, chat_id, text, now, rows, about=alarm.file.ticket.id)
        if alarm.first:
            _tell_customer(db, alarm, now)
        renew_cards(db, club, alarm.file.ticket, now)
    return len({alarm.file.ticket.id for alarm in found})


def _listeners(db: Connection, club: Club, alarm: Alarm) -> Iterator[tuple[int, str]]:
    """Whoever has it; where nobody has, whoever looks; and of a broken promise, those who lead."""
    owner = alarm.file.ticket.owner_id
    known = [] if owner is None else [(owner, club_staff.language_of(db, club, owner))]
    known = known or club_staff.places(db, club)
    yield from known
    if alarm.overdue:
        yield from (leader for leader in leaders(db, club) if leader not in known)


def leaders(db: Connection, club: Club) -> list[tuple[int, str]]:
    """Owners and managers, each with their language."""
    lead = (club_staff.OWNER, club_staff.MANAGER)
    return [
        (one.telegram_id, club_staff.language_of(db, club, one.telegram_id))
        for one in staff.active(db)
        if one.role in lead
    ]


def _tell_customer(db: Connection, alarm: Alarm, now: datetime) -> None:
    customer = alarm.file.member
    if customer.telegram_id is not None:
        facts: dict[str, Any] = {"number": alarm.file.number, "kind": alarm.file.ticket.kind, "name": alarm.file.owner}
        text = render("alarms/still_working", customer.language, **facts)
        reports.put(db, Lane.SERVICE, customer.telegram_id, text, now)


def send_digest(db: Connection, club: Club, now: datetime) -> None:
    """The morning's list, to owners and managers."""
    found = alarms.digest_due(db, club, now)
    if found is None:
        return
    for chat_id, language in leaders(db, club):
        text = render("alarms/digest", language, digest=found, zone=club.zone, now=now)
        rows = [
            [button("queue_overdue", "queue:overdue.0", language), button("queue_unowned", "queue:unowned.0", language)]
        ]
        reports.put(db, Lane.STAFF, chat_id, text, now, rows)
