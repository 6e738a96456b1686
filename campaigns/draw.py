"""Who is held out and who gets which wording: drawn by a stable hash, so that the same draw can be made again.

A polynomial of degree two over the field of 2³¹ − 1, its coefficients from the campaign's key (Wegman and Carter 1981).
Whole-number arithmetic below 2⁶³ means the same in Python, SQLite and PostgreSQL: a million members are drawn in SQL.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

PRIME = 2**31 - 1
PARTS = 10_000
HELD_OUT = 0
"""The variant of those who get nothing."""


def part_of(number: Any, key: str) -> Any:
    """The part, from 0 to 9999, of a member id: a number for a number, an SQL expression for a column."""
    first, second, third = coefficients(key)
    inside = (number % PRIME) * first % PRIME
    return ((inside + second) % PRIME * (number % PRIME) + third) % PRIME % PARTS


def coefficients(key: str) -> tuple[int, int, int]:
    """Three numbers below the prime, the first of them not 0."""
    digest = hashlib.sha256(key.encode()).digest()
    first, second, third = (int.from_bytes(digest[start : start + 8]) for start in (0, 8, 16))
    return first % (PRIME - 1) + 1, second % PRIME, third % PRIME


def bounds(holdout: int, shares: Sequence[int]) -> list[int]:
    """Up to which part, itself not included, each variant goes: those held out first (`holdout` percent), then the
    wordings by their shares of the rest."""
    start = holdout * PARTS // 100
    whole, so_far, found = sum(shares), 0, [start]
    for share in shares:
        so_far += share
        found.append(start + (PARTS - start) * so_far // whole)
    return found


def variant_of(part: int, edges: Sequence[int]) -> int:
    """0: held out; else the number of the wording, from 1 on."""
    return next(variant for variant, edge in enumerate(edges) if part < edge)
