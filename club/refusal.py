"""How a rule says no."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A rule says no, in words that the person reads in their own language: a template's name and its facts.

    It rolls the unit of work back to where the rule was asked; the answer goes out all the same.
    """

    def __init__(self, template: str, **facts: Any) -> None:
        super().__init__(template)
        self.template = template
        self.facts = facts
