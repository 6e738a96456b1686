"""Who came in, where and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from storage.tables import visit
from storage.upsert import insert_new


def add(db: Connection, member_id: int, branch_id: int | None, *, staff_id: int, key: str, at: datetime) -> bool:
    """Somebody came in. False where the key was written before."""
    return insert_new(
        db, visit, member_id=member_id, branch_id=branch_id, staff_id=staff_id, idempotency_key=key, at=at
    )
