"""How the team sorts requests: by the department whose matter one is, and by tags, short words of the team's own.

Customers never read either in the chat. A request is found by its tags as by what was said in it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from club import names, steps
from club.club import Club, Department
from club.refusal import Refused
from club.tickets import number_of, of_somebody, take_step
from club.tokens import caseless
from club.words import words_of
from storage import actions, marks, members, search, ticket_messages
from storage.marks import DeskTag
from storage.tickets import Ticket

MAX_TAGS = 8
"""On one request."""
MAX_WORD = 30


def mark(db: Connection, number: int, text: str, staff_id: int, club: Club, now: datetime) -> Ticket:
    """What somebody wrote behind the number: the name of a department gives the request to it, all else is a tag."""
    department = department_named(club, text)
    if department is not None:
        return set_department(db, number, department.key, staff_id, club, now)
    word = read(text)
    known = marks.by_word(db, folded(word)) or marks.known(db, word, folded(word))
    return put(db, number, known, staff_id, club, now)


def read(text: str) -> str:
    """A tag as it was written, on one line. Raises `Refused` where it is empty or longer than 30 characters."""
    word = names.line(text.strip().lstrip("#＃"))
    if len(word) > MAX_WORD:
        raise Refused("forms/long", most=MAX_WORD, found=len(word))
    return word


def folded(text: str) -> str:
    """Large letters and Chinese script make no difference."""
    return caseless(names.clean(text))


def department_named(club: Club, text: str) -> Department | None:
    """The department that is called so in any language."""
    wanted = folded(text)
    return next(
        (one for one in club.desk.departments if wanted in [folded(name) for name in (one.key, *one.names.values())]),
        None,
    )


def department_at(club: Club, index: int) -> Department:
    """The department that a button stands for. Raises `Refused` for one that the settings do not name (any more)."""
    if index >= len(club.desk.departments):
        raise Refused("buttons/unknown")
    return club.desk.departments[index]


def existing(db: Connection, tag_id: int) -> DeskTag:
    """The tag of this id. Raises `Refused` where it is gone."""
    found = marks.by_id(db, tag_id)
    if found is None:
        raise Refused("marks/gone")
    return found


def put(db: Connection, number: int, tag: DeskTag, staff_id: int, club: Club, now: datetime) -> Ticket:
    """The request bears this tag from now on. Raises `Refused` where it bears enough."""
    ticket = of_somebody(db, number)
    bears = marks.of_ticket(db, ticket.id)
    if tag in bears:
        return ticket
    if len(bears) >= MAX_TAGS:
        raise Refused("marks/enough", most=MAX_TAGS, number=number)
    if not marks.put(db, ticket.id, tag.id):
        return ticket
    search.add(db, ticket.id, ticket.member_id, words_of(tag.word))
    return take_step(db, ticket, steps.TAG, staff_id, club, now, new=str(tag.id))


def take_off(db: Connection, number: int, tag: DeskTag, staff_id: int, club: Club, now: datetime) -> Ticket:
    """The request bears it no more, and is not found by it, unless it is found by the same words for another reason."""
    ticket = of_somebody(db, number)
    if not marks.remove(db, ticket.id, tag.id):
        return ticket
    search.remove(db, ticket.id, words_of(tag.word) - _words(db, ticket))
    return take_step(db, ticket, steps.UNTAG, staff_id, club, now, old=str(tag.id))


def _words(db: Connection, ticket: Ticket) -> set[str]:
    """All else by which a request is found."""
    said = [message.text for message in ticket_messages.of_ticket(db, ticket)]
    tags = [tag.word for tag in marks.of_ticket(db, ticket.id)]
    own = [members.by_id(db, ticket.member_id).name, actions.of_ticket(db, ticket) or ""]
    return {word for text in (*said, *tags, *own) for word in words_of(text)}


def set_department(
    db: Connection, number: int, department: str | None, staff_id: int, club: Club, now: datetime
) -> Ticket:
    """It is the matter of this department from now on; None: of none in particular."""
    return _change(db, of_somebody(db, number), department, staff_id, club, now)


def follow_cause(
    db: Connection, ticket: Ticket, before: str | None, actor_id: int | None, club: Club, now: datetime
) -> Ticket:
    """Its cause was named, which was `before`: the department follows, unless somebody has chosen another one."""
    old, new = club.desk.cause(before), club.desk.cause(ticket.cause)
    chosen = ticket.department is not None and (old is None or ticket.department != old.department)
    if chosen or new is None or new.department is None:
        return ticket
    return _change(db, ticket, new.department, actor_id, club, now)


def _change(
    db: Connection, ticket: Ticket, department: str | None, actor_id: int | None, club: Club, now: datetime
) -> Ticket:
    if ticket.department == department:
        return ticket
    if department is not None and club.desk.department(department) is None:
        raise Refused("marks/no_department", number=number_of(ticket.id))
    marks.set_department(db, ticket.id, department)
    return take_step(db, ticket, steps.DEPARTMENT, actor_id, club, now, old=ticket.department, new=department)
