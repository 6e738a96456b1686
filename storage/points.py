"""Points: append-only entries; a balance is their sum."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.tables import point_entry
from storage.upsert import insert_new


def add_entry(db: Connection, member_id: int, points: int, *, reason: str, key: str, at: datetime) -> bool:
    """Write an entry once per idempotency key; False where that key was used before."""
    return insert_new(db, point_entry, member_id=member_id, points=points, reason=reason, idempotency_key=key, at=at)


def balance(db: Connection, member_id: int) -> int:
    query = select(func.coalesce(func.sum(point_entry.c.points), 0)).where(point_entry.c.member_id == member_id)
    return int(db.execute(query).scalar_one())
