"""How a campaign reads before it goes out: in each language, as a member, in one's own chat."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from campaigns import campaigns as work
from campaigns import sending
from club import customers
from club.languages import NAMES, nearest
from club.refusal import Refused
from club.staff import FIGURES, MARKETER
from handlers import forms
from handlers.chat import Chat
from handlers.forms import Answers, Field, Form
from storage.campaigns import Campaign
from storage.members import Member

NOT_SENT = 0
"""Stands for the line of a message that is only looked at: its buttons count nothing."""


def preview(chat: Chat) -> None:
    """As it reads in one's own language; with buttons for the others."""
    one = work.existing(chat.db, chat.pressed_id)
    _show(chat, one, chat.member, chat.language)


def in_language(chat: Chat) -> None:
    """The same in another language: `cprelang:3.1`, the second of the club's."""
    number, place = chat.pressed_pair
    if place >= len(chat.club.languages):
        raise Refused("buttons/unknown")
    _show(chat, work.existing(chat.db, number), chat.member, chat.club.languages[place])


def test(chat: Chat) -> None:
    """Just the message, to oneself, as it would arrive."""
    one = work.existing(chat.db, chat.pressed_id)
    for payload in _messages(chat, one, chat.member):
        chat.call(*payload)
    chat.toast("campaigns/tested")


def ask_member(chat: Chat) -> None:
    """As whom?"""
    forms.restart(chat, AS_MEMBER, campaign=work.existing(chat.db, chat.pressed_id).id)


def _show(chat: Chat, one: Campaign, reader: Member, language: str) -> None:
    reader = replace(reader, language=language)
    for payload in _messages(chat, one, reader):
        chat.call(*payload)
    languages = [
        {"text": NAMES[other], "callback_data": f"cprelang:{one.id}.{place}"}
        for place, other in enumerate(chat.club.languages)
        if other != language
    ]
    ways = [chat.button("campaign_as", f"cpreas:{one.id}"), chat.button("campaign_card", f"camp:{one.id}")]
    messages = work.definition(one, chat.club).messages()
    found = messages[0]
    spoken = nearest(language, found.wordings[0].texts)
    chat.reply(
        "campaigns/preview",
        [*([languages] if languages else []), ways],
        language=NAMES[language],
        spoken=NAMES[spoken],
        own=reader.id == chat.member.id,
        variants=len(found.wordings) if len(messages) == 1 else 1,
    )


def _messages(chat: Chat, one: Campaign, reader: Member) -> list[tuple[str, dict[str, Any]]]:
    """One for each wording of each message, as its readers get it."""
    return [
        (
            "sendPhoto" if found.picture else "sendMessage",
            sending.message(chat.db, found, reader, NOT_SENT, variant, chat.club, chat.now),
        )
        for found in work.definition(one, chat.club).messages()
        for variant in range(1, len(found.wordings) + 1)
    ]


def _parse_who(chat: Chat, text: str, _answers: Answers) -> int:
    return customers.find(chat.db, text).id


def _as_member(chat: Chat, answers: Answers) -> None:
    """Marketers read what a member would read, under a name that is not theirs: they know figures, not people."""
    reader = customers.by_id(chat.db, answers["who"])
    if chat.role == MARKETER:
        reader = replace(reader, name=chat.words("campaigns/somebody"))
    _show(chat, work.existing(chat.db, answers["campaign"]), reader, reader.language)


AS_MEMBER = forms.register(Form("campaign_as", (Field("who", _parse_who),), _as_member, roles=FIGURES))
