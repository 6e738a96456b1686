"""/event: the team's way to what is planned."""

from __future__ import annotations

from club import events as club_events
from club.staff import FIGURES, not_for
from handlers import event_desk, event_form
from handlers.chat import Chat

NEW = "new"


def event(chat: Chat) -> None:
    """All that is to come; `/event new` asks about another one, `/event 12` shows one by its number."""
    words = chat.arguments.strip().casefold()
    if words == NEW:
        if chat.role not in FIGURES:
            raise not_for(chat.role, FIGURES)
        event_form.begin(chat)
    elif words.isascii() and words.isdecimal() and len(words) < 12:
        event_desk.show_event(chat, club_events.existing(chat.db, int(words)))
    else:
        event_desk.show_all(chat)
