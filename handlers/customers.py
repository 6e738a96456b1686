"""/customer: the card of a customer. And who is meant at the till: typed, one of those who came last, or the card on a
photo."""

from __future__ import annotations

from datetime import timedelta

from club import customers, points, tiers
from club.staff import MANAGERS, SERVICE
from handlers import forms, links
from handlers.chat import Chat, Rows
from handlers.forms import Answers, Choice, Field, Form
from handlers.media import picture_in
from storage import events, family, members, preferences, surveys, tags
from storage.members import Member

EVENTS_SHOWN = 3


def show(chat: Chat) -> None:
    """`/customer 10017` or `/customer @ana`: what whoever serves should know; alone it asks."""
    if chat.arguments:
        _card(chat, customers.find(chat.db, chat.arguments))
    else:
        forms.restart(chat, CUSTOMER)


def show_pressed(chat: Chat) -> None:
    """The same by a button."""
    _card(chat, customers.by_id(chat.db, chat.pressed_id))


def _card(chat: Chat, customer: Member) -> None:
    till = [chat.button("sale", f"sell:{customer.id}"), chat.button("return", f"goods:{customer.id}")]
    likes = preferences.of_member(chat.db, customer.id)
    noted = any(one.by is not None for one in likes)
    mend = [chat.button("mend_notes", f"notes:{customer.id}")] if noted else []
    chat.reply(
        "customers/card",
        customer=customer,
        balance=points.balance(chat.db, customer.id, chat.now),
        tier=tiers.tier_of(chat.db, customer.id, chat.club),
        preferences=likes,
        family=family.of_member(chat.db, customer.id),
        tags=tags.of_member(chat.db, customer.id),
        comes_to=events.listed_of(chat.db, customer.id, chat.now, EVENTS_SHOWN),
        keyboard=[
            [chat.button("note", f"note_need:{customer.id}"), chat.button("tags", f"tags:{customer.id}"), *mend],
            [chat.button("level", f"level:{customer.id}"), chat.button("plan", f"planof:{customer.id}")],
            till,
            *_survey(chat, customer),
            *_correct(chat, customer),
            *chat.way_on(),
        ],
    )


def _correct(chat: Chat, customer: Member) -> Rows:
    """The buttons that correct their points and join their files, for those who may."""
    if chat.role not in MANAGERS:
        return []
    adjust = [chat.button("adjust", f"adjust:{customer.id}")] if customer.joined else []
    merge = [chat.button("merge", f"merge:{customer.id}")] if chat.private else []
    return [row for row in [adjust + merge] if row]


def _survey(chat: Chat, customer: Member) -> Rows:
    """The button to ask a survey by phone, while one is on."""
    asked = customer.telegram_id is not None and surveys.count(chat.db, ("on",)) > 0
    return [[chat.button("survey_phone", f"svphone:{customer.id}")]] if asked else []


def parse(chat: Chat, text: str, answers: Answers) -> int:
    """The id of whoever is meant by a member number, an @username, a button, or a photo of their card."""
    photo = picture_in(chat)
    if photo is not None:
        text = links.number_in(chat, photo)
    chosen = [choice.value for choice in choices(chat, answers)]
    if text in chosen:
        return int(text.removeprefix("="))
    return customers.find(chat.db, text).id


def choices(chat: Chat, _answers: Answers) -> list[Choice]:
    """Those who came last: who stands at the till has often just opened the chat."""
    people = members.newest(chat.db, customers.NEWEST + 1)
    others = [person for person in people if person.telegram_id != chat.user_id][: customers.NEWEST]
    return [Choice(f"={person.id}", text=label(chat, person)) for person in others]


def label(chat: Chat, person: Member) -> str:
    return chat.button("customer", "", customer=person)["text"]


def of(chat: Chat, answers: Answers) -> Member | None:
    """The customer of an open form, as they are on file now."""
    return members.by_id(chat.db, answers["who"]) if "who" in answers else None


def _done(chat: Chat, answers: Answers) -> None:
    _card(chat, customers.by_id(chat.db, answers["who"]))


LASTS = timedelta(minutes=15)
CUSTOMER = forms.register(
    Form("customers", (Field("who", parse, choices, takes_media=True),), _done, roles=SERVICE, lasts=LASTS)
)
