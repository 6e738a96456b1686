"""What people may ask for about their data: a copy of it, and to be forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.tables import member


@dataclass(frozen=True)
class Erasure:
    """That somebody was erased. `met_at`, when their row was made, tells a number that was given twice."""

    member_id: int
    met_at: datetime
    at: datetime


def set_exported(db: Connection, member_id: int, at: datetime | None) -> None:
    """They asked for a copy then; with None, they may ask at once."""
    db.execute(update(member).where(member.c.id == member_id).values(exported_at=at))


def set_erase_at(db: Connection, member_id: int, at: datetime | None) -> None:
    """They want to be forgotten then; with None, not any more."""
    db.execute(update(member).where(member.c.id == member_id).values(erase_at=at))


def due(db: Connection, now: datetime, limit: int) -> list[Erasure]:
    """Who is to be forgotten by now, the longest due first. Their rows are not emptied yet."""
    query = (
        select(member.c.id, member.c.created_at)
        .where(member.c.erase_at <= now, member.c.status != "erased")
        .order_by(member.c.erase_at, member.c.id)
        .limit(limit)
    )
    return [Erasure(row.id, row.created_at, now) for row in db.execute(query)]


def erased(db: Connection) -> list[Erasure]:
    """Everybody who was ever erased here."""
    query = select(member.c.id, member.c.created_at, member.c.left_at).where(member.c.status == "erased")
    return [Erasure(row.id, row.created_at, row.left_at or row.created_at) for row in db.execute(query)]


def is_erased(db: Connection, member_id: int) -> bool:
    return db.execute(select(member.c.status).where(member.c.id == member_id)).scalar_one_or_none() == "erased"


def met_at(db: Connection, member_id: int) -> datetime | None:
    """When the row of this number was made; None where there is no such row."""
    return db.execute(select(member.c.created_at).where(member.c.id == member_id)).scalar_one_or_none()
