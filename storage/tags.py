"""Tags: words by which the team tells members apart, and small facts such as `shoe size: 42`.

They stand readable in the database, unlike what is noted with /pref: an audience is counted by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from storage.tables import member_tag, tag
from storage.upsert import insert_new


@dataclass(frozen=True)
class Tag:
    """`value`: of `shoe size: 42` the 42; "" where the name says it all."""

    id: int
    name: str
    value: str = ""

    @property
    def words(self) -> str:
        return f"{self.name}: {self.value}" if self.value else self.name


def of_member(db: Connection, member_id: int) -> list[Tag]:
    """Those that this member bears, by name."""
    query = select(tag.c.id, tag.c.name, tag.c.value).join(member_tag, member_tag.c.tag_id == tag.c.id)
    return [Tag(*row) for row in db.execute(query.where(member_tag.c.member_id == member_id).order_by(tag.c.name))]


def every(db: Connection, limit: int = 200) -> list[Tag]:
    """Those that somebody bears, what most bear first."""
    query = (
        select(tag.c.id, tag.c.name, tag.c.value)
        .join(member_tag, member_tag.c.tag_id == tag.c.id)
        .group_by(tag.c.id, tag.c.name, tag.c.value)
        .order_by(func.count().desc(), tag.c.id)
    )
    return [Tag(*row) for row in db.execute(query.limit(limit))]


def by_id(db: Connection, tag_id: int) -> Tag | None:
    row = db.execute(select(tag.c.id, tag.c.name, tag.c.value).where(tag.c.id == tag_id)).one_or_none()
    return None if row is None else Tag(*row)


def known(db: Connection, name: str, value: str) -> Tag:
    """The tag of exactly these words; a new one where there was none."""
    insert_new(db, tag, name=name, value=value)
    row = db.execute(select(tag.c.id, tag.c.name, tag.c.value).where(tag.c.name == name, tag.c.value == value)).one()
    return Tag(*row)


def put(db: Connection, member_id: int, tag_id: int, *, staff_id: int, at: datetime) -> None:
    """The member bears it from now on; nothing changes where they did."""
    insert_new(db, member_tag, member_id=member_id, tag_id=tag_id, staff_id=staff_id, at=at)


def remove(db: Connection, member_id: int, tag_id: int) -> None:
    db.execute(delete(member_tag).where(member_tag.c.member_id == member_id, member_tag.c.tag_id == tag_id))
    _drop_unborne(db)


def forget(db: Connection, member_id: int) -> None:
    """Erasure: all of this member's, and the words that only they bore."""
    db.execute(delete(member_tag).where(member_tag.c.member_id == member_id))
    _drop_unborne(db)


def move(db: Connection, source_id: int, target_id: int) -> None:
    """All of one member becomes another's too, where that one does not bear another value of it."""
    has = {one.name for one in of_member(db, target_id)}
    rows = db.execute(select(member_tag).where(member_tag.c.member_id == source_id)).all()
    names = {one.id: one.name for one in of_member(db, source_id)}
    for row in rows:
        if names[row.tag_id] not in has:
            put(db, target_id, row.tag_id, staff_id=row.staff_id, at=row.at)
    forget(db, source_id)


def _drop_unborne(db: Connection) -> None:
    borne = select(member_tag.c.member_id).where(member_tag.c.tag_id == tag.c.id)
    db.execute(delete(tag).where(~borne.exists()))
