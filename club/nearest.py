"""Which branch is meant by somebody who names none: the nearest one, as far as one knows where they are.

By the place that they show; else the ones in their city; else the one where they were last; else all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from sqlalchemy import Connection

from club import cities
from storage import branches
from storage.branches import Branch
from storage.members import Member

ONLY, PLACE, CITY, NAMED, LAST, ALL = "only", "place", "city", "named", "last", "all"
_EARTH = 6_371_000
"""Metres from its middle to its surface, on average."""


@dataclass(frozen=True)
class Point:
    """A place on the earth, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Nearest:
    """The branches that are meant, and why these. `metres`: how far it is, where a place was shown."""

    branches: tuple[Branch, ...]
    why: str
    metres: int | None = None


def of_member(db: Connection, every: Sequence[Branch], member: Member) -> Nearest:
    """Which of all branches is meant, by what is known of the person."""
    if len(every) < 2:
        return Nearest(tuple(every), ONLY)
    here = in_city(every, member.city or "")
    if here:
        return Nearest(here, CITY)
    last = branches.last_used(db, member.id)
    used = tuple(branch for branch in every if branch.id == last)
    return Nearest(used, LAST) if used else Nearest(tuple(every), ALL)


def to_point(every: Sequence[Branch], here: Point) -> Nearest | None:
    """The branch with the shortest way to a place; None where nobody has shown where any of them stands."""
    ways = [(metres(here, where), branch) for branch in every if (where := point_of(branch)) is not None]
    if not ways:
        return None
    way, branch = min(ways, key=lambda found: (found[0], found[1].id))
    return Nearest((branch,), PLACE, round(way))


def in_city(every: Sequence[Branch], city: str) -> tuple[Branch, ...]:
    """The branches in a city. One of which nobody said where it is, is where its name says."""
    return tuple(branch for branch in every if _is_in(branch, city))


def named_in(every: Sequence[Branch], words: str) -> Nearest | None:
    """The branch whose name somebody says, else those of a city whose name they say; None where they say neither."""
    called = tuple(branch for branch in every if cities.says(words, branch.name))
    there = tuple(branch for branch in every if branch.city and cities.names_city(words, branch.city))
    return Nearest(called or there, NAMED) if called or there else None


def can_be_found(every: Sequence[Branch]) -> bool:
    """Does it help to know where somebody is?"""
    return len(every) > 1 and any(branch.city or point_of(branch) for branch in every)


def point_of(branch: Branch) -> Point | None:
    """Where a branch stands; None where nobody has shown it."""
    if branch.latitude is None or branch.longitude is None:
        return None
    return Point(branch.latitude, branch.longitude)


def metres(one: Point, other: Point) -> float:
    """As the crow flies, along the surface of the earth (the haversine formula)."""
    up, along = radians(other.latitude - one.latitude), radians(other.longitude - one.longitude)
    both = cos(radians(one.latitude)) * cos(radians(other.latitude))
    half = sin(up / 2) ** 2 + both * sin(along / 2) ** 2
    return 2 * _EARTH * asin(sqrt(min(1.0, half)))


def _is_in(branch: Branch, city: str) -> bool:
    return cities.same(branch.city, city) if branch.city else cities.names_city(branch.name, city)
