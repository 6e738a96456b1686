"""A journey as it is read: its steps one under the other, with how many are at each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from campaigns import sentences
from campaigns.journey import Branch, Exit, Journey, Say, Step, Task, Wait
from club.club import Club
from club.languages import nearest
from storage import journeys
from templates import plain, render

SHOWN = 20
"""Steps on a card."""

_TAG = re.compile(r"</?[a-z][^<>]*>")


@dataclass(frozen=True)
class Road:
    """How many are at each step now, and how many left for each reason."""

    here: Mapping[str, int] = field(default_factory=dict)
    out: Mapping[str, int] = field(default_factory=dict)

    @property
    def inside(self) -> int:
        return sum(self.here.values())


@dataclass(frozen=True)
class Line:
    """One step. `side`: the way of a branch that it begins; `here`: how many are there."""

    number: int
    name: str
    depth: int
    side: str | None
    words: str
    here: int


def road(db: Connection, campaign_id: int) -> Road:
    """Where everybody is."""
    return Road(journeys.inside(db, campaign_id), journeys.exits(db, campaign_id))


def lines(journey: Journey, language: str, club: Club, here: Mapping[str, int]) -> list[Line]:
    """Every step in a line."""
    return [
        Line(number, name, way.depth, way.side, words(way.step, language, club), here.get(name, 0))
        for number, (name, way) in enumerate(journey.ways.items(), start=1)
    ]


def words(step: Step, language: str, club: Club) -> str:
    """What a step does, in a few words, without markup."""
    facts: dict[str, Any] = {
        "kind": kind_of(step),
        "days": None,
        "until": None,
        "at": None,
        "text": "",
        "embargo": None,
    }
    match step:
        case Say(wordings=wordings, embargo=embargo):
            facts |= {"text": said(wordings[0].texts, language), "embargo": embargo}
        case Wait(days=days, until=until, at=at):
            facts |= {"days": days, "until": until, "at": at}
        case Branch(audience=audience):
            facts["text"] = sentences.phrase(audience.rule, language, club)
        case Task(texts=texts):
            facts["text"] = said(texts, language)
        case Exit():
            pass
    return plain("journeys/step", language, **facts)


def said(texts: Mapping[str, str], language: str) -> str:
    """In this language, or in the nearest that there is, on one line, without markup."""
    return " ".join(_TAG.sub("", texts[nearest(language, texts)]).split())


def kind_of(step: Step) -> str:
    kinds: Mapping[type, str] = {Say: "say", Wait: "wait", Branch: "if", Task: "task", Exit: "exit"}
    return kinds[type(step)]


def shown(journey: Journey, seen: Road, language: str, club: Club, inside: str | None = None) -> str:
    """All of it, as Telegram HTML. `inside`: what is decided for those inside, where it is being changed."""
    every = lines(journey, language, club, seen.here)
    facts = {"lines": every[:SHOWN], "hidden": len(every) - len(every[:SHOWN]), "exits": journey.exits, "road": seen}
    return render("journeys/whole", language, **facts, inside=inside)
