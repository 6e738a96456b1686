"""/mark and the button on a card: the department whose matter a request is, and the team's tags for it."""

from __future__ import annotations

from datetime import timedelta

from club import marks
from club import staff as club_staff
from club import tickets as club_tickets
from handlers import forms
from handlers.chat import Chat
from handlers.forms import Answers, Field, Form
from handlers.keyboards import pairs
from handlers.tickets import refresh_cards, typed_number
from storage import marks as rows
from storage import members
from storage.tickets import Ticket

LASTS = timedelta(minutes=15)
OFFERED = 6
"""Tags of other requests that are one press away."""
CHANGES = frozenset({"dept", "marked", "unmark"})
"""Buttons of the panel itself: it changes in place."""


def mark(chat: Chat) -> None:
    """`/mark 1001 cracked` puts a tag on, `/mark 1001 delivery` gives it to that department; `/mark 1001` shows all."""
    number, words = typed_number(chat, "mark")
    if words:
        _changed(chat, marks.mark(chat.db, number, words, chat.user_id, chat.club, chat.now))
    else:
        _show(chat, club_tickets.of_somebody(chat.db, number))


def show(chat: Chat) -> None:
    """The button on a card."""
    _show(chat, club_tickets.of_somebody(chat.db, chat.pressed_id))


def add(chat: Chat) -> None:
    """A tag that no button offers."""
    forms.restart(chat, MARK, number=club_tickets.number_of(club_tickets.of_somebody(chat.db, chat.pressed_id).id))


def put(chat: Chat) -> None:
    """A tag that others bear. Pressed twice it is the same."""
    number, tag_id = chat.pressed_pair
    tag = marks.existing(chat.db, tag_id)
    _changed(chat, marks.put(chat.db, number, tag, chat.user_id, chat.club, chat.now))


def take_off(chat: Chat) -> None:
    """It bears it no more. Pressed twice it is the same."""
    number, tag_id = chat.pressed_pair
    tag = marks.existing(chat.db, tag_id)
    _changed(chat, marks.take_off(chat.db, number, tag, chat.user_id, chat.club, chat.now))


def department(chat: Chat) -> None:
    """A department was pressed: it is theirs; the one whose it was: nobody's in particular."""
    number, place = chat.pressed_pair
    chosen = marks.department_at(chat.club, place - 1).key if place else None
    _changed(chat, marks.set_department(chat.db, number, chosen, chat.user_id, chat.club, chat.now))


def _changed(chat: Chat, ticket: Ticket) -> None:
    refresh_cards(chat, ticket)
    _show(chat, ticket)


def _show(chat: Chat, ticket: Ticket) -> None:
    number, bears = club_tickets.number_of(ticket.id), rows.of_ticket(chat.db, ticket.id)
    offered = [one for one in rows.most_used(chat.db, OFFERED + len(bears)) if one not in bears][:OFFERED]
    departments = [
        chat.button(
            "department",
            f"dept:{number}.{0 if (yes := one.key == ticket.department) else place}",
            name=one.name(chat.language),
            yes=yes,
        )
        for place, one in enumerate(chat.club.desk.departments, 1)
    ]
    tags = [chat.button("unmark", f"unmark:{number}.{one.id}", tag=one) for one in bears]
    tags += [chat.button("put_mark", f"marked:{number}.{one.id}", tag=one) for one in offered]
    last = [chat.button("new_tag", f"newmark:{number}"), chat.button("card", f"show:{number}")]
    keyboard = [*pairs(departments), *pairs(tags), last]
    its = chat.club.desk.department(ticket.department)
    name = members.by_id(chat.db, ticket.member_id).name
    facts = {"number": number, "customer": name, "department": its and its.name(chat.language), "tags": bears}
    text = chat.words("marks/of", **facts)
    if chat.query is not None and chat.pressed.verb in CHANGES:
        chat.edit(text, keyboard)
    else:
        chat.reply_text(text, keyboard)


def _parse(_chat: Chat, text: str, _answers: Answers) -> str:
    return marks.read(text)


def _written(chat: Chat, answers: Answers) -> None:
    _changed(chat, marks.mark(chat.db, answers["number"], answers["word"], chat.user_id, chat.club, chat.now))


MARK = forms.register(Form("marks", (Field("word", _parse),), _written, roles=club_staff.SERVICE, lasts=LASTS))
