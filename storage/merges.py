"""Two files of one person that became one: which went into which, why, by whom, and what moves with it.

What is written once stays with the file it was written for, and is read through `files`: ledger entries, awards,
benefits used, consents. What somebody still acts on moves: purchases, visits; vouchers and requests move in their own
modules, for they are sealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from storage.sealing import seal, unseal
from storage.tables import member, member_merge, purchase, ticket, visit
from storage.upsert import insert_new


@dataclass(frozen=True)
class Merge:
    """The file `source_id` is part of the file `target_id` now. `reason` is None once its person was erased."""

    source_id: int
    target_id: int
    reason: str | None
    staff_id: int
    at: datetime


def add(db: Connection, source_id: int, target_id: int, reason: str, staff_id: int, at: datetime) -> bool:
    """Write down that one file became part of another, with all that had become part of it. False: it had before."""
    sealed = seal(db, source_id, reason)
    values = {"source_id": source_id, "target_id": target_id, "reason_sealed": sealed, "staff_id": staff_id, "at": at}
    if not insert_new(db, member_merge, **values):
        return False
    earlier = update(member_merge).where(member_merge.c.target_id == source_id)
    db.execute(earlier.values(target_id=target_id))
    return True


def of(db: Connection, member_id: int) -> Merge | None:
    """What became of this file; None: nothing, it is one of its own."""
    row = db.execute(select(member_merge).where(member_merge.c.source_id == member_id)).one_or_none()
    return None if row is None else _merge(db, row)


def into(db: Connection, target_id: int) -> list[Merge]:
    """The files that became part of this one, in the order in which they were met."""
    query = select(member_merge).where(member_merge.c.target_id == target_id).order_by(member_merge.c.source_id)
    return [_merge(db, row) for row in db.execute(query)]


def holder(db: Connection, member_id: int) -> int:
    """The file that has today what this one had: mostly itself."""
    query = select(member_merge.c.target_id).where(member_merge.c.source_id == member_id)
    return int(db.execute(query).scalar_one_or_none() or member_id)


def files(member_id: Any) -> Any:
    """The ids of a file and of all that became part of it, for a query."""
    own = select(member.c.id).where(member.c.id == member_id)
    return own.union_all(select(member_merge.c.source_id).where(member_merge.c.target_id == member_id))


def move_purchases_and_visits(db: Connection, source_id: int, target_id: int) -> None:
    """They are the other file's from now on: to be brought back, counted, under warranty."""
    for table in (purchase, visit):
        db.execute(update(table).where(table.c.member_id == source_id).values(member_id=target_id))


def last_seen(db: Connection, member_id: int) -> datetime | None:
    """When somebody bought, came in or asked something last."""
    columns = ((purchase, purchase.c.bought_at), (visit, visit.c.at), (ticket, ticket.c.opened_at))
    found = [
        db.execute(select(func.max(column)).where(table.c.member_id == member_id)).scalar_one()
        for table, column in columns
    ]
    return max((at for at in found if at is not None), default=None)


def forget(db: Connection, member_id: int) -> None:
    """Erasure: why this file became part of another. That it did, stays."""
    db.execute(update(member_merge).where(member_merge.c.source_id == member_id).values(reason_sealed=None))


def _merge(db: Connection, row: Any) -> Merge:
    reason = unseal(db, row.source_id, row.reason_sealed)
    return Merge(row.source_id, row.target_id, reason, row.staff_id, row.at)
