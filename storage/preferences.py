"""What somebody likes, in their own words or in those of whoever serves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.sealing import seal, unseal, unseal_shared
from storage.tables import branch, preference, staff


@dataclass(frozen=True)
class Preference:
    """`topic`: what it is about, where that was said. `by`: None where the member told it, else the name of a colleague
    ("" where it was never learnt). `branch`: where it was noted."""

    id: int
    topic: str | None
    words: str
    by: str | None
    branch: str | None
    at: datetime


def of_member(db: Connection, member_id: int) -> list[Preference]:
    """All of one member, newest first."""
    return _of(db, preference.c.member_id == member_id)


def of_id(db: Connection, preference_id: int, member_id: int) -> Preference | None:
    """The one of this id, where it is this member's."""
    return next(iter(_of(db, preference.c.member_id == member_id, preference.c.id == preference_id)), None)


def noted_about(db: Connection, preference_id: int) -> int | None:
    """Whom it is about; None where it is gone, or the member told it."""
    query = select(preference.c.member_id).where(preference.c.id == preference_id, preference.c.staff_id.is_not(None))
    return db.execute(query).scalar_one_or_none()


def count(db: Connection, member_id: int) -> int:
    query = select(func.count()).select_from(preference).where(preference.c.member_id == member_id)
    return db.execute(query).scalar_one()


def add(
    db: Connection,
    member_id: int,
    *,
    topic: str | None,
    words: str,
    staff_id: int | None,
    branch_id: int | None,
    at: datetime,
) -> int:
    """A new one; its id. Without `staff_id` it is the member who tells it."""
    columns = {"staff_id": staff_id, "branch_id": branch_id, "at": at, **_sealed(db, member_id, topic, words)}
    key = db.execute(insert(preference).values(member_id=member_id, **columns)).inserted_primary_key
    assert key is not None
    return int(key[0])


def remove(db: Connection, preference_id: int) -> None:
    db.execute(delete(preference).where(preference.c.id == preference_id))


def forget(db: Connection, member_id: int) -> None:
    """Erasure, or the member's wish: all of it goes."""
    db.execute(delete(preference).where(preference.c.member_id == member_id))


def move(db: Connection, source_id: int, target_id: int) -> None:
    """All of one member becomes another's, under the other's key."""
    for one in of_member(db, source_id):
        sealed = _sealed(db, target_id, one.topic, one.words)
        db.execute(update(preference).where(preference.c.id == one.id).values(member_id=target_id, **sealed))


def _sealed(db: Connection, member_id: int, topic: str | None, words: str) -> dict[str, bytes | None]:
    return {"topic_sealed": seal(db, member_id, topic), "words_sealed": seal(db, member_id, words)}


def _of(db: Connection, *conditions: Any) -> list[Preference]:
    query = (
        select(preference, branch.c.name.label("branch"), staff.c.name_sealed)
        .join(branch, branch.c.id == preference.c.branch_id, isouter=True)
        .join(staff, staff.c.telegram_id == preference.c.staff_id, isouter=True)
        .where(*conditions)
        .order_by(preference.c.at.desc(), preference.c.id.desc())
    )
    return [_preference(db, row) for row in db.execute(query)]


def _preference(db: Connection, row: Any) -> Preference:
    by = None
    if row.staff_id is not None:
        by = "" if row.name_sealed is None else unseal_shared(db, row.name_sealed)
    topic, words = (unseal(db, row.member_id, sealed) for sealed in (row.topic_sealed, row.words_sealed))
    return Preference(row.id, topic, words or "", by, row.branch, row.at)
