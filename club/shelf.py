"""What owner and manager say about a reward, made fit to be kept."""

from __future__ import annotations

import unicodedata

from sqlalchemy import Connection

from club.names import clean
from club.refusal import Refused
from club.rewards import known
from storage import rewards

MAX_NAME = 60
MAX_DESCRIPTION = 500


def name(text: str) -> str:
    """What a reward is called: one line of at most 60 characters. Raises `Refused`."""
    return _line(text, MAX_NAME)


def description(text: str) -> str:
    """What there is to say about it: at most 500 characters. Raises `Refused`."""
    return _line(text, MAX_DESCRIPTION)


def _line(text: str, most: int) -> str:
    line = clean(text)
    if not line:
        raise Refused("shelf/words_please")
    if len(line) > most:
        raise Refused("forms/long", most=most, found=len(line))
    return line


def whole_number(text: str, most: int, least: int = 1) -> int:
    """A number that somebody typed, from `least` to `most`; full width and blanks do no harm. Raises `Refused`."""
    plain = unicodedata.normalize("NFKC", text[:40]).replace(" ", "")
    digits = plain if plain.isascii() and plain.isdecimal() and len(plain) <= 12 else ""
    if not digits or not least <= int(digits) <= most:
        raise Refused("shelf/number_please", least=least, most=most)
    return int(digits)


def turn(db: Connection, reward_id: int) -> None:
    """Take a reward from the shelf, or put it back there."""
    rewards.change(db, reward_id, active=int(not known(db, reward_id).active))
