"""What people call themselves, made safe to show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from club.refusal import Refused

MAX_NAME = 60
MAX_LINE = 200
BETWEEN_LANGUAGES = re.compile(r"\s+[/／]\s+")

_JOINERS = {"\u200d", "\ufe0f"}  # hold emoji such as families and flags together
_BLANKS = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"}  # letters and symbols that show nothing


def units(text: str) -> int:
    """How long a text is where it is counted in UTF-16 units, as chats do: an emoji counts twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


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
        or (unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co") and character not in _BLANKS)
    )
    line = unicodedata.normalize("NFC", " ".join(visible.split()))
    return line if any(character not in _JOINERS for character in line) else ""


def person_name(text: str) -> str:
    """A name to be greeted by. Refused when nothing visible is left, or when it is longer than 60 characters."""
    name = clean(text)
    if not any(unicodedata.category(character)[0] in "LNS" for character in name):
        raise Refused("membership/name_empty")
    if len(name) > MAX_NAME:
        raise Refused("membership/name_long", most=MAX_NAME)
    return name


def is_name(text: str) -> bool:
    """Would this pass for a name?"""
    try:
        return bool(person_name(text))
    except Refused:
        return False


def in_languages(text: str, languages: Sequence[str], check: Callable[[str], str]) -> str | dict[str, str]:
    """A line as it was typed: in all languages of the club, ` / ` between them, or one for all. Each is checked."""
    parts = [part.strip() for part in BETWEEN_LANGUAGES.split(text)]
    if len(languages) < 2 or len(parts) != len(languages) or not all(parts):
        return check(text)
    return dict(zip(languages, map(check, parts), strict=True))


def line(text: str, most: int = MAX_LINE) -> str:
    """A short free answer: a city, interests. Refused when empty or longer than so many characters."""
    cleaned = clean(text)
    if not cleaned:
        raise Refused("forms/empty")
    if len(cleaned) > most:
        raise Refused("forms/long", most=most, found=len(cleaned))
    return cleaned
