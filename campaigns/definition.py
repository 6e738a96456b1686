"""What a campaign is: plain data that a form, a file and a row hold alike.

key: autumn-tea
goal: Bring regulars back before the holidays
kind: promotion
audience: {bought: {category: tea, within_days: 90}}
moment: {when: now}
texts: {en: "Hello {{ name }}, the new oolong is here. Shall we put one aside?"}
buttons: [{label: {en: Yes please}, does: answer}]
ends_on: 2026-12-24

One with `steps` instead of texts is a journey (campaigns/journey.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from campaigns import draw
from campaigns.audiences import Audience
from campaigns.journey import Button, Journey, Say, Wording
from campaigns.kinds import Kind
from campaigns.moments import Moment
from club.languages import nearest

Json = dict[str, Any]
NOW: Json = {"when": "now"}
"""As soon as it is approved: the moment that is none."""

ANSWER, ADDRESS, SURVEY, EVENT = "answer", "https://", "survey:", "event:"
REQUEST = "request"
"""The press asks the team to act: it becomes a request in the queue."""
PLACES = (
    "points", "rewards", "card", "stamps", "benefits", "vouchers", "ask", "complain", "edit", "preferences", "family",
    "me", "events",
)  # fmt: skip
"""Where a button may lead in the chat."""


@dataclass(frozen=True)
class Definition:
    """`holdout`: percent of the audience that gets nothing, to compare with. `ends_on`: the last day, by the club's own
    clock. `wordings` and what else a message has are those of its own; a journey has several, see `saying`."""

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
    journey: Journey | None = None
    embargo: datetime | None = None
    last_day: date | None = None

    def as_data(self) -> Json:
        """What `parse` reads again."""
        data = {
            "key": self.key,
            "name": self.name,
            "goal": self.goal,
            "kind": self.kind.key,
            "audience": self.audience.as_data(),
            "moment": self.moment.as_data() if self.moment else NOW,
            "ends_on": self.ends_on.isoformat() if self.ends_on else None,
            "holdout": self.holdout,
        }
        if self.journey is not None:
            return data | self.journey.as_data()
        return data | {
            "variants": [one.as_data() for one in self.wordings],
            "buttons": [one.as_data() for one in self.buttons],
            "picture": self.picture,
            "embargo": f"{self.embargo:%Y-%m-%d %H:%M}" if self.embargo else None,
        }

    def messages(self) -> list[Definition]:
        """All that it says, each as if it were the only thing."""
        return [self] if self.journey is None else [self._with(say) for say in self.journey.messages]

    def saying(self, step: str | None) -> Definition:
        """What it says at this step of its journey. One that is no journey says one thing."""
        if self.journey is None:
            return self
        return self._with(next(say for say in self.journey.messages if say.name == step))

    def _with(self, say: Say) -> Definition:
        return replace(
            self,
            wordings=say.wordings,
            buttons=say.buttons,
            picture=say.picture,
            embargo=say.embargo,
            last_day=say.last_day,
            journey=None,
        )

    @property
    def survey(self) -> int | None:
        """The survey that it asks people to answer."""
        asked = (survey_of(one) for message in self.messages() for one in message.buttons)
        return next((one for one in asked if one is not None), None)

    @property
    def event(self) -> int | None:
        """The event that it invites to."""
        invited = (event_of(one) for message in self.messages() for one in message.buttons)
        return next((one for one in invited if one is not None), None)

    def edges(self) -> list[int]:
        """Where each variant ends, in parts of ten thousand."""
        return draw.bounds(self.holdout, [one.share for one in self.wordings])

    def text(self, variant: int, language: str) -> str:
        """The wording of a variant in a language; in the nearest that there is, where it has none."""
        texts = self.wordings[variant - 1].texts
        return texts[nearest(language, texts)]


def survey_of(button: Button) -> int | None:
    """The survey whose questions a button opens."""
    return int(button.does.removeprefix(SURVEY)) if button.does.startswith(SURVEY) else None


def event_of(button: Button) -> int | None:
    """The event that a button shows."""
    return int(button.does.removeprefix(EVENT)) if button.does.startswith(EVENT) else None


def label(button: Button, language: str) -> str:
    return button.label.get(language) or next(iter(button.label.values()))


__all__ = [
    "ADDRESS",
    "ANSWER",
    "EVENT",
    "NOW",
    "PLACES",
    "REQUEST",
    "SURVEY",
    "Button",
    "Definition",
    "Json",
    "Wording",
    "event_of",
    "label",
    "survey_of",
]
