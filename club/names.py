"""What people call themselves, made safe to show."""

from __future__ import annotations

import unicodedata

from club.refusal import Refused

MAX_NAME = 60
MAX_LINE = 200

_JOINERS = {"\u200d", "\ufe0f"}  # hold emoji such as families and flags together


def clean(text: str) -> str:
    """One line of visible text: NFC, no control, direction or zero-width characters, single spaces.

    Direction marks are taken out because they turn around what stands beside a name in a card; the letters of
    right-to-left scripts stay as they are.
    """
    normal = unicodedata.normalize("NFC", text)
    visible = "".join(
        " " if character.isspace() else character
        for character in normal
        if character.isspace()
        or character in _JOINERS
        or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co")
    )
    line = " ".join(visible.split())
    return line if any(character not in _JOINERS for character in line) else ""


def person_name(text: str) -> str:
    """A name to be greeted by. Refused when nothing visible is left, or when it is longer than 60 characters."""
    name = clean(text)
    if not any(unicodedata.category(character)[0] in "LNS" for character in name):
        raise Refused("membership/name_empty")
    if len(name) > MAX_NAME:
        raise Refused("membership/name_long", most=MAX_NAME)
    return name


def line(text: str) -> str:
    """A short free answer: a city, interests. Refused when empty or longer than 200 characters."""
    cleaned = clean(text)
    if not cleaned:
        raise Refused("forms/empty")
    if len(cleaned) > MAX_LINE:
        raise Refused("forms/long", most=MAX_LINE, found=len(cleaned))
    return cleaned
