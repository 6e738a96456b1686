"""The service desk: a named person takes a request, works on it, and the customer hears of each step.

A complaint is put right with an apology, or explained patiently where nobody was at fault; nothing is closed that the
customer was told nothing about, and none without a cause, from which the club can learn.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from club import deadlines, duty, marks, steps
from club.club import Cause, Club
from club.names import units
from club.refusal import Refused
from club.staff import MANAGER, OWNER, SERVICE
from club.tickets import INTERNAL, STAFF, Said, by_number, existing, keep, number_of, of_somebody, owner_name, take_step
from storage import compensations, links, search, staff, ticket_messages, tickets
from storage import marks as sorting
from storage.members import Member
from storage.staff import Colleague
from storage.tickets import Ticket

MAX_REPLY = 3500
"""Characters of an answer to a customer: with its head and foot it still fits into one message."""
TOLD = (steps.REPLY, steps.ASK, steps.FIX, steps.EXPLAIN)
"""Steps in which the customer reads the colleague's own words."""


def take(db: Connection, number: int, staff_id: int, club: Club, now: datetime) -> Ticket:
    """Become the owner of a request. Of two who try at once one succeeds, the other hears who."""
    ticket = of_somebody(db, number)
    if ticket.state != steps.NEW:
        _refuse_taken(db, ticket, staff_id)
    return take_step(db, ticket, steps.TAKE, staff_id, club, now, owner_id=staff_id)


def tell(db: Connection, step: str, number: int, staff_id: int, said: Said, club: Club, now: datetime) -> Ticket:
    """Write to the customer: a reply, a question, that it is put right, or why it is as it is.

    Who writes about a new request takes it; a colleague's request stays the colleague's.
    """
    if units(said.text) > MAX_REPLY:
        raise Refused("forms/long", most=MAX_REPLY, found=units(said.text))
    ticket = answerable(db, number, step)
    if ticket.state == steps.NEW:
        ticket = take(db, number, staff_id, club, now)
    keep(db, ticket, STAFF, staff_id, said, now)
    return take_step(db, ticket, step, staff_id, club, now)


def answerable(db: Connection, number: int, step: str = steps.REPLY) -> Ticket:
    """The request of this number. Raises `Refused` where this step is not open, or its customer was forgotten."""
    ticket = of_somebody(db, number)
    steps.after(ticket.kind, steps.TAKEN if ticket.state == steps.NEW else ticket.state, step, number)
    return ticket


def note(db: Connection, number: int, staff_id: int, said: Said, club: Club, now: datetime) -> Ticket:
    """Write something down for the colleagues. The customer never reads it."""
    if not said.text and said.media is None:
        raise Refused("tickets/empty")
    ticket = of_somebody(db, number)
    keep(db, ticket, INTERNAL, staff_id, said, now)
    return take_step(db, ticket, steps.NOTE, staff_id, club, now)


def look_again(db: Connection, number: int, staff_id: int, club: Club, now: datetime) -> Ticket:
    """It is not done after all, or is being looked into."""
    return take_step(db, of_somebody(db, number), steps.INVESTIGATE, staff_id, club, now)


def hand_over(db: Connection, number: int, to: int, staff_id: int, club: Club, now: datetime) -> Ticket:
    """Give a request to a colleague. Raises `Refused` for one who answers no customers, or has it already.

    A new one goes through the hands of who gives it.
    """
    ticket = of_somebody(db, number)
    if ticket.state == steps.NEW:
        ticket = take(db, number, staff_id, club, now)
    if staff.role_of(db, to) not in SERVICE:
        raise Refused("tickets/no_colleague")
    if ticket.owner_id == to:
        raise Refused("tickets/theirs_already", number=number, owner=owner_name(db, ticket))
    return take_step(
        db, ticket, steps.HAND_OVER, staff_id, club, now, owner_id=to, old=str(ticket.owner_id), new=str(to)
    )


def colleagues(db: Connection, ticket: Ticket) -> list[Colleague]:
    """To whom a request can be handed over: everybody who answers customers, but for who has it."""
    return [one for one in staff.active(db) if one.role in SERVICE and one.telegram_id != ticket.owner_id]


