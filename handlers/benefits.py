"""/benefits for members: what their tier brings, and what is left of it. For the makers: what there is, by form."""

from __future__ import annotations

from collections.abc import Sequence

from club import benefits as club_benefits
from club import frequency as club_frequency
from club import membership
from club.benefits import Draft
from club.frequency import whole
from club.members import first_press
from club.names import in_languages
from club.refusal import Refused
from club.staff import FIGURES
from handlers import forms
from handlers.chat import Chat, Rows, new_nonce
from handlers.forms import Answers, Choice, Field, Form
from handlers.frequency import KIND_CHOICES, PERIOD_CHOICES, one_of
from handlers.questions import file_question, said_for_them
from storage import benefits
from storage.benefits import Benefit
from storage.words import said, words_of
from templates import plain

MAX_QUOTA = 1_000
EVERY = "*"


# ---- members ------------------------------------------------------------------------------------------------------


def show(chat: Chat) -> None:
    """What this member may have, and what is left of it in this period."""
    membership.check_member(chat.db, chat.member)
    offers = club_benefits.offers(chat.db, chat.member.id, chat.club, chat.now)
    left = [offer.benefit for offer in offers if offer.left]
    rows = [[{"text": said(one.name, chat.language), "callback_data": f"benefit:{one.id}"}] for one in left]
    chat.reply("benefits/mine", offers=offers, keyboard=[*rows, *_home(chat)])


def _home(chat: Chat) -> Rows:
    return [[chat.button("stamps", "go:stamps"), chat.button("menu", "go:start")]]


def choose(chat: Chat) -> None:
    """One benefit: what happens when it is used, and the button that uses it."""
    offer = club_benefits.offer(chat.db, chat.pressed_id, chat.member.id, chat.club, chat.now)
    use = chat.button("claim", f"claim:{offer.benefit.id}:{new_nonce()}")
    keyboard: Rows = [*([[use]] if offer.left else []), [chat.button("benefits", "go:benefits")]]
    chat.reply("benefits/offer", keyboard, offer=offer)


def claim(chat: Chat) -> None:
    """Use it once. Where a person has to do something about it, it becomes a request."""
    benefit_id = chat.pressed_id
    first_press(chat.db, chat.pressed.nonce, chat.now)
    offer = club_benefits.claim(chat.db, benefit_id, chat.member.id, chat.club, chat.now)
    chat.edit(chat.words("benefits/claimed", offer=offer), [[chat.button("benefits", "go:benefits")]])
    if offer.benefit.needs_person:
        facts = {"offer": offer, "club": chat.club}
        file_question(chat, said_for_them(chat, lambda language: plain("benefits/request", language, **facts)))


# ---- those who make them ------------------------------------------------------------------------------------------


def show_all(chat: Chat) -> None:
    """Every benefit that is on, each with a button."""
    offered = benefits.offered(chat.db)
    rows = [[{"text": said(one.name, chat.language), "callback_data": f"one_benefit:{one.id}"}] for one in offered]
    chat.reply(
        "benefits/all",
        rules=[_rule(chat, one) for one in offered],
        keyboard=[
            *rows,
            [chat.button("new_benefit", "new_benefit"), chat.button("programmes", "go:programmes")],
            [chat.button("menu", "go:start")],
        ],
    )


def _rule(chat: Chat, benefit: Benefit) -> str:
    tier = chat.club.tiers.named(benefit.tier)
    return chat.words("benefits/rule", benefit=benefit, tier=tier)


def show_one(chat: Chat) -> None:
    """One benefit, with the button that ends it."""
    _show_one(chat, "benefits/one", club_benefits.known(chat.db, chat.pressed_id))


def _show_one(chat: Chat, block: str, benefit: Benefit) -> None:
    ends: Rows = [[chat.button("end_benefit", f"end_benefit:{benefit.id}:{new_nonce()}")]]
    ways = [[chat.button("benefits", "all_benefits"), chat.button("menu", "go:start")]]
    keyboard: Rows = [*(ends if benefit.active else []), *ways]
    chat.reply(block, keyboard, benefit=benefit, rule=_rule(chat, benefit))


def add(chat: Chat) -> None:
    forms.restart(chat, BENEFITS)


def end(chat: Chat) -> None:
    """It is given no more."""
    benefit_id = chat.pressed_id
    first_press(chat.db, chat.pressed.nonce, chat.now)
    benefit = club_benefits.end(chat.db, benefit_id)
    chat.edit(chat.words("benefits/ended", benefit=benefit), [[chat.button("benefits", "all_benefits")]])


def _tiers(chat: Chat, _answers: Answers) -> Sequence[Choice]:
    ranks = [Choice(f"={place}", text=tier.name(chat.language)) for place, tier in enumerate(chat.club.tiers.tiers)]
    return [Choice(EVERY, "every_member"), *ranks]


def _parse_tier(chat: Chat, text: str, answers: Answers) -> str | None:
    """A tier's key; None: every member."""
    if text not in [choice.value for choice in _tiers(chat, answers)]:
        raise Refused("forms/press_please")
    return None if text == EVERY else chat.club.tiers.tiers[int(text.removeprefix("="))].key


def _parse_name(chat: Chat, text: str, _answers: Answers) -> str | dict[str, str]:
    return in_languages(text, chat.club.languages, club_frequency.programme_name)


def _parse_quota(_chat: Chat, text: str, _answers: Answers) -> int:
    return whole(text, MAX_QUOTA)


def _quotas(_chat: Chat, _answers: Answers) -> Sequence[Choice]:
    return [Choice(str(times), text=str(times)) for times in (1, 2, 3)]


def _done(chat: Chat, answers: Answers) -> None:
    draft = Draft(
        name=words_of(answers["name"]),
        tier=answers["tier"],
        quota=answers["quota"],
        period=answers["period"],
        needs_person=answers["person"] == "yes",
        kind=answers["kind"],
    )
    _show_one(chat, "benefits/saved", club_benefits.begin(chat.db, draft))


BENEFITS = forms.register(
    Form(
        "benefits",
        (
            Field("name", _parse_name),
            Field("tier", _parse_tier, _tiers),
            Field("quota", _parse_quota, _quotas),
            one_of("period", *PERIOD_CHOICES),
            one_of("person", Choice("yes", "person_yes"), Choice("no", "person_no")),
            one_of("kind", *KIND_CHOICES),
        ),
        _done,
        roles=FIGURES,
    )
)
