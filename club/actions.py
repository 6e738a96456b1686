"""Corrective action: what was done because of a complaint, so that the same does not happen again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from club import names, steps
from club.club import Club
from club.refusal import Refused
from club.tickets import of_somebody, take_step
from club.words import words_of
from storage import actions, search
from storage.tickets import Ticket

MAX_WORDS = 200


def note(db: Connection, number: int, text: str, staff_id: int, club: Club, now: datetime) -> Ticket:
    """Write down what was done; of several the newest counts. The customer never reads it.

    Raises `Refused` for a question, for nothing, and for too many words.
    """
    ticket = of_complaint(db, number)
    words = names.line(text)
    actions.add(db, ticket, words, staff_id, now)
    search.add(db, ticket.id, ticket.member_id, words_of(words))
    return take_step(db, ticket, steps.ACTION, staff_id, club, now)


def of_complaint(db: Connection, number: int) -> Ticket:
    """The complaint of this number. Raises `Refused` for a question."""
    ticket = of_somebody(db, number)
    if ticket.kind != steps.COMPLAINT:
        raise Refused("actions/no_complaint", number=number)
    return ticket


def due(db: Connection, ticket: Ticket) -> bool:
    """Is it a complaint of which nobody has said yet what was done?"""
    return ticket.kind == steps.COMPLAINT and actions.of_ticket(db, ticket) is None
