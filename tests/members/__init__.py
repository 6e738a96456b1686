"""The rules about people: pure, and tested as such."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from club.refusal import Refused

Value = TypeVar("Value")


def attempt(rule: Callable[..., Value], *given: object) -> tuple[Value | None, str | None]:
    """What a rule makes of it, or the message with which it says no. Whatever else it raises is a fault."""
    try:
        return rule(*given), None
    except Refused as refused:
        return None, refused.template
