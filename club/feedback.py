"""Is it well now? Asked once after a complaint was resolved (complaint recovery: follow up).

A good score closes it, and so does silence. A low one opens it again, in other hands than before.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from club import duty, steps
from club.club import Club
from club.refusal import Refused
from club.tickets import by_number, existing, number_of, take_step
from storage import feedback, tickets
from storage.members import Member
from storage.tickets import Ticket

SCORES = (1, 2, 3, 4, 5)
CLOSED_AT_ONCE = 100


def due(db: Connection, club: Club, now: datetime) -> list[tuple[int, str]]:
    """Complaints whose customers are to be asked: the id, and the zone where each lives."""
    return feedback.unasked(db, now - club.desk.feedback_after)


def ask(db: Connection, ticket: Ticket, club: Club, now: datetime) -> None:
    """Write down that they are asked: so nobody asks again."""
    take_step(db, ticket, steps.ASK_FEEDBACK, None, club, now)


def occasion_of(ticket: Ticket) -> str:
    """One for each time that a complaint was resolved."""
    return f"feedback:{ticket.id}:{ticket.resolved_at:%Y-%m-%dT%H:%M:%S}"


def awaited(db: Connection, occasion: str) -> int | None:
    """The number of the complaint that is asked about; None where no answer is waited for any more."""
    ticket = tickets.by_id(db, int(occasion.split(":")[1]))
    waits = ticket is not None and ticket.state == steps.FEEDBACK and occasion_of(ticket) == occasion
    return number_of(ticket.id) if ticket is not None and waits else None


def answer(db: Connection, number: int, score: int, member: Member, club: Club, now: datetime) -> Ticket:
    """The customer's score, of 1 to 5: the complaint is closed, or open again in other hands, where there are any.

    Raises `Refused` for somebody else's complaint, and where it was answered or closed before.
    """
    ticket = by_number(db, number, lock=True)
    if ticket.member_id != member.id or score not in SCORES:
        raise Refused("buttons/unknown")
    if ticket.state != steps.FEEDBACK:
        raise Refused("feedback/over", number=number)
    if score > club.desk.feedback_low:
        return take_step(db, ticket, steps.SETTLE, None, club, now, new=str(score))
    again = take_step(db, ticket, steps.REOPEN, None, club, now, old=str(ticket.owner_id), new=str(score))
    other = duty.other_hands(db, ticket.owner_id)
    return again if other is None else take_step(db, again, steps.TAKE, None, club, now, owner_id=other)


def close_due(db: Connection, club: Club, now: datetime, limit: int = CLOSED_AT_ONCE) -> list[Ticket]:
    """Close complaints of which nobody said how it is. Fewer than `limit` means that all is done."""
    asked_before = now - club.desk.feedback_waits
    silent = feedback.unanswered(db, asked_before - club.desk.feedback_after, asked_before, limit)
    return [take_step(db, existing(db, ticket_id), steps.SETTLE, None, club, now) for ticket_id in silent]
