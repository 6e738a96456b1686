"""Preferences: told once, known in every branch.

What is said anew about the same thing replaces what was said before: an old taste serves nobody, so no history is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from club.names import line, units
from club.refusal import Refused
from storage import points, preferences
from storage.preferences import Preference

MAX_PREFERENCES = 16
MAX_WORDS = 100
"""Characters: all of them together still fit into one message."""
_TOPIC = re.compile(r"([^\W\d_][^\d:：]{0,19}?) ?[:：](?!//) ?(.+)")
"""`drink: oat milk`; not `call after 14:30`, nor an address."""


@dataclass(frozen=True)
class Told:
    """What somebody said they like. `topic`: what it is about, where they put it before a colon."""

    topic: str | None
    words: str


@dataclass(frozen=True)
class Noted:
    """What is on file now, and what it took the place of."""

    preference: Preference
    replaced: Preference | None


def read(text: str) -> Told:
    """`drink: oat milk`, or `table by the window`. Refused where it is empty or too long."""
    words = line(text)
    if units(words) > MAX_WORDS:
        raise Refused("forms/long", most=MAX_WORDS, found=units(words))
    match = _TOPIC.fullmatch(words)
    return Told(match[1], match[2]) if match else Told(None, words)


def note(
    db: Connection, member_id: int, told: Told, *, staff_id: int | None, branch_id: int | None, now: datetime
) -> Noted:
    """Keep it. The same topic, or the same words, take the place of what was there. Refused where there are enough."""
    points.lock(db, member_id)
    known = preferences.of_member(db, member_id)
    before = [one for one in known if _same(one, told)]
    if len(known) - len(before) >= MAX_PREFERENCES:
        raise Refused("preferences/enough", most=MAX_PREFERENCES)
    for one in before:
        preferences.remove(db, one.id)
    added = preferences.add(
        db, member_id, topic=told.topic, words=told.words, staff_id=staff_id, branch_id=branch_id, at=now
    )
    replaced = next((one for one in before if one.words.casefold() != told.words.casefold()), None)
    return Noted(of_member(db, added, member_id), replaced)


def change(db: Connection, preference_id: int, member_id: int, told: Told, now: datetime) -> Noted:
    """A member says one of theirs anew, whoever had noted it."""
    preferences.remove(db, of_member(db, preference_id, member_id).id)
    return note(db, member_id, told, staff_id=None, branch_id=None, now=now)


def of_member(db: Connection, preference_id: int, member_id: int) -> Preference:
    """This member's preference of this id; refused where there is none (any more)."""
    found = preferences.of_id(db, preference_id, member_id)
    if found is None:
        raise Refused("preferences/gone")
    return found


def _same(known: Preference, told: Told) -> bool:
    if told.topic is not None and known.topic is not None:
        return known.topic.casefold() == told.topic.casefold()
    return (known.topic, known.words.casefold()) == (told.topic, told.words.casefold())
