"""What a marketer wrote, for one member: `Hello {{ name }}, you have {{ points }} points.`

Reading and filling in such a text happens in a process of its own, with limits (`templates/marketers.py`); here is what
is handed to it: plain values about one member, and of those only what the text asks for.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from campaigns.problems import Problem
from club import membership, points, tiers
from club.club import Club
from club.days import day_of
from storage import purchases
from storage.members import Member
from templates.fields import Facts, Value, used
from templates.hostile import Wrong
from templates.marketers import Marketers, Text

SHOWN_FIELDS = ("name", "points", "tier", "product", "club", "ends")
"""Those of the fields that the form names; all of them are in the guide."""
MAX_TEXT, MAX_CAPTION = 4_000, 950
"""UTF-16 units. Leave room for the last line of a promotion."""

_texts = Marketers()
atexit.register(_texts.close)


class Unreadable(Exception):
    """A text that does not come out for somebody, though it did when it was checked."""


def check(text: str, language: str, samples: Sequence[Facts] = (), most: int = MAX_TEXT) -> list[Problem]:
    """What is wrong with a text, tried on the worst members there can be and on these; places begin behind its own."""
    found: list[Wrong] = _texts.check({language: text}, samples, most)
    return [Problem(one.place.removeprefix(language), one.found, one.expected) for one in found]


def filled(text: str, language: str, facts: Facts, most: int = MAX_TEXT) -> str:
    """The text as Telegram HTML, with its fields filled in. Raises `Unreadable`."""
    answer = all_filled([Text(text, language, facts, most)])[0]
    if isinstance(answer, Unreadable):
        raise answer
    return answer


def all_filled(texts: Sequence[Text]) -> list[str | Unreadable]:
    """The same for many at once; one that does not come out is no trouble to the others."""
    answers = _texts.render(texts) if texts else []
    return [Unreadable(answer.found) if isinstance(answer, Wrong) else answer for answer in answers]


def facts_of(
    db: Connection, member: Member, club: Club, now: datetime, ends_on: date | None, asked: set[str]
) -> dict[str, Value]:
    """What each of the asked fields says to this person; a broadcast asks the database for nothing that it does not
    say."""
    facts: dict[str, Value] = {
        "name": member.name,
        "number": member.number or "",
        "city": member.city,
        "club": club.name,
        "today": day_of(now, member.zone).isoformat(),
        "ends": ends_on.isoformat() if ends_on else None,
    }
    joined = member.joined_at or now
    facts |= {"joined": day_of(joined, club.zone).isoformat(), "years": (now - joined).days * 4 // 1461}
    for names, look in _LOOKS.items():
        if asked & names:
            facts |= look(db, member, club, now)
    return {name: value for name, value in facts.items() if name in asked}


def _points(db: Connection, member: Member, club: Club, now: datetime) -> Mapping[str, Value]:
    balance, lapsing = points.balance(db, member.id, now), points.lapsing_next(db, member.id, now)
    return {
        "points": balance.available,
        "points_pending": balance.pending,
        "points_lapsing": lapsing.points if lapsing else 0,
        "lapse_on": day_of(lapsing.last_moment, club.zone).isoformat() if lapsing else None,
    }


def _tier(db: Connection, member: Member, club: Club, now: datetime) -> Mapping[str, Value]:
    progress = tiers.progress(db, member.id, club, now)
    return {
        "tier": progress.tier.name(member.language) if progress.tier else None,
        "next_tier": progress.next.name(member.language) if progress.next else None,
        "points_to_next_tier": progress.missing if progress.next else None,
    }


def _membership(db: Connection, member: Member, club: Club, now: datetime) -> Mapping[str, Value]:
    standing = membership.standing(db, member.id, club, now)
    return {"membership_ends": standing.last_day.isoformat() if standing and standing.last_day else None}


def _purchase(db: Connection, member: Member, club: Club, now: datetime) -> Mapping[str, Value]:
    bought = purchases.latest(db, member.id)
    if bought is None:
        return {}
    day = day_of(bought.bought_at, club.zone).isoformat()
    return {"product": bought.product, "bought_on": day, "order": bought.order_number}


_LOOKS: Mapping[frozenset[str], Callable[[Connection, Member, Club, datetime], Mapping[str, Value]]] = {
    frozenset({"points", "points_pending", "points_lapsing", "lapse_on"}): _points,
    frozenset({"tier", "next_tier", "points_to_next_tier"}): _tier,
    frozenset({"membership_ends"}): _membership,
    frozenset({"product", "bought_on", "order"}): _purchase,
}

__all__ = ["MAX_CAPTION", "MAX_TEXT", "SHOWN_FIELDS", "Unreadable", "check", "facts_of", "filled", "used"]
