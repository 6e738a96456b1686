"""/level: how close the shop stays to a customer after a purchase, why, and another level where the rules are wrong."""

from __future__ import annotations

from datetime import timedelta

from campaigns import relationships, sentences
from club import customers
from club import staff as club_staff
from club.names import line
from club.refusal import Refused
from handlers import customers as people
from handlers import forms
from handlers.chat import Chat
from handlers.forms import Answers, Choice, Field, Form
from storage import relationships as rows
from storage.members import Member
from storage.relationships import LEVELS

AUTO = "auto"
LASTS = timedelta(minutes=15)


def level(chat: Chat) -> None:
    """`/level 10017` for the card, `/level 10017 5 buys for her office` to choose, `/level 10017 auto` for the rules;
    alone it says what the rules are."""
    who, wish, why = [*chat.arguments.split(maxsplit=2), "", "", ""][:3]
    if not who:
        _rules(chat)
        return
    customer = customers.find(chat.db, who)
    if wish.casefold() == AUTO:
        _by_rules(chat, customer)
    elif wish and why:
        _choose(chat, customer, _level(wish), why)
    elif wish:
        forms.restart(chat, LEVEL, who=customer.id, level=_level(wish))
    else:
        _show(chat, customer)


def show(chat: Chat) -> None:
    """The button on the customer's card."""
    _show(chat, customers.by_id(chat.db, chat.pressed_id))


def ask(chat: Chat) -> None:
    """For whom? The button under the rules."""
    forms.restart(chat, LEVEL)


def choose(chat: Chat) -> None:
    """A number under the card: why?"""
    customer_id, wish = chat.pressed_pair
    forms.restart(chat, LEVEL, who=customers.by_id(chat.db, customer_id).id, level=_level(str(wish)))


def by_rules(chat: Chat) -> None:
    """The button that leaves it to the rules. Pressed twice it is the same."""
    _by_rules(chat, customers.by_id(chat.db, chat.pressed_id))


def _level(text: str) -> int:
    tidy = text.strip()
    if tidy not in [str(one) for one in LEVELS]:
        raise Refused("relationships/no_such_level", found=tidy[:20])
    return int(tidy)


def _rules(chat: Chat) -> None:
    lines = [
        {
            "level": rule.level,
            "words": sentences.phrase(rule.audience.rule, chat.language, chat.club) if rule.audience else None,
            "contacts": rule.contacts,
        }
        for rule in reversed(relationships.rules(chat.club))
    ]
    facts = {"lines": lines, "counts": rows.counts(chat.db), "problems": relationships.gone(chat.db, chat.club)[:5]}
    days = {"contact_days": chat.club.campaigns.contacts_within.days, "check_days": chat.club.relationship.check_days}
    alike = len({line["contacts"] for line in lines}) == 1
    chat.reply(
        "relationships/rules", [[chat.button("level_whose", "levelask")], *chat.way_on()], alike=alike, **facts, **days
    )


def _show(chat: Chat, customer: Member) -> None:
    found = relationships.standing(chat.db, customer, chat.club, chat.language, chat.now)
    numbers = [
        chat.button("level_number", f"levelset:{customer.id}.{one}", number=one, here=one == found.level)
        for one in LEVELS
    ]
    rules = [chat.button("level_auto", f"levelauto:{customer.id}")] if found.chosen_by is not None else []
    plan = [[chat.button("plan", f"planof:{customer.id}")]] if found.level == relationships.PARTNERSHIP else []
    keyboard = [numbers, *plan, [*rules, chat.button("customer_card", f"customer:{customer.id}")]]
    chat.reply("relationships/one", keyboard, customer=customer, standing=found, zone=chat.club.zone)


def _choose(chat: Chat, customer: Member, wish: int, why: str) -> None:
    relationships.choose(chat.db, customer, wish, why, chat.user_id, chat.now)
    _show(chat, customer)


def _by_rules(chat: Chat, customer: Member) -> None:
    relationships.leave_to_rules(chat.db, customer, chat.club, chat.now)
    _show(chat, customer)


def _parse_level(_chat: Chat, text: str, _answers: Answers) -> int | str:
    return AUTO if text.casefold() == AUTO else _level(text)


def _levels(chat: Chat, _answers: Answers) -> list[Choice]:
    return [*(Choice(str(one), text=str(one)) for one in LEVELS), Choice(AUTO, "level_auto")]


def _parse_reason(_chat: Chat, text: str, _answers: Answers) -> str:
    return line(text)


def _done(chat: Chat, answers: Answers) -> None:
    customer = customers.by_id(chat.db, answers["who"])
    if answers["level"] == AUTO:
        _by_rules(chat, customer)
    else:
        _choose(chat, customer, answers["level"], answers["reason"])


LEVEL = forms.register(
    Form(
        "relationships",
        (
            Field("who", people.parse, people.choices, takes_media=True),
            Field("level", _parse_level, _levels),
            Field("reason", _parse_reason, when=lambda answers: answers.get("level") != AUTO),
        ),
        _done,
        roles=club_staff.SERVICE,
        lasts=LASTS,
        facts=lambda chat, answers: {"customer": people.of(chat, answers)},
    )
)
