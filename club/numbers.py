"""Member numbers: short enough to say at the till, with a check digit so that a slip of the tongue is noticed."""

from __future__ import annotations

_BASE = 1000
"""Added to the id, so that the first member's number looks like everybody else's."""

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def member_number(member_id: int) -> str:
    """The number of a member, "10017" for id 1: the id plus 1000, then its Luhn check digit. Never changes."""
    digits = str(member_id + _BASE)
    return f"{digits}{_check_digit(digits)}"


def _check_digit(digits: str) -> str:
    total = sum(_DOUBLED[int(digit)] for digit in digits[::-2]) + sum(map(int, digits[-2::-2]))
    return str(-total % 10)
