"""What is wrong with what a marketer wrote: where, what was found there, what would have worked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """`place`: the way to it, as in `audience.all[2].points`. `found` and `expected` are words for the marketer."""

    place: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.place}: found {self.found}, expected {self.expected}."


class Invalid(Exception):
    """A definition that is not kept, with everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)
