"""Family and days that matter: who is dear to a member, and what the member wishes about each.

`greet`: a word to the member on the day. `quiet`: only remembered. `never`: kept so that nobody brings it up.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from club import membership
from club.names import line, person_name
from club.refusal import Refused
from storage import family, points
from storage.family import Relative
from storage.members import Birthday, Member

GREET, QUIET, NEVER = WISHES = ("greet", "quiet", "never")
WEDDING, DAY = "wedding", "day"
"""Days without a person: the wedding anniversary, and any other, which has a name of its own."""
RELATIONS = ("partner", "child", "mother", "father", "friend", WEDDING, DAY)
MAX_FAMILY = 12
MAX_NAME = 40


@dataclass(frozen=True)
class Entry:
    """Somebody or some day, as a member tells it. `relation`: one of `RELATIONS`, or words of their own."""

    relation: str
    name: str | None
    day: Birthday | None
    wish: str


def add(db: Connection, member: Member, entry: Entry, now: datetime) -> Relative:
    """Somebody or some day more. Refused for who is no member, and where there are too many."""
    membership.check_member(db, member)
    points.lock(db, member.id)
    if family.count(db, member.id) >= MAX_FAMILY:
        raise Refused("family/enough", most=MAX_FAMILY)
    return of_member(db, family.add(db, member.id, **_columns(entry), at=now), member.id)


def change(db: Connection, relative_id: int, member_id: int, entry: Entry, now: datetime) -> Relative:
    """The same told anew."""
    found = of_member(db, relative_id, member_id)
    family.change(db, member_id, found.id, **_columns(entry), at=now)
    return of_member(db, found.id, member_id)


def set_wish(db: Connection, relative_id: int, member_id: int, wish: str, now: datetime) -> Relative:
    """What shall happen on the day."""
    found = of_member(db, relative_id, member_id)
    return change(db, found.id, member_id, Entry(found.relation, found.name, found.day, wish), now)


def of_member(db: Connection, relative_id: int, member_id: int) -> Relative:
    """This member's entry of this id; refused where there is none (any more)."""
    found = family.of_id(db, relative_id, member_id)
    if found is None:
        raise Refused("family/gone")
    return found


def relation(text: str) -> str:
    """Who somebody is to them, in a word or two."""
    return _short(line(text))


def name(text: str, related: str) -> str:
    """What a person, or a day, is called."""
    return _short(line(text) if related == DAY else person_name(text))


def _short(text: str) -> str:
    if len(text) > MAX_NAME:
        raise Refused("forms/long", most=MAX_NAME, found=len(text))
    return text


def _columns(entry: Entry) -> dict[str, Any]:
    """Without a day there is nothing to greet on; of what is never mentioned no day is kept."""
    if entry.wish == NEVER:
        entry = replace(entry, day=None)
    elif entry.wish == GREET and entry.day is None:
        entry = replace(entry, wish=QUIET)
    return asdict(entry) | {"day": entry.day}
