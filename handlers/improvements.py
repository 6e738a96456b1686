"""/improve and /improvements: what is made better because people complained, and thanks to each of them."""

from __future__ import annotations

from club import improvements
from club.members import first_press
from club.refusal import Refused
from handlers.chat import Chat, new_nonce
from handlers.tickets import typed_number
from storage import improvements as rows
from templates import render


def improve(chat: Chat) -> None:
    """`/improve 1001 Another supplier for the cups`, or `/improve 1002 3` where others led to it as well."""
    number, words = typed_number(chat, "improve")
    if not words:
        raise Refused("improvements/what", number=number)
    found = improvements.suggest(chat.db, number, words, chat.user_id, chat.now)
    chat.reply("improvements/linked", number=number, improvement=found, keyboard=[[_list_button(chat)]])


def show(chat: Chat) -> None:
    """What is still to be done; owners and managers say when it is."""
    found, nonce = rows.undone(chat.db, improvements.LISTED), new_nonce()
    keyboard = [[chat.button("improved", f"improved:{one.id}:{nonce}{one.id}", words=one.words)] for one in found]
    chat.reply("improvements/list", improvements=found, keyboard=keyboard)


def improved(chat: Chat) -> None:
    """It is done: each who complained about it hears so, once."""
    found, people = improvements.finish(chat.db, chat.pressed_id, chat.now)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    for person, number in people:
        if person.telegram_id is not None:
            text = render("improvements/thanks", person.language, number=number, words=found.words, club=chat.club)
            chat.notify(person.telegram_id, text)
    chat.edit(chat.words("improvements/done", improvement=found, people=len(people)), [[_list_button(chat)]])


def _list_button(chat: Chat) -> dict[str, str]:
    return chat.button("improvements", "go:improvements")
