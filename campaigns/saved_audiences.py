"""Audiences with a name: kept, changed in versions, switched off. What a rule names has to be there when it is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from campaigns import audiences
from campaigns.audiences import Audience
from campaigns.problems import Invalid, Problem, shown
from campaigns.rules import Condition, places
from club.club import Club
from club.names import line, units
from club.notices import NOTICES
from club.refusal import Refused
from storage import audience_words, events, saved_audiences
from storage.saved_audiences import Row

MAX_NAME = 40
PROGRAMMES = ("birthday", "family", "follow_up", *NOTICES)
"""What may have reached members without a campaign: notices, and what greeted before there were campaigns."""


@dataclass(frozen=True)
class Saved:
    """An audience under its name, as it holds now. `by`: the Telegram id of whoever changed it last."""

    id: int
    name: str
    version: int
    active: bool
    audience: Audience
    by: int
    at: datetime


def saved(db: Connection) -> list[Saved]:
    """Those that are on, by name."""
    return [_saved(row) for row in saved_audiences.every(db)]


def named(db: Connection, name: str) -> Saved | None:
    """The one that is on under exactly this name."""
    row = saved_audiences.by_name(db, name)
    return _saved(row) if row is not None and row.active else None


def existing(db: Connection, audience_id: int) -> Saved:
    """The one of this id; refused where there is none, or it was switched off."""
    row = saved_audiences.by_id(db, audience_id)
    if row is None or not row.active:
        raise Refused("audiences/gone")
    return _saved(row)


def name_of(text: str) -> str:
    """A name that fits onto a button. Raises `Refused`."""
    name = line(text)
    if units(name) > MAX_NAME:
        raise Refused("forms/long", most=MAX_NAME, found=units(name))
    return name


def add(db: Connection, name: str, audience: Audience, club: Club, *, staff_id: int, now: datetime) -> Saved:
    """Keep it under a name. One that is switched off goes on under its name, with another version.

    Raises `Refused` where the name is taken, `Invalid` where it names what is not there.
    """
    check(db, audience, club)
    before = saved_audiences.by_name(db, name)
    if before is not None and not before.active:
        return _change(db, before, audience, staff_id, now)
    added = saved_audiences.add(db, name, audience.as_data(), staff_id=staff_id, at=now)
    if added is None:
        raise Refused("audiences/known", name=name)
    return existing(db, added)


def change(
    db: Connection, audience_id: int, version: int, audience: Audience, club: Club, *, staff_id: int, now: datetime
) -> Saved:
    """Its next version, made from this one. Raises `Refused` where there is a newer one already, and `Invalid`."""
    check(db, audience, club)
    row = saved_audiences.by_id(db, audience_id)
    if row is None or not row.active:
        raise Refused("audiences/gone")
    if row.version != version:
        raise Refused("audiences/changed_meanwhile", name=row.name)
    return _change(db, row, audience, staff_id, now)


def turn_off(db: Connection, audience_id: int) -> Saved:
    """It is offered no more; what was made with it goes on."""
    known = existing(db, audience_id)
    saved_audiences.turn_off(db, audience_id)
    return known


def check(db: Connection, audience: Audience, club: Club, place: str = "audience") -> None:
    """Raises `Invalid` where it names a tier, a product, a branch, a tag … that this club does not have."""
    problems = unknown(db, audience, club, place)
    if problems:
        raise Invalid(problems)


def unknown(db: Connection, audience: Audience, club: Club, place: str = "audience") -> list[Problem]:
    """What it names and the club does not have, each with where."""
    return [
        Problem(f"{where}.{key}", shown(word), expected)
        for where, condition in places(audience.rule, place)
        for key, word, expected in _strange(db, condition, club)
    ]


def _strange(db: Connection, condition: Condition, club: Club) -> Iterator[tuple[str, str, str]]:
    tiers = {tier.key for tier in club.tiers.tiers}
    ask: dict[tuple[str, str], tuple[Callable[[Collection[str]], Collection[str]], str]] = {
        ("tier", "in"): (tiers.intersection, f"tiers of the settings: {', '.join(sorted(tiers)) or 'there are none'}"),
        ("tier", "at_least"): (tiers.intersection, f"one of {', '.join(sorted(tiers)) or 'no tiers'}"),
        ("branch", "in"): (lambda words: audience_words.branches(db, words), "branches, as /branches lists them"),
        ("tag", "in"): (lambda words: audience_words.tags(db, words), "tags that somebody bears"),
        ("custom", "name"): (lambda words: audience_words.tags(db, words), "a tag with a value that somebody bears"),
        ("event", "number"): (lambda words: events.numbers(db, words), "the number of an event, as /event shows it"),
        ("campaign", "key"): (lambda words: _campaigns(db, words), "a programme, or a campaign that was sent"),
    }
    for key, value in condition.facts:
        known = ask.get((condition.field, key)) or {
            "product": (lambda words: audience_words.products(db, words), "a product that was on sale"),
            "category": (lambda words: audience_words.categories(db, words), "a category of a product"),
            "branch": (lambda words: audience_words.branches(db, words), "a branch, as /branches lists them"),
        }.get(key)
        if known is not None:
            words = value if isinstance(value, tuple) else (str(value),)
            found = known[0](words)
            yield from ((key, word, known[1]) for word in words if word not in found)


def _campaigns(db: Connection, words: Collection[str]) -> set[str]:
    return set(PROGRAMMES).intersection(words) | audience_words.campaigns(db, words)


def _change(db: Connection, row: Row, audience: Audience, staff_id: int, now: datetime) -> Saved:
    if not saved_audiences.change(db, row, audience.as_data(), staff_id=staff_id, at=now):
        raise Refused("audiences/changed_meanwhile", name=row.name)
    return existing(db, row.id)


def _saved(row: Row) -> Saved:
    return Saved(row.id, row.name, row.version, row.active, audiences.parse(row.rule), row.by, row.at)
