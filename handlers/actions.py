"""/action, and the question after a complaint is resolved: what was done so that it does not happen again?"""

from __future__ import annotations

from datetime import timedelta

from club import actions
from club import staff as club_staff
from club import tickets as club_tickets
from club.names import line
from handlers import forms
from handlers.chat import Chat
from handlers.forms import Answers, Field, Form
from handlers.tickets import refresh_cards, typed_number
from storage import actions as rows

LASTS = timedelta(minutes=5)
"""Short: after resolving, the next thing that somebody types is soon about something else."""


def action(chat: Chat) -> None:
    """`/action 1001 Cups are wrapped one by one now`; without words it asks."""
    number, words = typed_number(chat, "action")
    actions.of_complaint(chat.db, number)
    if words:
        _note(chat, number, words)
    else:
        ask(chat, number)


def button(chat: Chat) -> None:
    """The button on the card of a complaint that is resolved."""
    ask(chat, chat.pressed_id)


def ask(chat: Chat, number: int) -> None:
    """Ask what was done; it may be skipped."""
    actions.of_complaint(chat.db, number)
    forms.restart(chat, ACTION, number=number)


def _note(chat: Chat, number: int, words: str) -> None:
    ticket = actions.note(chat.db, number, words, chat.user_id, chat.club, chat.now)
    refresh_cards(chat, ticket)
    chat.reply("actions/noted", number=number, words=rows.of_ticket(chat.db, ticket), keyboard=_ways(chat, number))


def _ways(chat: Chat, number: int) -> list[list[dict[str, str]]]:
    return [[chat.button("card", f"show:{number}"), chat.button("queue_short", "queue:0")]]


def _parse(_chat: Chat, text: str, _answers: Answers) -> str:
    return line(text)


def _facts(chat: Chat, answers: Answers) -> Answers:
    return {"known": rows.of_ticket(chat.db, club_tickets.by_number(chat.db, answers["number"]))}


def _written(chat: Chat, answers: Answers) -> None:
    if answers["words"] is None:
        chat.reply("actions/skipped", number=answers["number"], keyboard=_ways(chat, answers["number"]))
    else:
        _note(chat, answers["number"], answers["words"])


ACTION = forms.register(
    Form(
        "actions",
        (Field("words", _parse, optional=True),),
        _written,
        roles=club_staff.SERVICE,
        lasts=LASTS,
        facts=_facts,
        by_the_way=True,
    )
)
