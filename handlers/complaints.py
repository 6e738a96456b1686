"""/complain and /status: an easy way to say what went wrong, and to see what becomes of it."""

from __future__ import annotations

from club import desk
from club import tickets as club_tickets
from club.members import first_press
from club.steps import COMPLAINT
from club.tickets import INTERNAL, Said
from handlers import forms
from handlers.chat import Chat, Rows
from handlers.forms import SAID, Answers, Field, Form
from handlers.keyboards import pairs
from handlers.media import said_behind
from handlers.tickets import filed, refresh_cards, tell_owner
from storage import purchases, staff, tickets
from storage.tickets import Ticket
from templates import plain


def complain(chat: Chat) -> None:
    """Ask what went wrong; `/complain the cup was cracked` says it at once."""
    said = said_behind(chat)
    if said is not None:
        file_complaint(chat, said)
    else:
        forms.start(chat, COMPLAIN)


def complain_of(chat: Chat, order_number: str) -> None:
    """The same about an order: a message that asked about it had the button."""
    forms.start(chat, COMPLAIN, order=order_number)


def file_complaint(chat: Chat, said: Said, order_number: str | None = None) -> Ticket:
    """Give it a number, tell the person, tell the staff, who see which order it is about."""
    ticket = club_tickets.open_ticket(chat.db, COMPLAINT, chat.member, said, chat.club, chat.now)
    if order_number is not None:
        _note_order(chat, ticket, order_number)
    chat.reply(
        "complaints/filed",
        number=club_tickets.number_of(ticket.id),
        name=club_tickets.owner_name(chat.db, ticket),
        by=ticket.answer_by,
        zone=chat.member.zone,
        keyboard=[*_subjects(chat, ticket), [chat.button("status", "go:status"), chat.button("menu", "go:start")]],
    )
    filed(chat, ticket, said)
    return ticket


def _note_order(chat: Chat, ticket: Ticket, order_number: str) -> None:
    lines = purchases.of_order(chat.db, order_number)
    named = ", ".join(dict.fromkeys(line.product for line in lines))
    note = plain("complaints/about_order", chat.club.group_language, order=order_number, product=named)
    club_tickets.keep(chat.db, ticket, INTERNAL, 0, Said(note), chat.now)


def _subjects(chat: Chat, ticket: Ticket) -> Rows:
    """Where colleagues look after causes of their own, one tap on what it is about brings the right one."""
    known, number = staff.specialists(chat.db), club_tickets.number_of(ticket.id)
    buttons = [
        chat.button("cause", f"about:{number}.{index}", name=cause.name(chat.language))
        for index, cause in enumerate(chat.club.desk.causes)
        if cause.key in known
    ]
    return pairs(buttons)


def is_one(chat: Chat) -> None:
    """The customer says that what they asked is a complaint: one tap, the same number."""
    number = chat.pressed_id
    ticket = desk.say_complaint(chat.db, number, chat.member, chat.club, chat.now)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    refresh_cards(chat, ticket)
    name = club_tickets.owner_name(chat.db, ticket)
    told = chat.words("complaints/filed", number=number, name=name, by=ticket.answer_by, zone=chat.member.zone)
    chat.edit(told, [*_subjects(chat, ticket), [chat.button("status", "go:status"), chat.button("menu", "go:start")]])


def about(chat: Chat) -> None:
    """The customer says what it is about. Whoever looks after that gets it, unless somebody has begun to."""
    number, index = chat.pressed_pair
    cause = desk.cause_at(chat.club, index)
    ticket = desk.say_cause(chat.db, number, cause, chat.member, chat.club, chat.now)
    refresh_cards(chat, ticket)
    name = club_tickets.owner_name(chat.db, ticket)
    told = chat.words("complaints/about", number=number, cause=cause.name(chat.language), name=name)
    chat.edit(told, [[chat.button("status", "go:status"), chat.button("menu", "go:start")]])
    tell_owner(chat, ticket)


def parse_words(_chat: Chat, text: str, _answers: Answers) -> str:
    """Any words will do, none with a picture."""
    return text


def _done(chat: Chat, answers: Answers) -> None:
    file_complaint(chat, Said(**answers[SAID]), answers.get("order"))


COMPLAIN = forms.register(Form("complaints", (Field("words", parse_words, takes_media=True),), _done))


def status(chat: Chat) -> None:
    """The person's own complaints and questions, open ones first. Somebody else's are nobody's business."""
    files = [club_tickets.file_of(chat.db, ticket) for ticket in tickets.of_member(chat.db, chat.member.id)]
    if not files:
        chat.reply("complaints/none", keyboard=[[chat.button("ask", "go:ask"), chat.button("complain", "go:complain")]])
        return
    chat.reply("complaints/status", files=files, zone=chat.member.zone, keyboard=[[chat.button("menu", "go:start")]])
