"""/stamps for members: how far it is to the next reward. /programmes for those who make the programmes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from club import frequency as club_frequency
from club import membership, periods
from club import staff as club_staff
from club.frequency import Card, Draft, Gift, whole
from club.members import first_press
from club.money import example, typed
from club.names import in_languages
from club.refusal import Refused
from handlers import forms
from handlers.chat import Chat, Rows, new_nonce
from handlers.forms import Answers, Choice, Field, Form
from storage import frequency
from storage.frequency import AMOUNT, Programme
from storage.words import said, words_of
from templates import render

MAX_THRESHOLD = 100_000
MAX_POINTS = 1_000_000
MAX_DAYS = 3_650
POINTS, VOUCHER, REBATE = "points", "voucher", "rebate"


# ---- members ------------------------------------------------------------------------------------------------------


def stamps(chat: Chat) -> None:
    """Every programme that is on, and how far this member is in it."""
    membership.check_member(chat.db, chat.member)
    mine = club_frequency.cards(chat.db, chat.member.id, chat.club, chat.now)
    chat.reply(
        "frequency/stamps",
        member=chat.member,
        cards=card_words(chat, mine),
        keyboard=[
            [chat.button("points", "go:points"), chat.button("benefits", "go:benefits")],
            [chat.button("menu", "go:start")],
        ],
    )


def card_words(chat: Chat, shown: Sequence[Card], language: str = "") -> list[str]:
    """Each card in words, as HTML; in this person's language or another's."""
    facts = {"club": chat.club, "now": chat.now}
    return [render("frequency/card", language or chat.language, card=card, **facts) for card in shown]


# ---- those who make them ------------------------------------------------------------------------------------------


def show(chat: Chat) -> None:
    """What is on, each with a button; and a word where all of it is about the price."""
    running = frequency.running(chat.db)
    rows = [[{"text": said(one.name, chat.language), "callback_data": f"programme:{one.id}"}] for one in running]
    chat.reply(
        "frequency/all",
        rules=[_rule(chat, one) for one in running],
        warning=price_warning(chat),
        keyboard=[
            *rows,
            [chat.button("new_programme", "new_programme"), chat.button("benefits", "all_benefits")],
            [chat.button("menu", "go:start")],
        ],
    )


def price_warning(chat: Chat) -> str:
    """A word, as HTML, where all that the club gives is about the price."""
    return chat.words("frequency/price_warning") if club_frequency.price_only(chat.db) else ""


def _rule(chat: Chat, programme: Programme) -> str:
    return chat.words("frequency/rule", programme=programme)


def show_one(chat: Chat) -> None:
    """One programme, with the button that ends it."""
    _show_one(chat, "frequency/one", club_frequency.known(chat.db, chat.pressed_id))


def _show_one(chat: Chat, block: str, programme: Programme) -> None:
    ends: Rows = [[chat.button("end_programme", f"end_programme:{programme.id}:{new_nonce()}")]]
    ways = [[chat.button("programmes", "go:programmes"), chat.button("menu", "go:start")]]
    keyboard: Rows = [*(ends if programme.active else []), *ways]
    chat.reply(block, keyboard, programme=programme, rule=_rule(chat, programme), warning=price_warning(chat))


def add(chat: Chat) -> None:
    forms.restart(chat, FREQUENCY)


def end(chat: Chat) -> None:
    """It rewards nobody any more."""
    programme_id = chat.pressed_id
    first_press(chat.db, chat.pressed.nonce, chat.now)
    programme = club_frequency.end(chat.db, programme_id)
    way = [[chat.button("programmes", "go:programmes")]]
    chat.edit(chat.words("frequency/ended", programme=programme), way)


# ---- the form -----------------------------------------------------------------------------------------------------

PERIOD_CHOICES = (
    Choice(periods.MONTH, "period_month"),
    Choice(periods.QUARTER, "period_quarter"),
    Choice(periods.YEAR, "period_year"),
    Choice(periods.EVER, "period_ever"),
)
KIND_CHOICES = (
    Choice("financial", "kind_financial"),
    Choice("social", "kind_social"),
    Choice("structural", "kind_structural"),
)
_METRIC_CHOICES = (
    Choice("visits", "metric_visits"),
    Choice("orders", "metric_orders"),
    Choice("quantity", "metric_quantity"),
    Choice("amount", "metric_amount"),
    Choice("stays", "metric_stays"),
)
_USUAL_DAYS = ("30", "90", "365")


def one_of(name: str, *choices: Choice, **more: Any) -> Field:
    """A question that only its buttons answer."""

    def parse(_chat: Chat, text: str, _answers: Answers) -> str:
        if text not in [choice.value for choice in choices]:
            raise Refused("forms/press_please")
        return text

    return Field(name, parse, lambda _chat, _answers: choices, **more)


def _at_once(answers: Answers) -> bool:
    """Does it give something as soon as it is reached?"""
    return answers.get("gives") in (POINTS, VOUCHER)


def _by_voucher(answers: Answers) -> bool:
    return answers.get("gives") == VOUCHER


def _by_rebate(answers: Answers) -> bool:
    return answers.get("gives") == REBATE


def _parse_threshold(chat: Chat, text: str, answers: Answers) -> int:
    return _threshold(chat, text, answers.get("metric", AMOUNT))


def _parse_second(chat: Chat, text: str, answers: Answers) -> int:
    return _threshold(chat, text, answers["second"])


def _threshold(chat: Chat, text: str, metric: str) -> int:
    return _money(chat, text) if metric == AMOUNT else whole(text, MAX_THRESHOLD)


def _money(chat: Chat, text: str) -> int:
    amount = typed(text, chat.club.currency)
    if not amount:
        raise Refused("money/unclear", currency=chat.club.currency, example=example(chat.club.currency))
    return amount


def _parse_name(chat: Chat, text: str, _answers: Answers) -> str | dict[str, str]:
    return in_languages(text, chat.club.languages, club_frequency.programme_name)


def _parse_reward(chat: Chat, text: str, answers: Answers) -> int | str | dict[str, str]:
    """Points, percent of them, or what a voucher is good for."""
    if _by_voucher(answers):
        return in_languages(text, chat.club.languages, club_frequency.programme_name)
    if _at_once(answers):
        return whole(text, MAX_POINTS)
    return whole(text.strip().removesuffix("%").removesuffix("％"), 100)


def _parse_value(chat: Chat, text: str, _answers: Answers) -> int:
    return _money(chat, text)


def _parse_days(_chat: Chat, text: str, _answers: Answers) -> int:
    return whole(text, MAX_DAYS)


def _done(chat: Chat, answers: Answers) -> None:
    at_once, gives, reward = _at_once(answers), answers["gives"], answers["reward"]
    second = answers.get("second")
    draft = Draft(
        name=words_of(answers["name"]),
        metric=answers["metric"] if at_once else AMOUNT,
        threshold=answers["threshold"] if at_once else 1,
        second=(second, answers["second_threshold"]) if second else None,
        period=answers["period" if at_once else "closes"],
        repeats=answers.get("repeats") == "yes",
        points=reward if gives == POINTS else None,
        voucher=Gift(words_of(reward), answers["days"], answers.get("value")) if gives == VOUCHER else None,
        percent=reward if gives == REBATE else None,
        kind=answers["kind"],
    )
    _show_one(chat, "frequency/saved", club_frequency.begin(chat.db, draft, chat.now))


FREQUENCY = forms.register(
    Form(
        "frequency",
        (
            Field("name", _parse_name),
            one_of(
                "gives",
                Choice(POINTS, "gives_points"),
                Choice(VOUCHER, "gives_voucher"),
                Choice(REBATE, "gives_rebate"),
            ),
            one_of("metric", *_METRIC_CHOICES, when=_at_once),
            Field("threshold", _parse_threshold, when=_at_once),
            one_of("second", *_METRIC_CHOICES, optional=True, when=_at_once),
            Field("second_threshold", _parse_second, when=lambda answers: bool(answers.get("second"))),
            one_of("period", *PERIOD_CHOICES, when=_at_once),
            one_of("closes", *PERIOD_CHOICES[:2], when=_by_rebate),
            one_of("repeats", Choice("yes", "repeats_yes"), Choice("no", "repeats_no"), when=_at_once),
            Field("reward", _parse_reward),
            Field("value", _parse_value, optional=True, when=_by_voucher),
            Field(
                "days",
                _parse_days,
                lambda _chat, _answers: [Choice(days, text=days) for days in _USUAL_DAYS],
                when=_by_voucher,
            ),
            one_of("kind", *KIND_CHOICES),
        ),
        _done,
        roles=club_staff.FIGURES,
        facts=lambda chat, _answers: {"example": example(chat.club.currency)},
    )
)