def put_back(db: Connection, number: int, staff_id: int, club: Club, now: datetime) -> Ticket:
    """Nobody has it any more: it waits for whoever takes it."""
    ticket = of_somebody(db, number)
    _check_owner(db, ticket, staff_id)
    return take_step(db, ticket, steps.PUT_BACK, staff_id, club, now, old=str(ticket.owner_id))


def set_urgent(db: Connection, number: int, urgent: bool, staff_id: int, club: Club, now: datetime) -> Ticket:
    """Say that a request cannot wait, or can after all; what is promised follows."""
    ticket = of_somebody(db, number)
    if ticket.urgent == urgent or not ticket.open:
        raise Refused("tickets/not_now", number=number)
    tickets.set_urgent(db, ticket.id, urgent)
    before, after = (steps.URGENT if one else steps.NORMAL for one in (ticket.urgent, urgent))
    return take_step(db, ticket, steps.PRIORITY, staff_id, club, now, old=before, new=after)


def make_complaint(db: Connection, number: int, staff_id: int | None, club: Club, now: datetime) -> Ticket:
    """What came as a question is a complaint; what is promised follows. `staff_id` None: its customer says so."""
    ticket = of_somebody(db, number)
    take_step(db, ticket, steps.COMPLAIN, staff_id, club, now, old=ticket.kind, new=steps.COMPLAINT)
    tickets.set_kind(db, ticket.id, steps.COMPLAINT)
    deadlines.keep(db, existing(db, ticket.id), club)
    return existing(db, ticket.id)


def say_complaint(db: Connection, number: int, member: Member, club: Club, now: datetime) -> Ticket:
    """The customer says that their question is a complaint. Raises `Refused` for somebody else's."""
    ticket = by_number(db, number, lock=True)
    if ticket.member_id != member.id:
        raise Refused("buttons/unknown")
    return make_complaint(db, number, None, club, now)


def name_cause(db: Connection, number: int, cause: str, staff_id: int, club: Club, now: datetime) -> Ticket:
    """Say why it came to this. Raises `Refused` for a cause that the settings do not name."""
    ticket = of_somebody(db, number)
    if club.desk.cause(cause) is None:
        raise Refused("buttons/unknown")
    tickets.set_cause(db, ticket.id, cause)
    named = take_step(db, ticket, steps.NAME_CAUSE, staff_id, club, now, old=ticket.cause, new=cause)
    return marks.follow_cause(db, named, ticket.cause, staff_id, club, now)


def say_cause(db: Connection, number: int, cause: Cause, member: Member, club: Club, now: datetime) -> Ticket:
    """The customer says what their complaint is about: whoever looks after that gets it, until somebody has begun.

    Raises `Refused` for the complaint of somebody else, and where its customer was written to.
    """
    ticket = by_number(db, number, lock=True)
    if ticket.member_id != member.id or ticket.kind != steps.COMPLAINT:
        raise Refused("buttons/unknown")
    if ticket.state not in (steps.NEW, steps.TAKEN) or ticket.cause is not None:
        raise Refused("complaints/begun", number=number)
    tickets.set_cause(db, ticket.id, cause.key)
    ticket = take_step(db, ticket, steps.NAME_CAUSE, None, club, now, new=cause.key)
    ticket = marks.follow_cause(db, ticket, None, None, club, now)
    expert = duty.expert(db, club, cause.key, _about(db, ticket), member.telegram_id)
    if expert is None or expert == ticket.owner_id:
        return ticket
    if ticket.state == steps.NEW:
        return take_step(db, ticket, steps.TAKE, None, club, now, owner_id=expert)
    before = str(ticket.owner_id)
    return take_step(db, ticket, steps.HAND_OVER, None, club, now, owner_id=expert, old=before, new=str(expert))


def _about(db: Connection, ticket: Ticket) -> set[str]:
    """The products that its first words name, or that its customer had bought last."""
    first = next(iter(ticket_messages.of_ticket(db, ticket)), None)
    return duty.about(db, ticket.kind, ticket.member_id, first.text if first else "", ticket.opened_at)


def cause_at(club: Club, index: int) -> Cause:
    """The cause that a button stands for. Raises `Refused` for one that the settings do not name (any more)."""
    if index >= len(club.desk.causes):
        raise Refused("buttons/unknown")
    return club.desk.causes[index]


