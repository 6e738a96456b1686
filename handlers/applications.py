"""Asking to be let in, or to stay: the card with its buttons for owner and manager, and what whoever asked hears."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from campaigns import programmes
from club import applications, names
from club import staff as club_staff
from club.applications import File
from club.club import Club
from club.members import Application, first_press
from handlers import forms, welcome
from handlers.chat import Chat, Rows, hang_card, new_nonce
from handlers.desk import learn_name
from handlers.forms import Answers, Field, Form
from storage import members, posted, staff
from storage.applications import Asked
from storage.members import Member
from templates import button, render

LASTS = timedelta(minutes=30)
"""A reason that was never written must not wait for words meant for somebody else."""


def send(chat: Chat, said: Application | None) -> None:
    """Put it before the team; whoever asks hears that it is there."""
    asked = applications.send(chat.db, chat.member, said, chat.now)
    for chat_id, language in _places(chat.db, chat.club):
        _hang(chat.db, chat.club, applications.file_of(chat.db, asked), chat_id, language, chat.now)
    chat.reply("applications/sent", keyboard=_ways(chat))


def show_waiting(chat: Chat, asked: Asked) -> None:
    """Since when it is with the team, and the way to take it back."""
    chat.reply("applications/waiting", asked=asked, keyboard=_ways(chat))


def _ways(chat: Chat) -> Rows:
    return [[chat.button("withdraw", f"withdraw::{new_nonce()}")], [chat.button("menu", "go:start")]]


def withdraw(chat: Chat) -> None:
    """They took it back."""
    first_press(chat.db, chat.pressed.nonce, chat.now)
    asked = applications.withdraw(chat.db, chat.member, chat.now)
    renew_cards(chat.db, chat.club, asked, chat.now)
    chat.edit(chat.words("applications/withdrawn"), [[chat.button("menu", "go:start")]])


# ---- the team -----------------------------------------------------------------------------------------------------


def let_in(chat: Chat) -> None:
    """Yes, once. Of two who press at once one lets them in, the other hears who did."""
    learn_name(chat)
    asked, new = applications.accept(chat.db, chat.pressed_id, staff_id=chat.user_id, club=chat.club, now=chat.now)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    renew_cards(chat.db, chat.club, asked, chat.now)
    _tell_accepted(chat, members.by_id(chat.db, asked.member_id), new=new)
    chat.toast("applications/let_in_toast")


def _tell_accepted(chat: Chat, member: Member, *, new: bool) -> None:
    if member.telegram_id is None:
        return
    if new:
        programmes.welcome(chat.db, member, chat.club, chat.now)
        chat.menu_changed(member.telegram_id)
        for text, keyboard in welcome.messages(chat.db, member, chat.club, chat.now):
            chat.notify(member.telegram_id, text, keyboard)
    else:
        _tell(chat, member, "applications/stays")


def turn_down(chat: Chat) -> None:
    """No: with a reason, if there is one to give."""
    asked = applications.check_waiting(chat.db, chat.pressed_id)
    forms.restart(chat, DECLINE, application=asked.id)


def _parse_reason(_chat: Chat, text: str, _answers: Answers) -> str:
    return names.line(text)


def _person(chat: Chat, answers: Answers) -> Answers:
    return {"customer": members.by_id(chat.db, applications.known(chat.db, answers["application"]).member_id)}


def _declined(chat: Chat, answers: Answers) -> None:
    learn_name(chat)
    asked = applications.decline(
        chat.db, answers["application"], answers["reason"], staff_id=chat.user_id, now=chat.now
    )
    renew_cards(chat.db, chat.club, asked, chat.now)
    member = members.by_id(chat.db, asked.member_id)
    _tell(chat, member, "applications/declined", reason=asked.reason)
    chat.reply("applications/turned_down", chat.way_on(), customer=member)


def _tell(chat: Chat, member: Member, template: str, **facts: str | None) -> None:
    if member.telegram_id is None:
        return
    terms = welcome.plan(chat.db, member.id, chat.club, chat.now, member.language)
    text = render(template, member.language, member=member, club=chat.club, plan=terms, **facts)
    ways = [button("ask", "go:ask", member.language), button("menu", "go:start", member.language)]
    chat.notify(member.telegram_id, text, [ways])


DECLINE = forms.register(
    Form(
        "decline",
        (Field("reason", _parse_reason, optional=True),),
        _declined,
        roles=club_staff.MANAGERS,
        lasts=LASTS,
        facts=_person,
    )
)


# ---- cards --------------------------------------------------------------------------------------------------------


def renew_cards(db: Connection, club: Club, asked: Asked, now: datetime) -> None:
    """Show the application as it is now, wherever its card hangs."""
    file = applications.file_of(db, asked)
    readers = {chat_id for chat_id, _ in _places(db, club)}
    for chat_id in posted.places(db, _slot(asked.id)):
        if chat_id in readers or file.member.telegram_id is None:  # who works here no more sees nothing but an erasure
            language = club_staff.language_of(db, club, chat_id)
            _hang(db, club, file, chat_id, language, now)


def _places(db: Connection, club: Club) -> list[tuple[int, str]]:
    """Where it is decided: in the staff group, else with each owner and manager in private."""
    group = club_staff.group(db, club)
    if group is not None:
        return [(group.id, club.group_language)]
    deciding = [one.telegram_id for one in staff.active(db) if one.role in club_staff.MANAGERS]
    return [(chat_id, club_staff.language_of(db, club, chat_id)) for chat_id in deciding]


def _slot(asked_id: int) -> str:
    return f"application:{asked_id}"


def _hang(db: Connection, club: Club, file: File, chat_id: int, language: str, now: datetime) -> None:
    text = render("applications/card", language, file=file, zone=club.zone)
    hang_card(db, _slot(file.asked.id), chat_id, text, _card_keyboard(file, language), now)


def _card_keyboard(file: File, language: str) -> Rows:
    if file.asked.state != "waiting":
        return []
    press = f"letin:{file.asked.id}:{new_nonce()}"
    yes = button("let_in", press, language) if file.said else button("let_stay", press, language)
    return [[yes, button("turn_down", f"turndown:{file.asked.id}", language)]]
