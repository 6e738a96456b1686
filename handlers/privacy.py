"""/privacy, /export, /forget, /stay: what is kept about a person, and their say in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from club import members, privacy
from club.club import Club
from handlers import applications
from handlers.chat import Chat, new_nonce
from handlers.tickets import renew_cards
from storage import applications as rows
from storage import outbox, staff, tickets
from storage.members import Member
from storage.outbox import RECIPE, Lane
from templates import render

EXPORTS = ("export_page", "export_data")
"""Recipes of the two files: one to read, one for programs."""


def show(chat: Chat) -> None:
    """What is kept, why, for how long, and how to have it deleted."""
    leaving = [chat.button("leave_club", "go:leave")] if chat.member.joined else []
    chat.reply(
        "privacy/statement",
        keyboard=[
            [chat.button("me", "go:me"), chat.button("export", "go:export")],
            [*leaving, chat.button("erase", "go:forget")],
            [chat.button("menu", "go:start")],
        ],
    )


def export(chat: Chat) -> None:
    """Everything that is stored about the person, as two files. They are made when their turn comes to be sent."""
    privacy.ask_for_copy(chat.db, chat.member, chat.now)
    chat.reply("privacy/export_comes", keyboard=[[chat.button("menu", "go:start")]])
    for recipe in EXPORTS:
        caption = chat.words(f"privacy/{recipe}")
        chat.call("sendDocument", {RECIPE: {RECIPE: recipe}, "caption": caption, "parse_mode": "HTML"})


def ask_forget(chat: Chat) -> None:
    """Say what goes and what stays, and ask. Who has asked already reads when it happens."""
    if chat.member.erase_at is not None:
        chat.reply("privacy/will_be_erased", member=chat.member, at=chat.member.erase_at, keyboard=_way_back(chat))
        return
    chat.reply(
        "privacy/ask_forget",
        member=chat.member,
        losing=privacy.losing(chat.db, chat.member, chat.club, chat.now),
        hours=int(chat.club.erase_after.total_seconds() // 3600),
        keyboard=[
            [chat.button("stay", "go:start"), chat.button("export", "go:export")],
            [chat.button("forget", f"forget::{new_nonce()}")],
        ],
    )


def confirm_forget(chat: Chat) -> None:
    """The button under the question. From now on the clock runs."""
    members.first_press(chat.db, chat.pressed.nonce, chat.now)
    at = privacy.ask_to_be_forgotten(chat.db, chat.member, chat.club, chat.now)
    if at <= chat.now:
        chat.edit(chat.words("privacy/erasing_now"))
    else:
        chat.edit(chat.words("privacy/will_be_erased", member=chat.member, at=at), _way_back(chat))


def _way_back(chat: Chat) -> list[list[dict[str, str]]]:
    return [[chat.button("keep_data", "go:stay")], [chat.button("menu", "go:start")]]


def stay(chat: Chat) -> None:
    """They changed their mind: nothing is deleted."""
    privacy.stay(chat.db, chat.member, chat.now)
    chat.edit(chat.words("privacy/stays", member=chat.member), chat.way_on())


def forget(db: Connection, person: Member, club: Club, now: datetime, *, restored: bool = False) -> None:
    """Carry it out: the person is forgotten, the staff's cards show no name and no word any more, and a last word goes
    out. Whom a restored backup brought back has had it."""
    talks = tickets.of_member(db, person.id, limit=None)
    members.erase(db, person, club, now, restored=restored)
    for talk in talks:
        renew_cards(db, club, talk, now)
    for asked in rows.of_member(db, person.id):
        applications.renew_cards(db, club, asked, now)
    if not restored and person.unreachable_at is None:
        _say_goodbye(db, person, club, now)


def _say_goodbye(db: Connection, person: Member, club: Club, now: datetime) -> None:
    from handlers.commands import menu_call

    chat_id = person.telegram_id
    assert chat_id is not None
    payload = {"text": render("privacy/erased", person.language, club=club, now=now), "parse_mode": "HTML"}
    outbox.put(db, lane=Lane.REPLY, chat_id=chat_id, method="sendMessage", payload=payload, at=now)
    menu = menu_call(chat_id, person.language, staff.role_of(db, chat_id), joined=False)
    outbox.put(db, lane=Lane.REPLY, chat_id=chat_id, method="setMyCommands", payload=menu, at=now)
