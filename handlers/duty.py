"""/duty: who is at work now and gets new requests, and which causes they look after."""

from __future__ import annotations

from club import desk
from club.refusal import Refused
from handlers.chat import Chat, Rows
from storage import queue, staff

WORDS = {"on": True, "off": False}


def duty(chat: Chat) -> None:
    """`/duty`, `/duty on`, `/duty off`: how it stands, and the buttons to change it."""
    word = chat.arguments.casefold() if chat.query is None else ""
    if word in WORDS:
        staff.set_duty(chat.db, chat.user_id, WORDS[word])
    chat.reply_text(*_card(chat))


def turn(chat: Chat) -> None:
    """On duty from now on, or off."""
    if chat.pressed.argument not in WORDS:
        raise Refused("buttons/unknown")
    staff.set_duty(chat.db, chat.user_id, WORDS[chat.pressed.argument])
    chat.edit(*_card(chat))


def look_after(chat: Chat) -> None:
    """A cause was pressed: requests about it come first to whoever looks after it, or do not any more."""
    index, yes = chat.pressed_pair
    staff.look_after(chat.db, chat.user_id, desk.cause_at(chat.club, index).key, bool(yes))
    chat.edit(*_card(chat))


def _card(chat: Chat) -> tuple[str, Rows]:
    me, known = staff.colleague(chat.db, chat.user_id), staff.specialists(chat.db)
    on, mine = bool(me and me.on_duty), [chat.user_id in known.get(one.key, ()) for one in chat.club.desk.causes]
    causes = [
        chat.button("look_after", f"look_after:{index}.{int(not yes)}", name=cause.name(chat.language), yes=yes)
        for index, (cause, yes) in enumerate(zip(chat.club.desk.causes, mine, strict=True))
    ]
    load = queue.load(chat.db).get(chat.user_id, 0)
    text = chat.words("duty/card", on=on, load=load, most=chat.club.service.load, experts=any(mine))
    switch = [chat.button("duty_off", "duty:off") if on else chat.button("duty_on", "duty:on")]
    return text, [switch, *[causes[start : start + 2] for start in range(0, len(causes), 2)]]
