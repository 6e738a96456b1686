"""Which of the club's languages a text is for, asked by buttons."""

from __future__ import annotations

from club.languages import NAMES
from club.refusal import Refused
from handlers.chat import Chat
from handlers.forms import Answers, Choice


def parse_language(chat: Chat, text: str, _answers: Answers) -> str:
    """The language of the button; raises `Refused` for what was typed."""
    if text not in chat.club.languages:
        raise Refused("shelf/press_one")
    return text


def languages(chat: Chat, _answers: Answers) -> list[Choice]:
    """A button for each."""
    return [Choice(language, text=NAMES[language]) for language in chat.club.languages]
