"""/ask, and whatever somebody simply types: it gets an answer or becomes a ticket, never silence."""

from __future__ import annotations

from club import tickets as club_tickets
from club.questions import GREETING, THANKS, small_talk
from club.tickets import QUESTION, Said
from handlers import forms, start
from handlers.chat import Chat
from handlers.complaints import parse_words
from handlers.forms import Answers, Field, Form
from handlers.media import said_in
from handlers.tickets import filed, said_more
from storage import tickets


def ask(chat: Chat) -> None:
    """Ask for the question; `/ask when do you open` asks it at once."""
    if chat.arguments:
        file_question(chat, Said(chat.arguments, message_id=chat.message.message_id if chat.message else None))
    else:
        forms.start(chat, ASK)


def file_question(chat: Chat, said: Said) -> None:
    """Pass a question to the staff, and say who will answer when."""
    ticket = club_tickets.open_ticket(chat.db, QUESTION, chat.member, said, chat.now)
    chat.reply(
        "questions/asked",
        number=club_tickets.number_of(ticket.id),
        keyboard=[[chat.button("menu", "go:start")]],
    )
    filed(chat, ticket, said)


def free_text(chat: Chat) -> None:
    """Words outside of any form: small talk, more about an open ticket, or a new question."""
    said = said_in(chat)
    if said is None:
        chat.reply("questions/cannot_read", keyboard=start.keyboard(chat))
        return
    talk = small_talk(said.text) if said.media is None else None
    if talk == GREETING:
        start.menu(chat)
    elif talk == THANKS:
        chat.reply("questions/welcome")
    else:
        _to_the_staff(chat, said)


def _to_the_staff(chat: Chat, said: Said) -> None:
    ticket = tickets.latest_open(chat.db, chat.member.id)
    if ticket is None:
        file_question(chat, said)
        return
    number = club_tickets.number_of(ticket.id)
    if said_more(chat, ticket, said):
        chat.reply(
            "questions/added",
            number=number,
            kind=ticket.kind,
            owner=club_tickets.owner_name(chat.db, ticket),
            keyboard=[[chat.button("ask_other", "go:ask"), chat.button("menu", "go:start")]],
        )


def edited(chat: Chat) -> None:
    """An edited message: what staff has seen stays, the new words are added. Elsewhere the bot cannot follow."""
    message = chat.update.edited_message
    if message is None or not (message.text or message.caption):
        return
    ticket = tickets.message_source(chat.db, chat.member.id, message.message_id)
    if ticket is None or ticket.state == "resolved":
        chat.reply("questions/edit_ignored")
        return
    words = chat.words("questions/corrected", text=message.text or message.caption)
    said_more(chat, ticket, Said(words, message_id=None))
    chat.reply("questions/edit_added", number=club_tickets.number_of(ticket.id))


def _done(chat: Chat, answers: Answers) -> None:
    file_question(chat, Said(**answers["_said"]))


ASK = forms.register(Form("questions", (Field("words", parse_words, takes_media=True),), _done))
