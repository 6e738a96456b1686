"""What a journey is: steps that a member goes one after the other, with waits and branches, until a reason to leave.

steps:
  - texts: {en: "Welcome, {{ name }}. What do you like to drink?"}
  - wait: {days: 3}
  - if: {bought: {within_days: 3}}
    then: [{exit: true}]
  - texts: {en: "{{ name }}, shall we show you how points work?"}
  - task: Call them
exits: [replied, complained]

Steps lead on only, never back: so a journey ends, and nobody comes to a step twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from campaigns.audiences import Audience

Json = dict[str, Any]
BOUGHT, REPLIED, COMPLAINED = "bought", "replied", "complained"
EXITS = (BOUGHT, REPLIED, COMPLAINED)
"""What may end a journey for a member, wherever they are in it. Whoever leaves the club leaves it too."""
LEFT, FINISHED, LATE, TAKEN_OUT, ENDED = "left", "finished", "late", "taken_out", "ended"
REASONS = (FINISHED, *EXITS, LEFT, LATE, TAKEN_OUT, ENDED)
KEEP, MOVE, TAKE_OUT = "keep", "move", "take_out"
INSIDE = (KEEP, MOVE, TAKE_OUT)
"""What a new version does with those inside: they finish the old one, go on with the new, or are taken out."""


@dataclass(frozen=True)
class Button:
    """Under a message. `does`: `answer` (the press is the reply), `request` (the team acts), a place in the chat, or an
    https address."""

    label: Mapping[str, str]
    does: str = "answer"

    @property
    def address(self) -> bool:
        return self.does.startswith("https://")

    def as_data(self) -> Json:
        return {"label": dict(self.label), "does": self.does}


@dataclass(frozen=True)
class Wording:
    """One way to say it, by language, and its share of those who are written to."""

    texts: Mapping[str, str]
    share: int = 1

    def as_data(self) -> Json:
        return {"texts": dict(self.texts), "share": self.share}


@dataclass(frozen=True)
class Say:
    """A message. It never leaves before the `embargo`, by the club's clock; after the `last_day` it is left out."""

    name: str
    wordings: tuple[Wording, ...]
    buttons: tuple[Button, ...] = ()
    picture: str | None = None
    embargo: datetime | None = None
    last_day: date | None = None

    def as_data(self) -> Json:
        data: Json = {
            "name": self.name,
            "variants": [one.as_data() for one in self.wordings],
            "buttons": [one.as_data() for one in self.buttons],
        }
        picture = {"picture": self.picture} if self.picture else {}
        embargo = {"embargo": f"{self.embargo:%Y-%m-%d %H:%M}"} if self.embargo else {}
        last_day = {"last_day": self.last_day.isoformat()} if self.last_day else {}
        return data | picture | embargo | last_day


@dataclass(frozen=True)
class Wait:
    """Nothing happens for so many `days`; or until a day and an hour where the member lives. One of the two is told."""

    name: str
    days: int | None = None
    until: date | None = None
    at: time | None = None

    def as_data(self) -> Json:
        if self.until is None:
            return {"name": self.name, "wait": {"days": self.days}}
        said = {"until": self.until.isoformat()} | ({"at": f"{self.at:%H:%M}"} if self.at else {})
        return {"name": self.name, "wait": said}


@dataclass(frozen=True)
class Branch:
    """Who is in the audience goes one way, all others the other; then both go on with what comes after it."""

    name: str
    audience: Audience
    then: tuple[Step, ...] = ()
    otherwise: tuple[Step, ...] = ()

    def as_data(self) -> Json:
        return {
            "name": self.name,
            "if": self.audience.as_data(),
            "then": [one.as_data() for one in self.then],
            "else": [one.as_data() for one in self.otherwise],
        }


@dataclass(frozen=True)
class Task:
    """Something that a colleague does, by language; the member goes on meanwhile."""

    name: str
    texts: Mapping[str, str]

    def as_data(self) -> Json:
        return {"name": self.name, "task": dict(self.texts)}


@dataclass(frozen=True)
class Exit:
    """The end, before the last step."""

    name: str

    def as_data(self) -> Json:
        return {"name": self.name, "exit": True}


Step = Say | Wait | Branch | Task | Exit


@dataclass(frozen=True)
class Way:
    """A step and where it leads: to the step of that name, or out of the journey. `otherwise`: of a branch, its other
    way. `depth`: branches around it; `side`: the way that it is the first step of (`then`, `else`)."""

    step: Step
    next: str | None
    otherwise: str | None = None
    depth: int = 0
    side: str | None = None


@dataclass(frozen=True)
class Journey:
    """`exits`: what ends it for a member, wherever they are."""

    steps: tuple[Step, ...]
    exits: tuple[str, ...] = ()

    def as_data(self) -> Json:
        return {"steps": [one.as_data() for one in self.steps], "exits": list(self.exits)}

    @cached_property
    def ways(self) -> Mapping[str, Way]:
        """Every step by its name, in the order in which they are read."""
        return dict(_ways(self.steps, None, 0, None))

    @property
    def first(self) -> str:
        return self.steps[0].name

    @property
    def messages(self) -> list[Say]:
        return [way.step for way in self.ways.values() if isinstance(way.step, Say)]

    def after_gone(self, name: str, new: Journey) -> str | None:
        """Where somebody at this step goes on in a new version: at the same step, or at the next that is still there;
        None where nothing of what lies ahead is."""
        at: str | None = name
        while at is not None:
            ours, theirs = self.ways[at], new.ways.get(at)
            if theirs is not None and type(theirs.step) is type(ours.step):
                return at
            at = ours.next
        return None


def _ways(steps: Sequence[Step], after: str | None, depth: int, side: str | None) -> Iterator[tuple[str, Way]]:
    for place, step in enumerate(steps):
        beyond = steps[place + 1].name if place + 1 < len(steps) else after
        here = side if place == 0 else None
        if isinstance(step, Branch):
            yes = step.then[0].name if step.then else beyond
            no = step.otherwise[0].name if step.otherwise else beyond
            yield step.name, Way(step, yes, no, depth, here)
            yield from _ways(step.then, beyond, depth + 1, "then")
            yield from _ways(step.otherwise, beyond, depth + 1, "else")
        else:
            yield step.name, Way(step, None if isinstance(step, Exit) else beyond, None, depth, here)
