"""Member numbers: short enough to say at the till, with a check digit so that a slip of the tongue is noticed."""

from __future__ import annotations

_BASE = 1000
"""Added to the id, so that the first member's number looks like everybody else's."""

_LONGEST = 18
"""Digits of a number that is looked at at all."""

_PAIRS = [tens + (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)[ones] for tens in range(10) for ones in range(10)]
"""What two digits add to the Luhn sum: every second one counts double, less 9 where that has two digits."""


def member_number(member_id: int) -> str:
    """The number of a member, "10017" for id 1: the id plus 1000, then its Luhn check digit. Never changes."""
    left, total = member_id + _BASE, 0
    while left:
        left, pair = divmod(left, 100)
        total += _PAIRS[pair]
    return f"{member_id + _BASE}{-total % 10}"


def is_member_number(text: str) -> bool:
    """Does the check digit fit? A number with one wrong digit, or two neighbours swapped, does not."""
    if not (text.isascii() and text.isdecimal() and 1 < len(text) <= _LONGEST):
        return False
    member_id = int(text[:-1]) - _BASE
    return member_id > 0 and member_number(member_id) == text
