"""Voucher codes: `7KQ4-M2XW-9HTB-F`. Twelve drawn characters, sixty bits, and a check character at the end.

The alphabet is Crockford's: digits and capital letters without I, L, O and U. The check character closes a word of a
Reed-Solomon code over GF(32): the sum of each character times its own power of a generator is zero. Any one mistyped
character changes that sum, and so do any two that changed places, neighbours above all.
"""

from __future__ import annotations

import secrets
import unicodedata

from club.refusal import Refused

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DRAWN = 12
LENGTH = DRAWN + 1
LONGEST_INPUT = 64
_VALUES = {character: value for value, character in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_FIELD = 0b100101
"""x⁵ + x² + 1, under which x generates all 31 non-zero elements of GF(32)."""


def new_code() -> str:
    """A code that nobody guesses."""
    drawn = [secrets.randbelow(32) for _ in range(DRAWN)]
    return "".join(ALPHABET[value] for value in (*drawn, _times_x(_sum(drawn))))


def grouped(code: str) -> str:
    """As one reads it out: 7KQ4-M2XW-9HTB-F."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read(text: str) -> str:
    """The code that somebody typed or scanned: lower case, full width, blanks, dashes, O for 0 and I or L for 1 do no
    harm. Raises `Refused("vouchers/no_code")` or `Refused("vouchers/mistyped")`."""
    if len(text) > LONGEST_INPUT:
        raise Refused("vouchers/no_code")
    plain = unicodedata.normalize("NFKC", text).upper()
    typed = [character for character in plain if unicodedata.category(character) not in ("Pd", "Zs", "Cc", "Cf")]
    if len(typed) != LENGTH or any(character not in _VALUES for character in typed):
        raise Refused("vouchers/no_code")
    values = [_VALUES[character] for character in typed]
    if _sum(values):
        raise Refused("vouchers/mistyped")
    return "".join(ALPHABET[value] for value in values)


def is_code(text: str) -> bool:
    """Is this a code, every character of it as it should be? One in words has none: digits must be among them."""
    try:
        return any(character.isdecimal() for character in read(text))
    except Refused:
        return False


def _sum(values: list[int]) -> int:
    total = 0
    for value in values:
        total = _times_x(total) ^ value
    return total


def _times_x(element: int) -> int:
    shifted = element << 1
    return shifted ^ _FIELD if shifted & 0b100000 else shifted
