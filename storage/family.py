"""Who is dear to a member, and the days that matter to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.members import Birthday
from storage.sealing import seal, unseal
from storage.tables import family


@dataclass(frozen=True)
class Relative:
    """A person, or a day without one. `relation`: a word of `club/family.py`, or the member's own."""

    id: int
    relation: str
    name: str | None
    day: Birthday | None
    wish: str  # greet | quiet | never
    at: datetime


def of_member(db: Connection, member_id: int) -> list[Relative]:
    """All of one member, in the order in which they told them."""
    query = select(family).where(family.c.member_id == member_id).order_by(family.c.id)
    return [_relative(db, row) for row in db.execute(query)]


def of_id(db: Connection, relative_id: int, member_id: int) -> Relative | None:
    """The one of this id, where it is this member's."""
    query = select(family).where(family.c.id == relative_id, family.c.member_id == member_id)
    row = db.execute(query).one_or_none()
    return None if row is None else _relative(db, row)


def count(db: Connection, member_id: int) -> int:
    query = select(func.count()).select_from(family).where(family.c.member_id == member_id)
    return db.execute(query).scalar_one()


def add(
    db: Connection,
    member_id: int,
    *,
    relation: str,
    name: str | None,
    day: Birthday | None,
    wish: str,
    at: datetime,
) -> int:
    """A new one; its id."""
    columns = _columns(db, member_id, relation, name, day)
    key = db.execute(insert(family).values(member_id=member_id, wish=wish, at=at, **columns)).inserted_primary_key
    assert key is not None
    return int(key[0])


def change(
    db: Connection,
    member_id: int,
    relative_id: int,
    *,
    relation: str,
    name: str | None,
    day: Birthday | None,
    wish: str,
    at: datetime,
) -> None:
    columns = _columns(db, member_id, relation, name, day)
    mine = (family.c.id == relative_id, family.c.member_id == member_id)
    db.execute(update(family).where(*mine).values(wish=wish, at=at, **columns))


def remove(db: Connection, relative_id: int) -> None:
    db.execute(delete(family).where(family.c.id == relative_id))


def forget(db: Connection, member_id: int) -> None:
    """Erasure: all of it goes."""
    db.execute(delete(family).where(family.c.member_id == member_id))


def move(db: Connection, source_id: int, target_id: int) -> None:
    """All of one member becomes another's, under the other's key."""
    for one in of_member(db, source_id):
        columns = _columns(db, target_id, one.relation, one.name, one.day)
        db.execute(update(family).where(family.c.id == one.id).values(member_id=target_id, **columns))


def _columns(db: Connection, member_id: int, relation: str, name: str | None, day: Birthday | None) -> dict[str, Any]:
    return {
        "relation_sealed": seal(db, member_id, relation),
        "name_sealed": seal(db, member_id, name),
        "year_sealed": seal(db, member_id, str(day.year) if day and day.year else None),
        "calendar": day and day.calendar,
        "month": day and day.month,
        "day": day and day.day,
    }


def _relative(db: Connection, row: Any) -> Relative:
    relation, name, year = (
        unseal(db, row.member_id, sealed) for sealed in (row.relation_sealed, row.name_sealed, row.year_sealed)
    )
    day = None if row.day is None else Birthday(row.calendar, row.month, row.day, int(year) if year else None)
    return Relative(row.id, relation or "", name, day, row.wish, row.at)
