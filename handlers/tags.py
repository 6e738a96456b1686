"""/tag: words by which the team tells members apart."""

from __future__ import annotations

from datetime import timedelta

from club import customers, tags
from club import staff as club_staff
from handlers import customers as people
from handlers import forms, marks
from handlers.chat import Chat, Rows
from handlers.forms import Answers, Field, Form
from storage import members
from storage import tags as rows
from storage.members import Member

LASTS = timedelta(minutes=15)
OFFERED = 6
"""Tags of others that are one press away."""


def tag(chat: Chat) -> None:
    """`/tag 10017 vip`, `/tag 10017` for what they bear, or `/tag` and the form. `/tag #1001 late` means a request."""
    who, words = [*chat.arguments.split(maxsplit=1), "", ""][:2]
    if who.startswith("#"):
        marks.mark(chat)
        return
    if not who:
        forms.restart(chat, TAG)
    elif not words:
        _show(chat, customers.find(chat.db, who))
    else:
        _give(chat, customers.find(chat.db, who), words)


def show(chat: Chat) -> None:
    """The button on the customer's card."""
    _show(chat, customers.by_id(chat.db, chat.pressed_id))


def add(chat: Chat) -> None:
    """A tag that no button offers."""
    forms.restart(chat, TAG, who=customers.by_id(chat.db, chat.pressed_id).id)


def put(chat: Chat) -> None:
    """A tag that others bear: this customer too. Pressed twice it is the same."""
    customer_id, tag_id = chat.pressed_pair
    customer, given = customers.by_id(chat.db, customer_id), tags.existing(chat.db, tag_id)
    tags.give(chat.db, customer.id, tags.Told(given.name, given.value), staff_id=chat.user_id, now=chat.now)
    _show(chat, customer)


def take_off(chat: Chat) -> None:
    """They bear it no more. Pressed twice it is the same."""
    customer_id, tag_id = chat.pressed_pair
    customer = customers.by_id(chat.db, customer_id)
    rows.remove(chat.db, customer.id, tag_id)
    _show(chat, customer)


def _give(chat: Chat, customer: Member, words: str) -> None:
    tags.give(chat.db, customer.id, tags.read(words), staff_id=chat.user_id, now=chat.now)
    _show(chat, customer)


def _show(chat: Chat, customer: Member) -> None:
    bears = rows.of_member(chat.db, customer.id)
    names = {one.name for one in bears}
    offered = [one for one in rows.every(chat.db) if one.name not in names][:OFFERED]
    keyboard: Rows = [
        *([chat.button("untag", f"untag:{customer.id}.{one.id}", tag=one)] for one in bears),
        *([chat.button("put_tag", f"puttag:{customer.id}.{one.id}", tag=one)] for one in offered),
        [chat.button("new_tag", f"newtag:{customer.id}"), chat.button("customer_card", f"customer:{customer.id}")],
    ]
    text = chat.words("tags/of", customer=customer, tags=bears)
    if chat.query is not None and chat.pressed.verb in ("puttag", "untag"):
        chat.edit(text, keyboard)
    else:
        chat.reply_text(text, keyboard)


def _parse_words(_chat: Chat, text: str, _answers: Answers) -> str:
    tags.read(text)
    return text


def _given(chat: Chat, answers: Answers) -> None:
    _give(chat, members.by_id(chat.db, answers["who"]), answers["words"])


TAG = forms.register(
    Form(
        "tags",
        (Field("who", people.parse, people.choices, takes_media=True), Field("words", _parse_words)),
        _given,
        roles=club_staff.SERVICE,
        lasts=LASTS,
        facts=lambda chat, answers: {"customer": people.of(chat, answers)},
    )
)
