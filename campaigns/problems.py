"""What is wrong with what a marketer wrote: where, what was found there, what would have worked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LONGEST = 40
"""Characters of what was found that are shown."""


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


def shown(found: object) -> str:
    """What was found, in a few words: of a stranger's file, no more than these."""
    if found is None:
        return "nothing"
    if isinstance(found, str):
        return repr(found if len(found) <= LONGEST else f"{found[:LONGEST]}…")
    if isinstance(found, bool | float):
        return repr(found)
    if isinstance(found, int):
        return repr(found) if abs(found) < 10**LONGEST else "a number without end"
    if isinstance(found, Mapping):
        return f"{{{', '.join(shown(key) for key in list(found)[:3])}{', …' if len(found) > 3 else ''}}}"
    if isinstance(found, Sequence) and not isinstance(found, bytes):
        return f"a list of {len(found)}"
    return f"a {type(found).__name__}"
