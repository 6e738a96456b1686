"""What is made better because somebody complained, and a word of thanks to each of them when it is done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from club import names
from club.refusal import Refused
from club.steps import COMPLAINT
from club.tickets import number_of, of_somebody
from storage import improvements, members
from storage.improvements import Improvement
from storage.members import Member

MAX_WORDS = 200
LISTED = 8


def suggest(db: Connection, number: int, text: str, staff_id: int, now: datetime) -> Improvement:
    """A complaint leads to an improvement: a new one, or, for `3`, the third one, which others led to as well.

    Raises `Refused` for a question, for too many words, and for one that is done or does not exist.
    """
    ticket = of_somebody(db, number)
    if ticket.kind != COMPLAINT:
        raise Refused("improvements/no_complaint", number=number)
    words = names.line(text)
    if len(words) > MAX_WORDS:
        raise Refused("forms/long", most=MAX_WORDS, found=len(words))
    known = words.removeprefix("#")
    if known.isascii() and known.isdecimal() and len(known) < 10:
        found = undone(db, int(known))
    else:
        found = undone(db, improvements.add(db, words, staff_id, now))
    improvements.link(db, found.id, ticket.id)
    return undone(db, found.id)


def undone(db: Connection, improvement_id: int) -> Improvement:
    """The improvement of this number. Raises `Refused` where it is done, or there is none."""
    found = improvements.by_id(db, improvement_id)
    if found is None or found.done_at is not None:
        raise Refused("improvements/not_open", id=improvement_id)
    return found


def finish(db: Connection, improvement_id: int, now: datetime) -> tuple[Improvement, list[tuple[Member, int]]]:
    """It is done: what it was, and whom to thank, each once, with the number of their complaint."""
    found = undone(db, improvement_id)
    if not improvements.finish(db, improvement_id, now):
        raise Refused("improvements/not_open", id=improvement_id)
    people = [
        (members.by_id(db, member_id), number_of(ticket_id))
        for member_id, ticket_id in improvements.complainers(db, improvement_id).items()
    ]
    return found, [(person, number) for person, number in people if person.telegram_id is not None]
