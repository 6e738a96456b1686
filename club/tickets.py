"""Complaints and questions: filed, talked about, looked up. What the staff does with them is in `club/desk.py`.

A complaint is captured at once (complaint recovery: an easy channel, a dedicated person, an answer). Nothing here
deletes one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from club import deadlines, duty, needs, steps, tiers
from club.club import Club
from club.needs import NOTHING, Needs
from club.refusal import Refused
from club.words import words_of
from storage import actions, compensations, marks, members, search, staff, ticket_messages, tickets
from storage.compensations import Compensation
from storage.marks import DeskTag
from storage.members import Member
from storage.ticket_messages import TicketMessage
from storage.tickets import Ticket, TicketEvent

FIRST_NUMBER = 1000
MEMBER, STAFF, INTERNAL = "member", "staff", "note"
"""Who said it: the customer, a colleague to the customer, a colleague to the colleagues."""
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
    `needs`: what whoever serves should know, while it is open. `amends`: what it was made up for with. `action`: what
    was done so that it does not happen again."""

    ticket: Ticket
    number: int
    member: Member
    owner: str | None
    names: dict[int, str]
    messages: list[TicketMessage]
    events: list[TicketEvent]
    needs: Needs = NOTHING
    amends: tuple[Compensation, ...] = ()
    tags: tuple[DeskTag, ...] = ()
    action: str | None = None

    @property
    def void(self) -> bool:
        """Its person had their data deleted while it was open: nothing is left to do."""
        return self.ticket.open and self.member.status == "erased"


def number_of(ticket_id: int) -> int:
    """What people call a ticket: #1001 for the first."""
    return FIRST_NUMBER + ticket_id


def open_ticket(
    db: Connection, kind: str, member: Member, said: Said, club: Club, now: datetime, *, hands: int | None = None
) -> Ticket:
    """File a complaint or a question with its first words, and give it to somebody on duty, if there is one. `hands`:
    the colleague whom it is meant for, unless they are away.

    Raises `Refused` where there is nothing in it.
    """
    if not said.text and said.media is None:
        raise Refused("tickets/empty")
    tier = tiers.tier_of(db, member.id, club)
    key = tier.key if tier else None
    ticket_id = tickets.add(db, kind, member.id, key, now)
    tickets.add_event(db, ticket_id, steps.OPEN, None, steps.NEW, now, new=key)
    ticket = existing(db, ticket_id)
    keep(db, ticket, MEMBER, member.telegram_id or 0, said, now)
    search.add(db, ticket_id, member.id, words_of(member.name))
    deadlines.keep(db, ticket, club)
    about = duty.about(db, kind, member.id, said.text, now)
    if hands is None or hands == member.telegram_id or duty.away(db, hands):
        hands = duty.chosen(db, club, about=about, besides=member.telegram_id)
    if hands is None:
        return existing(db, ticket_id)
    return take_step(db, existing(db, ticket_id), steps.TAKE, None, club, now, owner_id=hands)


def add_words(db: Connection, ticket: Ticket, member: Member, said: Said, club: Club, now: datetime) -> bool:
    """The member says more about their ticket. False for a further picture of an album that was acknowledged."""
    ticket = tickets.by_id(db, ticket.id, lock=True) or ticket  # a colleague may write to it at this moment
    first = said.album is None or not ticket_messages.has_album(db, ticket.id, said.album)
    keep(db, ticket, MEMBER, member.telegram_id or 0, said, now)
    if steps.may(ticket.kind, ticket.state, steps.ANSWER):
        take_step(db, ticket, steps.ANSWER, None, club, now)
    return first


def goes_on(db: Connection, ticket: Ticket, now: datetime) -> bool:
    """Has its member added words a moment ago, and has nothing else happened to the ticket since?"""
    count, author, at = ticket_messages.last_words(db, ticket.id)
    quiet = tickets.events(db, ticket.id)[-1].at <= at
    return count > 1 and author == MEMBER and now - at < ONE_BREATH and quiet


def take_step(
    db: Connection,
    ticket: Ticket,
    step: str,
    actor_id: int | None,
    club: Club,
    now: datetime,
    *,
    owner_id: int | None = None,
    old: str | None = None,
    new: str | None = None,
) -> Ticket:
    """Do one step: the state by the table, and the event that says so. The only way in which a ticket changes.

    `owner_id`: who has it from now on, where the step changes that. Raises `Refused` where the table has no such step
    from here, or somebody else was quicker.
    """
    number = number_of(ticket.id)
    state = steps.after(ticket.kind, ticket.state, step, number)
    owner = None if state == steps.NEW else owner_id or ticket.owner_id
    resolved_at = (ticket.resolved_at or now) if state in steps.DONE else None
    if not tickets.move(db, ticket, state, owner_id=owner, resolved_at=resolved_at):
        raise Refused("tickets/moved", number=number)
    tickets.add_event(db, ticket.id, step, actor_id, state, now, old=old, new=new)
    deadlines.keep(db, ticket, club)
    return existing(db, ticket.id)


def by_number(db: Connection, number: int, *, lock: bool = False) -> Ticket:
    """The ticket people call by this number. Raises `Refused` where there is none.

    `lock`: for a step that depends on how it stands: whoever takes another step at the same moment waits.
    """
    ticket = tickets.by_id(db, number - FIRST_NUMBER, lock=lock)
    if ticket is None:
        raise Refused("tickets/unknown", number=number)
    return ticket


def of_somebody(db: Connection, number: int) -> Ticket:
    """The ticket of this number, to take a step with. Raises `Refused` where its customer was forgotten: nothing is
    left to do.
    """
    ticket = by_number(db, number, lock=True)
    if members.by_id(db, ticket.member_id).telegram_id is None:
        raise Refused("tickets/customer_gone", number=number)
    return ticket


def file_of(db: Connection, ticket: Ticket) -> File:
    """Everything about a ticket, for a card or a list."""
    messages = ticket_messages.of_ticket(db, ticket)
    authors = {message.author_id for message in messages if message.author != MEMBER and message.author_id}
    return File(
        ticket,
        number_of(ticket.id),
        members.by_id(db, ticket.member_id),
        owner_name(db, ticket),
        {author: staff_name(db, author) for author in authors},
        messages,
        tickets.events(db, ticket.id),
        needs.of(db, ticket.member_id) if ticket.open else NOTHING,
        tuple(one for one in compensations.of_ticket(db, ticket.id) if one.state in ("asked", "given")),
        tuple(marks.of_ticket(db, ticket.id)),
        actions.of_ticket(db, ticket),
    )


def owner_name(db: Connection, ticket: Ticket) -> str | None:
    """The name of the person who has the ticket in hand; None while nobody has."""
    return None if ticket.owner_id is None else staff_name(db, ticket.owner_id)


def staff_name(db: Connection, staff_id: int) -> str:
    """How customers know a colleague; "" for one whose name was never learnt."""
    colleague = staff.colleague(db, staff_id)
    return colleague.name if colleague else ""


def existing(db: Connection, ticket_id: int) -> Ticket:
    """The ticket as it stands now."""
    ticket = tickets.by_id(db, ticket_id)
    assert ticket is not None
    return ticket


def keep(db: Connection, ticket: Ticket, author: str, author_id: int, said: Said, now: datetime) -> None:
    """Write down what was said, so that it is found again."""
    ticket_messages.add(
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
    search.add(db, ticket.id, ticket.member_id, words_of(said.text))