def resolve(db: Connection, number: int, staff_id: int, club: Club, now: datetime) -> Ticket:
    """Close a request. Only its owner or a manager does, and a complaint needs its cause first.

    Raises `Refused`; `tickets/cause_first` where only the cause is missing.
    """
    ticket = of_somebody(db, number)
    steps.after(ticket.kind, ticket.state, steps.RESOLVE, number)
    _check_owner(db, ticket, staff_id)
    if compensations.waiting(db, ticket.id) is not None:
        raise Refused("compensations/waits", number=number)
    if ticket.kind == steps.COMPLAINT and ticket.cause is None:
        raise Refused("tickets/cause_first", number=number)
    return take_step(db, ticket, steps.RESOLVE, staff_id, club, now)


def reopen(db: Connection, later_id: int, ticket_id: int, member: Member, club: Club, now: datetime) -> Ticket:
    """The customer says that a new request is about an earlier one: that one has its words from now on, and the new one
    is done with. One that was resolved waits for somebody again.

    Raises `Refused` for a request of somebody else, for one and the same, for a new one that a colleague has written
    to, and after `desk.reopen_within`.
    """
    earlier, later = tickets.by_id(db, ticket_id), tickets.by_id(db, later_id)
    if earlier is None or later is None or earlier == later or {earlier.member_id, later.member_id} != {member.id}:
        raise Refused("buttons/unknown")
    if not earlier.open and not reopens(earlier, club, now):
        raise Refused("tickets/too_late_to_reopen", number=number_of(earlier.id))
    steps.after(later.kind, later.state, steps.JOIN, number_of(later.id))
    if deadlines.answered(tickets.events(db, later.id)) or not tickets.join(db, later, earlier.id, now):
        raise Refused("tickets/moved", number=number_of(later.id))
    search.join(db, later.id, earlier.id)
    sorting.join(db, later.id, earlier.id)
    links.join(db, later.id, earlier.id)
    tickets.add_event(db, later.id, steps.JOIN, None, steps.CLOSED, now, new=str(earlier.id))
    deadlines.keep(db, later, club)
    if earlier.open:
        waited = steps.may(earlier.kind, earlier.state, steps.ANSWER)
        return take_step(db, earlier, steps.ANSWER, None, club, now) if waited else earlier
    again = take_step(db, earlier, steps.REOPEN, None, club, now, old=str(earlier.owner_id))
    hands = duty.chosen(
        db, club, cause=again.cause, about=_about(db, again), before=earlier.owner_id, besides=member.telegram_id
    )
    return again if hands is None else take_step(db, again, steps.TAKE, None, club, now, owner_id=hands)


def reopens(ticket: Ticket, club: Club, now: datetime) -> bool:
    """May its customer open it again?"""
    return ticket.resolved_at is not None and now < ticket.resolved_at + club.desk.reopen_within


def recent(db: Connection, member: Member, club: Club, now: datetime) -> Ticket | None:
    """The request that was resolved last, where it could be opened again."""
    ticket = tickets.latest_resolved(db, member.id)
    return ticket if ticket is not None and reopens(ticket, club, now) else None


def settled_since(db: Connection, ticket: Ticket, member: Member, club: Club, now: datetime) -> Ticket | None:
    """The request that was resolved after the last words about this open one: what its customer says next may be about
    either."""
    earlier, (_, _, said_at) = recent(db, member, club, now), ticket_messages.last_words(db, ticket.id)
    if earlier is None or earlier.resolved_at is None or earlier.resolved_at <= said_at:
        return None
    return earlier


def _check_owner(db: Connection, ticket: Ticket, staff_id: int) -> None:
    if ticket.owner_id not in (None, staff_id) and staff.role_of(db, staff_id) not in (OWNER, MANAGER):
        raise Refused("tickets/not_yours", number=number_of(ticket.id), owner=owner_name(db, ticket))


def _refuse_taken(db: Connection, ticket: Ticket, staff_id: int) -> None:
    number = number_of(ticket.id)
    if not ticket.open:
        raise Refused("tickets/closed", number=number)
    if ticket.owner_id == staff_id:
        raise Refused("tickets/yours_already", number=number)
    raise Refused("tickets/taken_by", number=number, owner=owner_name(db, ticket))
