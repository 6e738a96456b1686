"""/reward: what stands on the shelf, put there, changed and taken away by owner and manager."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from club import money, shelf
from club import rewards as club_rewards
from club.members import first_press
from club.names import in_languages
from club.refusal import Refused
from club.rewards import KINDS, MOST_POINTS, MOST_STOCK
from club.staff import MANAGERS
from handlers import forms
from handlers.chat import Chat, new_nonce
from handlers.forms import SAID, Answers, Choice, Field, Form
from handlers.frequency import price_warning
from storage import rewards
from storage.words import said, words_of

SHOWN = 40
MOST_DAYS = 3_650
NONE, ALL = "none", "all"
"""The answers of buttons: no end of it, no limit; everybody."""


def manage(chat: Chat) -> None:
    """Everything there is, with a button for each."""
    everything = rewards.everything(chat.db)[:SHOWN]
    rows = [
        [chat.button("reward", f"shelf:{reward.id}", name=reward.name, price=reward.price)] for reward in everything
    ]
    ways = [chat.button("add_reward", "newreward"), chat.button("menu", "go:start")]
    chat.reply("shelf/list", rewards=everything, warning=price_warning(chat), keyboard=[*rows, ways])


def show(chat: Chat) -> None:
    """One reward from behind the shelf."""
    _show(chat, chat.pressed_id)


def _show(chat: Chat, reward_id: int) -> None:
    reward = club_rewards.known(chat.db, reward_id)
    data = f"onoff:{reward.id}:{new_nonce()}"
    turn = chat.button("off_shelf", data) if reward.active else chat.button("on_shelf", data)
    chat.reply(
        "shelf/reward",
        reward=reward,
        tier=next((tier for tier in chat.club.tiers.tiers if tier.key == reward.tier), None),
        keyboard=[
            [chat.button("change_price", f"price:{reward.id}"), chat.button("change_stock", f"stock:{reward.id}")],
            [turn],
            [chat.button("shelf", "go:reward"), chat.button("menu", "go:start")],
        ],
    )


def on_off(chat: Chat) -> None:
    """Take it from the shelf, or put it back. Vouchers that were given for it stay good."""
    first_press(chat.db, chat.pressed.nonce, chat.now)
    shelf.turn(chat.db, chat.pressed_id)
    _show(chat, chat.pressed_id)


def add(chat: Chat) -> None:
    """The questions about a new reward."""
    forms.start(chat, NEW)


def ask_price(chat: Chat) -> None:
    _ask_change(chat, "price")


def ask_stock(chat: Chat) -> None:
    _ask_change(chat, "stock")


def _ask_change(chat: Chat, what: str) -> None:
    reward = club_rewards.known(chat.db, chat.pressed_id)
    name = said(reward.name, chat.language)
    forms.start(chat, CHANGE, reward=reward.id, what=what, name=name, was=getattr(reward, what))


# ---- answers ------------------------------------------------------------------------------------------------------


def _name(chat: Chat, text: str, _answers: Answers) -> str | dict[str, str]:
    return in_languages(text, chat.club.languages, shelf.name)


def _description(chat: Chat, text: str, _answers: Answers) -> str | dict[str, str]:
    return in_languages(text, chat.club.languages, shelf.description)


def _points(_chat: Chat, text: str, _answers: Answers) -> int:
    return shelf.whole_number(text, MOST_POINTS)


def _count(_chat: Chat, text: str, _answers: Answers) -> int | None:
    """How many: none is an answer too, it means that there is no end of it."""
    return None if text == NONE else shelf.whole_number(text, MOST_STOCK)


def _stock(_chat: Chat, text: str, _answers: Answers) -> int | None:
    return None if text == NONE else shelf.whole_number(text, MOST_STOCK, least=0)


def _days(_chat: Chat, text: str, _answers: Answers) -> int:
    return shelf.whole_number(text, MOST_DAYS)


def _what(_chat: Chat, text: str, _answers: Answers) -> str:
    return _one_of(text, ("thing", "money"))


def _value(chat: Chat, text: str, _answers: Answers) -> int:
    amount = money.typed(text, chat.club.currency)
    if amount == 0:
        raise Refused("vouchers/no_amount")
    return amount


def _tier(chat: Chat, text: str, _answers: Answers) -> str | None:
    return None if text == ALL else _one_of(text, tuple(tier.key for tier in chat.club.tiers.tiers))


def _kind(_chat: Chat, text: str, _answers: Answers) -> str:
    return _one_of(text, KINDS)


def _photo(_chat: Chat, _text: str, answers: Answers) -> str:
    said = answers[SAID]
    if said["media"] != "photo" or not said["file_id"]:
        raise Refused("shelf/photo_please")
    return str(said["file_id"])


def _one_of(text: str, known: tuple[str, ...]) -> str:
    if text not in known:
        raise Refused("shelf/press_one")
    return text


def _whats(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [Choice("thing", "reward_thing"), Choice("money", "reward_money")]


def _no_end(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [Choice(NONE, "no_end")]


def _no_limit(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [Choice(NONE, "no_limit")]


def _usual_days(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [Choice(days, text=days) for days in ("30", "90", "365")]


def _tiers(chat: Chat, _answers: Answers) -> list[Choice]:
    levels = [Choice(tier.key, text=tier.name(chat.language)) for tier in chat.club.tiers.tiers]
    return [Choice(ALL, "everybody"), *levels]


def _kinds(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [
        Choice("financial", "kind_financial"),
        Choice("social", "kind_social"),
        Choice("structural", "kind_structural"),
    ]


def _added(chat: Chat, answers: Answers) -> None:
    columns: dict[str, Any] = {
        column: answers.get(column)
        for column in ("price", "value", "stock", "per_member", "valid_days", "tier", "kind", "picture")
    }
    columns["name"] = words_of(answers["name"])
    reward_id = rewards.add(chat.db, **columns, description=words_of(answers.get("description") or ""))
    chat.reply("shelf/added")
    _show(chat, reward_id)


def _changed(chat: Chat, answers: Answers) -> None:
    reward = club_rewards.known(chat.db, answers["reward"])
    rewards.change(chat.db, reward.id, **{answers["what"]: answers[answers["what"]]})
    chat.reply("shelf/changed")
    _show(chat, reward.id)


NEW = forms.register(
    Form(
        "shelf",
        (
            Field("name", _name),
            Field("description", _description, optional=True),
            Field("price", _points),
            Field("what", _what, _whats),
            Field("value", _value, when=lambda answers: answers.get("what") == "money"),
            Field("stock", _stock, _no_end),
            Field("per_member", _count, _no_limit),
            Field("valid_days", _days, _usual_days),
            Field("tier", _tier, _tiers),
            Field("kind", _kind, _kinds),
            Field("picture", _photo, optional=True, takes_media=True),
        ),
        _added,
        roles=MANAGERS,
    )
)
CHANGE = forms.register(
    Form(
        "shelf_change",
        (
            Field("price", _points, when=lambda answers: answers["what"] == "price"),
            Field("stock", _stock, _no_end, when=lambda answers: answers["what"] == "stock"),
        ),
        _changed,
        roles=MANAGERS,
        lasts=timedelta(minutes=30),
    )
)
