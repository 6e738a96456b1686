"""Who came in, where and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from storage.tables import visit
from storage.upsert import insert_new


def add(
    db: Connection, member_id: int, branch_id: int | None, *, nights: int, staff_id: int, key: str, at: datetime
) -> bool:
    """Somebody came in, and stays for so many nights. False where the key was written before."""
    values = {"branch_id": branch_id, "nights": nights, "staff_id": staff_id, "idempotency_key": key, "at": at}
    return insert_new(db, visit, member_id=member_id, **values)


def set_nights(db: Connection, key: str, nights: int) -> bool:
    """They stay for so many nights. False where that was written before."""
    other = update(visit).where(visit.c.idempotency_key == key, visit.c.nights != nights)
    return db.execute(other.values(nights=nights)).rowcount == 1
