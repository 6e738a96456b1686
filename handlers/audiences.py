"""/audience: whom campaigns may mean, for those who make them."""

from __future__ import annotations

from campaigns import saved_audiences
from club.members import first_press
from club.refusal import Refused
from handlers import audience_form, audiences_shown, forms
from handlers.chat import Chat


def audience(chat: Chat) -> None:
    """`/audience` lists them, `/audience new` begins one, `/audience regulars` shows one."""
    word = "" if chat.query else chat.arguments
    if word.casefold() == "new":
        add(chat)
    elif word:
        found = saved_audiences.named(chat.db, word)
        if found is None:
            raise Refused("audiences/no_such_name", name=word[:40])
        audiences_shown.show(chat, found, "audiences/one")
    else:
        _list(chat)


def _list(chat: Chat) -> None:
    saved = saved_audiences.saved(chat.db)
    rows = [[{"text": one.name, "callback_data": f"aud:{one.id}"}] for one in saved]
    ways = [chat.button("audience_new", "audnew"), chat.button("menu", "go:start")]
    chat.reply("audiences/list", [*rows, ways], count=len(saved))


def show(chat: Chat) -> None:
    """One of them."""
    audiences_shown.show(chat, saved_audiences.existing(chat.db, chat.pressed_id), "audiences/one")


def add(chat: Chat) -> None:
    forms.restart(chat, audience_form.AUDIENCE, rule=audience_form.NOBODY_LEFT_OUT)


def edit(chat: Chat) -> None:
    """The builder, with what is there."""
    known = saved_audiences.existing(chat.db, chat.pressed_id)
    rule = audience_form.opened(known.audience.as_data())
    forms.restart(chat, audience_form.AUDIENCE, rule=rule, id=known.id, version=known.version)


def turn_off(chat: Chat) -> None:
    """It is offered no more."""
    first_press(chat.db, chat.pressed.nonce, chat.now)
    known = saved_audiences.turn_off(chat.db, chat.pressed_id)
    chat.edit(chat.words("audiences/off", name=known.name), [[chat.button("audiences", "go:audience")]])
