"""Many requests at once share a card in the staff group, which takes twenty messages a minute. A tap opens one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from club import staff as club_staff
from club import tickets as club_tickets
from club.club import Club
from handlers.chat import Rows, hang_card
from storage import digests, outbox
from storage.tickets import Ticket
from templates import button, render

A_MINUTE = 20
"""Messages that Telegram lets a group have in a minute."""
LEFT_FOR_TALK = 4
"""Of them, for answers to those who work: a card that would take one of these goes into a digest."""
MOST = 15
"""Requests of one digest: its text stays below Telegram's limit, whatever is written in them."""
GROWS = timedelta(minutes=10)
"""So long further requests join it; later it has moved too far up."""
IN_A_ROW = 3


def gathered(db: Connection, club: Club, ticket: Ticket, now: datetime) -> bool:
    """Put a new request into the digest where the group has no room for a card of its own. False where it has."""
    group = club_staff.group(db, club)
    room = A_MINUTE - LEFT_FOR_TALK
    if group is None or outbox.busy_with(db, group.id, now - timedelta(minutes=1), room) < room:
        return False
    digests.hold(db)
    digest = digests.current(db, now - GROWS, MOST) or ticket.id
    digests.add(db, digest, ticket.id)
    renew(db, club, digest, now)
    return True


def waits(db: Connection, ticket_id: int) -> bool:
    """Has a request no card of its own yet? What is said about it is shown once it is opened."""
    found = digests.of_ticket(db, ticket_id)
    return found is not None and not found[1]


def leave(db: Connection, club: Club, ticket: Ticket, now: datetime) -> bool:
    """It gets a card of its own from now on. False where it has one already."""
    if not waits(db, ticket.id):
        return False
    digests.hold(db)
    digest = digests.open_one(db, ticket.id)
    if digest is not None:
        renew(db, club, digest, now)
    return digest is not None


def renew_of(db: Connection, club: Club, ticket: Ticket, now: datetime) -> None:
    """A request changed: show it in its digest, as long as it stands there, and where its customer was forgotten."""
    found = digests.of_ticket(db, ticket.id)
    if found is not None and (not found[1] or club_tickets.file_of(db, ticket).member.status == "erased"):
        digests.hold(db)
        renew(db, club, found[0], now)


def renew(db: Connection, club: Club, digest: int, now: datetime) -> None:
    """The digest as it stands now."""
    group = club_staff.group(db, club)
    if group is None:
        return
    lines = [
        (club_tickets.file_of(db, club_tickets.existing(db, ticket_id)), opened)
        for ticket_id, opened in digests.entries(db, digest)
    ]
    language = club.group_language
    ways = [
        button("open_digested", f"show:{file.number}", language, number=file.number)
        for file, opened in lines
        if not opened and file.ticket.open and not file.void
    ]
    rows: Rows = [ways[start : start + IN_A_ROW] for start in range(0, len(ways), IN_A_ROW)]
    hang_card(db, f"digest:{digest}", group.id, render("tickets/digest", language, lines=lines), rows, now)
