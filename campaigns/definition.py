"""What a campaign is: plain data that a form, a file and a row hold alike.

key: autumn-tea
goal: Bring regulars back before the holidays
kind: promotion
audience: {bought: {category: tea, within_days: 90}}
moment: {when: now}
texts: {en: "Hello {{ name }}, the new oolong is here. Shall we put one aside?"}
buttons: [{label: {en: Yes please}, does: answer}]
ends_on: 2026-12-24
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from campaigns import draw
from campaigns.audiences import Audience
from campaigns.kinds import Kind
from campaigns.moments import Moment

Json = dict[str, Any]
NOW: Json = {"when": "now"}
"""As soon as it is approved: the moment that is none."""

ANSWER, ADDRESS = "answer", "https://"
REQUEST = "request"
"""The press asks the team to act: it becomes a request in the queue."""
PLACES = (
    "points", "rewards", "card", "stamps", "benefits", "vouchers", "ask", "complain", "edit", "preferences", "family",
    "me",
)  # fmt: skip
"""Where a button may lead in the chat."""


@dataclass(frozen=True)
class Button:
    """Under the message. `does`: `answer` (the press is the reply), `request` (and the team acts), a place in the chat,
    or an https address."""

    label: Mapping[str, str]
    does: str = ANSWER

    @property
    def address(self) -> bool:
        return self.does.startswith(ADDRESS)


@dataclass(frozen=True)
class Wording:
    """One way to say it, by language, and its share of those who are written to."""

    texts: Mapping[str, str]
    share: int = 1


@dataclass(frozen=True)
class Definition:
    """`holdout`: percent of the audience that gets nothing, to compare with. `ends_on`: the last day, by the club's own
    clock."""

    key: str
    name: str
    goal: str
    kind: Kind
    audience: Audience
    moment: Moment | None
    wordings: tuple[Wording, ...]
    buttons: tuple[Button, ...] = ()
    picture: str | None = None
    ends_on: date | None = None
    holdout: int = 0

    def as_data(self) -> Json:
        """What `parse` reads again."""
        return {
            "key": self.key,
            "name": self.name,
            "goal": self.goal,
            "kind": self.kind.key,
            "audience": self.audience.as_data(),
            "moment": self.moment.as_data() if self.moment else NOW,
            "variants": [{"texts": dict(one.texts), "share": one.share} for one in self.wordings],
            "buttons": [{"label": dict(one.label), "does": one.does} for one in self.buttons],
            "picture": self.picture,
            "ends_on": self.ends_on.isoformat() if self.ends_on else None,
            "holdout": self.holdout,
        }

    def edges(self) -> list[int]:
        """Where each variant ends, in parts of ten thousand."""
        return draw.bounds(self.holdout, [one.share for one in self.wordings])

    def text(self, variant: int, language: str) -> str:
        """The wording of a variant in a language; in the first that there is, where it has none."""
        texts = self.wordings[variant - 1].texts
        return texts.get(language) or next(iter(texts.values()))


def label(button: Button, language: str) -> str:
    return button.label.get(language) or next(iter(button.label.values()))
