"""Tags on members: `vip`, or a small fact with a name, `shoe size: 42`. Audiences ask for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from club.names import line
from club.refusal import Refused
from storage import points, tags
from storage.tags import Tag

MAX_TAGS = 12
"""On one member."""
MAX_WORD = 40
_FACT = re.compile(r"([^:：]+?) ?[:：] ?([^:：]+)")


@dataclass(frozen=True)
class Told:
    """A tag as it was written. `value`: "" where there is none."""

    name: str
    value: str


def read(text: str) -> Told:
    """`vip`, `#vip` or `shoe size: 42`. Refused where it is empty, or one of its words is longer than 40 characters."""
    words = line(text.strip().lstrip("#"))
    match = _FACT.fullmatch(words)
    told = Told(match[1], match[2]) if match else Told(words, "")
    if max(len(told.name), len(told.value)) > MAX_WORD:
        raise Refused("forms/long", most=MAX_WORD, found=max(len(told.name), len(told.value)))
    return told


def give(db: Connection, member_id: int, told: Told, *, staff_id: int, now: datetime) -> Tag:
    """The member bears this tag. Another value of the same name gives way. Refused where they bear enough."""
    points.lock(db, member_id)
    name, value = _as_others_write_it(db, told)
    bears = tags.of_member(db, member_id)
    if len([one for one in bears if one.name != name]) >= MAX_TAGS:
        raise Refused("tags/enough", most=MAX_TAGS)
    given = tags.known(db, name, value)
    tags.put(db, member_id, given.id, staff_id=staff_id, at=now)
    for other in bears:
        if other.name == name and other.id != given.id:
            tags.remove(db, member_id, other.id)
    return given


def existing(db: Connection, tag_id: int) -> Tag:
    """The tag of this id; refused where nobody bears it any more."""
    found = tags.by_id(db, tag_id)
    if found is None:
        raise Refused("tags/gone")
    return found


def _as_others_write_it(db: Connection, told: Told) -> tuple[str, str]:
    """VIP and vip are one tag: as whoever came first wrote it."""
    known = tags.every(db)
    name = next((one.name for one in known if one.name.casefold() == told.name.casefold()), told.name)
    values = (one.value for one in known if one.name == name and one.value.casefold() == told.value.casefold())
    return name, next(values, told.value)
