"""What a marketer wrote, for one member: `Hello {{ name }}, you have {{ points }} points.`

Reading and filling in such a text happens in a process of its own, with limits (`templates/marketers.py`); here is what
is handed to it: plain values about one member, and of those only what the text asks for.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from campaigns.problems import Problem
from club import events, expiry, membership, points, tiers
from club.club import POINTS, Club
from club.days import day_of
from club.family import GREET
from storage import branches, family, purchases, rewards
from storage.family import Relative
from storage.members import Member
from storage.purchases import Purchase
from storage.words import said
from templates import plain
from templates.fields import Facts, Value, used
from templates.hostile import Wrong
from templates.marketers import Marketers, Text

SHOWN_FIELDS = ("name", "points", "tier", "product", "club", "ends")
"""Those of the fields that the form names; all of them are in the guide."""
MAX_TEXT, MAX_CAPTION = 4_000, 950
"""UTF-16 units. Leave room for the last line of a promotion."""

_texts = Marketers()
atexit.register(_texts.close)


SHELF_SHOWN = 3
"""Rewards that a text names."""


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
    db: Connection,
    member: Member,
    club: Club,
    now: datetime,
    ends_on: date | None,
    asked: set[str],
    occasion: str = "",
    event_id: int | None = None,
) -> dict[str, Value]:
    """What each of the asked fields says to this person; a broadcast asks the database for nothing that it does not
    say. The `occasion` tells which purchase, or whose day, it is about; `event_id`: to what it invites."""
    facts: dict[str, Value] = {
        "name": member.name,
        "number": member.number or "",
        "city": member.city,
        "club": club.name,
        "today": day_of(now, member.zone).isoformat(),
        "ends": ends_on.isoformat() if ends_on else None,
    }
    joined = day_of(member.joined_at or now, club.zone)
    facts |= {"joined": joined.isoformat(), "years": _years(joined, day_of(now, member.zone), occasion)}
    about = About(member, club, now, occasion, event_id)
    for names, look in _LOOKS.items():
        if asked & names:
            facts |= look(db, about)
    return {name: value for name, value in facts.items() if name in asked}


def _years(joined: date, today: date, occasion: str) -> int:
    """Full years since they joined; on an anniversary those that it is about, wherever it is still the day before."""
    kind, _, year = occasion.partition(":")
    if kind == "anniversary":
        return int(year) - joined.year
    return today.year - joined.year - ((today.month, today.day) < (joined.month, joined.day))


@dataclass(frozen=True)
class About:
    """Whose facts, on which occasion, and to which event they are invited."""

    member: Member
    club: Club
    now: datetime
    occasion: str
    event_id: int | None = None


def relative(db: Connection, member_id: int, occasion: str) -> Relative | None:
    """Whom `family:7:2027` is about; None where the member has taken them, or the wish, back."""
    found = family.of_id(db, int(occasion.split(":")[1]), member_id)
    return found if found and found.wish == GREET else None


def _points(db: Connection, about: About) -> Mapping[str, Value]:
    balance = points.balance(db, about.member.id, about.now)
    lapsing = expiry.lapsing_next(db, about.member.id, about.now)
    return {
        "points": balance.available,
        "points_pending": balance.pending,
        "points_lapsing": lapsing.points if lapsing else 0,
        "lapse_on": day_of(lapsing.last_moment, about.club.zone).isoformat() if lapsing else None,
    }


def _tier(db: Connection, about: About) -> Mapping[str, Value]:
    progress, language = tiers.progress(db, about.member.id, about.club, about.now), about.member.language
    return {
        "tier": progress.tier.name(language) if progress.tier else None,
        "next_tier": progress.next.name(language) if progress.next else None,
        "points_to_next_tier": progress.missing if progress.next and about.club.tiers.by == POINTS else None,
    }


def _membership(db: Connection, about: About) -> Mapping[str, Value]:
    standing = membership.standing(db, about.member.id, about.club, about.now)
    return {"membership_ends": standing.last_day.isoformat() if standing and standing.last_day else None}


def _purchase(db: Connection, about: About) -> Mapping[str, Value]:
    bought = _meant(db, about)
    if bought is None:
        return {}
    branch = branches.by_id(db, bought.branch_id) if bought.branch_id else None
    return {
        "product": bought.product,
        "bought_on": day_of(bought.bought_at, about.club.zone).isoformat(),
        "order": bought.order_number,
        "branch": branch.name if branch else None,
    }


def _meant(db: Connection, about: About) -> Purchase | None:
    """The purchase that the occasion is about; else what they bought last and still have."""
    kind, _, which = about.occasion.partition(":")
    found: Purchase | None = None
    if kind == "order":
        found = next(iter(purchases.of_order(db, which)), None)
    elif kind in ("replacement", "silent", "expected_purchase") and which.isdecimal():
        found = purchases.by_id(db, int(which))
    return found or next(iter(purchases.of_member(db, about.member.id, 1)), None)


def _family(db: Connection, about: About) -> Mapping[str, Value]:
    found = relative(db, about.member.id, about.occasion) if about.occasion.startswith("family:") else None
    return {"relative": found.name, "relation": found.relation} if found else {}


def _shelf(db: Connection, about: About) -> Mapping[str, Value]:
    """What their points are enough for, the dearest first."""
    have, rank = points.balance(db, about.member.id, about.now).available, about.club.tiers.rank
    stands = rank(tiers.progress(db, about.member.id, about.club, about.now).tier)
    within = [
        said(one.name, about.member.language)
        for one in reversed(rewards.on_shelf(db))
        if one.price <= have and one.stock != 0 and rank(about.club.tiers.named(one.tier)) <= stands
    ]
    between = ", " if about.member.language == "en" else "、"
    return {"shelf": between.join(within[:SHELF_SHOWN]) or None}


def _event(db: Connection, about: About) -> Mapping[str, Value]:
    """The event that the occasion is about, or to which they are invited; else the next one to which they come."""
    found = events.meant(db, about.member.id, about.occasion, about.event_id, about.now)
    if found is None:
        return {}
    language, zone = about.member.language, about.club.zone
    event, day = found.event, day_of(found.event.starts_at, zone)
    return {
        "event": said(event.title, language),
        "event_when": plain("events/when", language, event=event, club=about.club, now=about.now),
        "event_place": found.place,
        "event_about": said(event.about, language),
        "event_days": max(0, (day - day_of(about.now, zone)).days),
    }


_LOOKS: Mapping[frozenset[str], Callable[[Connection, About], Mapping[str, Value]]] = {
    frozenset({"points", "points_pending", "points_lapsing", "lapse_on"}): _points,
    frozenset({"tier", "next_tier", "points_to_next_tier"}): _tier,
    frozenset({"membership_ends"}): _membership,
    frozenset({"product", "bought_on", "order", "branch"}): _purchase,
    frozenset({"relative", "relation"}): _family,
    frozenset({"shelf"}): _shelf,
    frozenset({"event", "event_when", "event_place", "event_about", "event_days"}): _event,
}

__all__ = ["MAX_CAPTION", "MAX_TEXT", "SHOWN_FIELDS", "Unreadable", "check", "facts_of", "filled", "used"]
