"""/find: requests by the words in them."""

from __future__ import annotations

from club import find
from club import tickets as club_tickets
from club.refusal import Refused
from club.staff import CLERK, SERVICE
from handlers import forms
from handlers.chat import Chat
from handlers.complaints import parse_words
from handlers.forms import Answers, Field, Form

PAGE = 8


def command(chat: Chat) -> None:
    """`/find cracked cup`; alone, and by its button, it asks."""
    words = chat.arguments if chat.query is None else ""
    if words:
        _show(chat, words)
    else:
        forms.start(chat, FIND)


def _show(chat: Chat, words: str) -> None:
    found = find.search(chat.db, words, offset=0, limit=PAGE + 1)
    files = [club_tickets.file_of(chat.db, ticket) for ticket in found[:PAGE]]
    rows = [
        [chat.button("open_ticket", f"show:{file.number}", number=file.number, name=file.member.name)] for file in files
    ]
    again = [chat.button("find", "go:find"), chat.button("queue_short", "queue:0")]
    facts = {"files": files, "words": words, "more": len(found) > PAGE, "zone": chat.club.zone}
    chat.reply("find/found", keyboard=[*rows, again], **facts)


def _asked(chat: Chat, answers: Answers) -> None:
    if chat.role not in SERVICE:
        raise Refused("commands/not_yours", roles=[CLERK])
    _show(chat, answers["words"])


FIND = forms.register(Form("find", (Field("words", parse_words),), _asked))
