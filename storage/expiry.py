"""Lots of points whose last day is over, and the entries that say so, many at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from storage.points import LOT, Entry, Lot
from storage.tables import point_allocation, point_entry, point_lot


def lapsed(db: Connection, now: datetime, limit: int) -> list[Lot]:
    """Lots whose last day is over with something left in them, those of one member together."""
    soonest = (
        select(point_lot.c.entry_id)
        .where(point_lot.c.left > 0, point_lot.c.expires_at.is_not(None), point_lot.c.expires_at <= now)
        .order_by(point_lot.c.expires_at)
        .limit(limit)
    )
    query = select(*LOT).where(point_lot.c.entry_id.in_(soonest)).order_by(point_lot.c.member_id, point_lot.c.entry_id)
    if db.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    return [Lot(*row) for row in db.execute(query)]


def lapsed_before(db: Connection, lot_ids: list[int]) -> dict[int, int]:
    """How often each of these lots has lapsed already; none is left out that did."""
    entry, taken = point_entry.c, point_allocation.c
    query = (
        select(taken.lot_id, func.count())
        .join(point_entry, entry.id == taken.entry_id)
        .where(taken.lot_id.in_(lot_ids), entry.kind == "expire")
        .group_by(taken.lot_id)
    )
    return {row.lot_id: row[1] for row in db.execute(query)}


def expire(db: Connection, lots: list[Lot], entries: list[Entry]) -> None:
    """Empty these lots, with an entry for each, many at once."""
    ids = _add_entries(db, entries)
    db.execute(
        update(point_lot).where(point_lot.c.entry_id == bindparam("lot")).values(left=0),
        [{"lot": one.id} for one in lots],
    )
    db.execute(
        insert(point_allocation),
        [{"entry_id": entry_id, "lot_id": one.id, "points": one.left} for entry_id, one in zip(ids, lots, strict=True)],
    )


def _add_entries(db: Connection, entries: list[Entry]) -> list[int]:
    """The ids of entries written in one go, in their order."""
    rows = [
        {
            "member_id": entry.member_id,
            "kind": entry.kind,
            "points": entry.points,
            "reason": entry.reason,
            "idempotency_key": entry.key,
            "payload_hash": entry.payload_hash,
            "at": entry.at,
        }
        for entry in entries
    ]
    returned = db.execute(insert(point_entry).returning(point_entry.c.id, sort_by_parameter_order=True), rows)
    return [int(row.id) for row in returned]
