"""Audiences that a question offers: ready-made ones, and those that were saved under a name."""

from __future__ import annotations

from typing import Any

from campaigns import saved_audiences
from club.refusal import Refused
from handlers.chat import Chat, number_in
from handlers.forms import Answers, Choice

READY: dict[str, Any] = {
    "everybody": {},
    "buyers": {"bought": {"within_days": 90}},
    "silent": {"last_bought": {"before_days": 90}},
    "new": {"joined": {"within_days": 30}},
}
SHOWN = 12
"""Saved ones that get a button; the others are found by typing their name."""


def parse(chat: Chat, text: str, _answers: Answers) -> Any:
    """One that is ready-made, or saved; the rule as it is now, so that a later change does not slip in."""
    return READY[text] if text in READY else rule_of(chat, text)


def choices(chat: Chat, _answers: Answers) -> list[Choice]:
    """The ready-made ones, and those that were saved."""
    return [
        Choice("everybody", "to_everybody"),
        Choice("buyers", "to_buyers"),
        Choice("silent", "to_silent"),
        Choice("new", "to_new"),
        *saved(chat),
    ]


def rule_of(chat: Chat, text: str) -> Any:
    """The rule of a saved one, by its button or by its name. Raises `Refused`."""
    if text.startswith("="):
        return saved_audiences.existing(chat.db, number_in(text[1:])).audience.as_data()
    found = saved_audiences.named(chat.db, text)
    if found is None:
        raise Refused("forms/press_please")
    return found.audience.as_data()


def saved(chat: Chat) -> list[Choice]:
    """Those that were saved, each on a button."""
    return [Choice(f"={one.id}", text=one.name) for one in saved_audiences.saved(chat.db)[:SHOWN]]
