"""Complaints and questions: opened, taken by a named person, answered, resolved.

A complaint is captured at once, has one owner, and its person hears of each step (complaint recovery: an easy channel,
a dedicated person, an answer). Nothing here deletes one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from club import needs
from club.names import units
from club.needs import NOTHING, Needs
from club.refusal import Refused
from storage import members, staff, tickets
from storage.members import Member
from storage.tickets import Ticket, TicketEvent, TicketMessage

COMPLAINT, QUESTION = "complaint", "question"
FIRST_NUMBER = 1000
MAX_REPLY = 3500
"""Characters of an answer to a customer: with its head and foot it still fits into one message."""
MAX_TEXT = 20_000
ONE_BREATH = timedelta(minutes=2)
"""Lines that follow each other so closely are one story: the answer to each need not say everything again."""


@dataclass(frozen=True)
class Said:
    """What somebody wrote or sent. `media`: photo, voice, document …; its `file_id` stays with Telegram."""

    text: str = ""
    media: str | None = None
    file_id: str | None = None
    album: str | None = None
    message_id: int | None = None


@dataclass(frozen=True)
class File:
    """A ticket with all that belongs to it: person, owner, talk, history. `names`: the colleagues who wrote, by id.
    `needs`: what whoever serves should know, while it is open."""

    ticket: Ticket
    number: int
    member: Member
    owner: str | None
    names: dict[int, str]
    messages: list[TicketMessage]
    events: list[TicketEvent]
    needs: Needs = NOTHING

    @property
    def void(self) -> bool:
        """Its person had their data deleted while it was open: nothing is left to do."""
        return self.ticket.state != "resolved" and self.member.status == "erased"


def number_of(ticket_id: int) -> int:
    """What people call a ticket: #1001 for the first."""
    return FIRST_NUMBER + ticket_id


def open_ticket(db: Connection, kind: str, member: Member, said: Said, now: datetime) -> Ticket:
    """File a complaint or a question with its first words. Raises `Refused` where there is nothing in it."""
    if not said.text and said.media is None:
        raise Refused("tickets/empty")
    ticket_id = tickets.add(db, kind, member.id, now)
    tickets.add_event(db, ticket_id, "opened", member.telegram_id, now)
    ticket = _existing(db, ticket_id)
    _keep(db, ticket, "member", member.telegram_id or 0, said, now)
    return ticket


def add_words(db: Connection, ticket: Ticket, member: Member, said: Said, now: datetime) -> bool:
    """The member says more about their ticket. False for a further picture of an album that was acknowledged."""
    first = said.album is None or not tickets.has_album(db, ticket.id, said.album)
    _keep(db, ticket, "member", member.telegram_id or 0, said, now)
    return first


def goes_on(db: Connection, ticket: Ticket, now: datetime) -> bool:
    """Has its member added words a moment ago, and has nothing else happened to the ticket since?"""
    count, author, at = tickets.last_words(db, ticket.id)
    quiet = tickets.events(db, ticket.id)[-1].at <= at
    return count > 1 and author == "member" and now - at < ONE_BREATH and quiet


def take(db: Connection, number: int, staff_id: int, now: datetime) -> Ticket:
    """Become the owner of a ticket. Of two who try at once one succeeds, the other hears who."""
    ticket = _of_somebody(db, number)
    if not tickets.take(db, ticket.id, staff_id):
        _refuse_by_state(db, ticket, staff_id)
    tickets.add_event(db, ticket.id, "taken", staff_id, now)
    return _existing(db, ticket.id)


def reply(db: Connection, number: int, staff_id: int, said: Said, now: datetime) -> Ticket:
    """Write to the customer. Who answers a new ticket takes it; a colleague's ticket stays the colleague's."""
    if units(said.text) > MAX_REPLY:
        raise Refused("forms/long", most=MAX_REPLY, found=units(said.text))
    ticket = answerable(db, number)
    if ticket.state == "new":
        ticket = take(db, number, staff_id, now)
    _keep(db, ticket, "staff", staff_id, said, now)
    tickets.add_event(db, ticket.id, "replied", staff_id, now)
    return ticket


def answerable(db: Connection, number: int) -> Ticket:
    """The ticket of this number. Raises `Refused` where it is closed, or its customer was forgotten."""
    ticket = _of_somebody(db, number)
    if ticket.state == "resolved":
        raise Refused("tickets/closed", number=number)
    return ticket


def resolve(db: Connection, number: int, staff_id: int, now: datetime) -> Ticket:
    """Close a ticket. Only its owner closes it, and somebody must own it first: no complaint ends unseen."""
    ticket = _of_somebody(db, number)
    if ticket.state == "new":
        raise Refused("tickets/take_first", number=number)
    if ticket.state == "resolved":
        raise Refused("tickets/closed", number=number)
    if ticket.owner_id != staff_id and staff.role_of(db, staff_id) not in ("owner", "manager"):
        raise Refused("tickets/not_yours", number=number, owner=owner_name(db, ticket))
    tickets.resolve(db, ticket.id, now)
    tickets.add_event(db, ticket.id, "resolved", staff_id, now)
    return _existing(db, ticket.id)


def by_number(db: Connection, number: int) -> Ticket:
    """The ticket people call by this number. Raises `Refused` where there is none."""
    ticket = tickets.by_id(db, number - FIRST_NUMBER)
    if ticket is None:
        raise Refused("tickets/unknown", number=number)
    return ticket


def _of_somebody(db: Connection, number: int) -> Ticket:
    """The ticket of this number. Raises `Refused` where its customer was forgotten: nothing is left to do."""
    ticket = by_number(db, number)
    if members.by_id(db, ticket.member_id).telegram_id is None:
        raise Refused("tickets/customer_gone", number=number)
    return ticket


def file_of(db: Connection, ticket: Ticket) -> File:
    """Everything about a ticket, for a card or a list."""
    messages = tickets.messages(db, ticket)
    authors = {message.author_id for message in messages if message.author == "staff" and message.author_id}
    return File(
        ticket,
        number_of(ticket.id),
        members.by_id(db, ticket.member_id),
        owner_name(db, ticket),
        {author: staff_name(db, author) for author in authors},
        messages,
        tickets.events(db, ticket.id),
        needs.of(db, ticket.member_id) if ticket.state != "resolved" else NOTHING,
    )


def owner_name(db: Connection, ticket: Ticket) -> str | None:
    """The name of the person who has the ticket in hand; None while nobody has."""
    return None if ticket.owner_id is None else staff_name(db, ticket.owner_id)


def staff_name(db: Connection, staff_id: int) -> str:
    """How customers know a colleague; "" for one whose name was never learnt."""
    colleague = staff.colleague(db, staff_id)
    return colleague.name if colleague else ""


def _refuse_by_state(db: Connection, ticket: Ticket, staff_id: int) -> None:
    number = number_of(ticket.id)
    if ticket.state == "resolved":
        raise Refused("tickets/closed", number=number)
    if ticket.owner_id == staff_id:
        raise Refused("tickets/yours_already", number=number)
    raise Refused("tickets/taken_by", number=number, owner=owner_name(db, ticket))


def _existing(db: Connection, ticket_id: int) -> Ticket:
    ticket = tickets.by_id(db, ticket_id)
    assert ticket is not None
    return ticket


def _keep(db: Connection, ticket: Ticket, author: str, author_id: int, said: Said, now: datetime) -> None:
    tickets.add_message(
        db,
        ticket,
        author,
        author_id=author_id,
        text=said.text[:MAX_TEXT],
        at=now,
        media=said.media,
        file_id=said.file_id,
        album=said.album,
        source_message_id=said.message_id,
    )
