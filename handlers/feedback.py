"""Is it well now? The faces under the question, and what follows from them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from club import feedback
from club import staff as club_staff
from club import tickets as club_tickets
from club.club import Club
from club.refusal import Refused
from club.tickets import Said
from handlers import forms
from handlers.chat import Chat
from handlers.complaints import parse_words
from handlers.forms import SAID, Answers, Field, Form
from handlers.tickets import file_again, refresh_cards, renew_cards, said_more
from storage import staff
from storage.outbox import Lane
from storage.tickets import Ticket
from templates import button, render

WORDS_LAST = timedelta(minutes=30)


def score(chat: Chat) -> None:
    """A face was pressed. A second press, of whichever, finds it answered."""
    number, points = chat.pressed_pair
    before = club_tickets.owner_name(chat.db, club_tickets.by_number(chat.db, number))
    ticket = feedback.answer(chat.db, number, points, chat.member, chat.club, chat.now)
    if not ticket.open:
        refresh_cards(chat, ticket)
        chat.edit(chat.words("feedback/thanks", number=number), [[chat.button("say_more", f"say_more:{number}")]])
        return
    file_again(chat, ticket)
    name = club_tickets.owner_name(chat.db, ticket)
    _tell_colleagues(chat, ticket, number=number, score=points, before=before, name=name, customer=chat.member.name)
    chat.edit(chat.words("feedback/sorry", number=number, name=name), [[chat.button("status", "go:status")]])


def _tell_colleagues(chat: Chat, ticket: Ticket, **facts: int | str | None) -> None:
    """Whoever has it now, and those who lead."""
    for one in staff.active(chat.db):
        language = club_staff.language_of(chat.db, chat.club, one.telegram_id)
        way = [[button("card", f"show:{facts['number']}", language)]]
        if one.telegram_id == ticket.owner_id:
            chat.notify(one.telegram_id, render("feedback/yours_now", language, **facts), way, lane=Lane.STAFF)
        elif one.role in (club_staff.OWNER, club_staff.MANAGER):
            chat.notify(one.telegram_id, render("feedback/unhappy", language, **facts), way, lane=Lane.STAFF)


def say_more(chat: Chat) -> None:
    """A few words to the score, for whoever likes."""
    forms.start(chat, WORDS, number=chat.pressed_id)


def _said(chat: Chat, answers: Answers) -> None:
    ticket = club_tickets.by_number(chat.db, answers["number"])
    if ticket.member_id != chat.member.id:
        raise Refused("buttons/unknown")
    said_more(chat, ticket, Said(**answers[SAID]))
    chat.reply("feedback/passed_on", chat.way_on(), number=answers["number"])


WORDS = forms.register(Form("feedback", (Field("words", parse_words, takes_media=True),), _said, lasts=WORDS_LAST))


def close_due(db: Connection, club: Club, now: datetime) -> int:
    """Close complaints of which nobody said how it is; how many. Their cards show it."""
    closed = feedback.close_due(db, club, now)
    for ticket in closed:
        renew_cards(db, club, ticket, now)
    return len(closed)
