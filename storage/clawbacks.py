"""What became of the points of a credit: how many have lapsed, and where others went."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, func, select

from storage.tables import point_allocation, point_entry

_EXPIRED = (
    select(func.coalesce(func.sum(point_allocation.c.points), 0))
    .select_from(point_allocation.join(point_entry, point_entry.c.id == point_allocation.c.entry_id))
    .where(point_allocation.c.lot_id == bindparam("lot"), point_entry.c.kind == "expire")
)


def expired_from(db: Connection, lot_id: int) -> int:
    """How many points of a lot have lapsed by an entry."""
    return int(db.execute(_EXPIRED, {"lot": lot_id}).scalar_one())


_MOVED = (
    select(point_entry.c.idempotency_key)
    .select_from(point_allocation.join(point_entry, point_entry.c.id == point_allocation.c.entry_id))
    .where(point_allocation.c.lot_id == bindparam("lot"), point_entry.c.kind == "transfer", point_entry.c.points < 0)
    .order_by(point_entry.c.id)
)


def moved_from(db: Connection, lot_id: int) -> list[str]:
    """The keys of the entries by which points of a lot went to another member."""
    return list(db.execute(_MOVED, {"lot": lot_id}).scalars())
