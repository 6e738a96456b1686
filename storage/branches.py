"""The shops of the club."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from storage.tables import branch
from storage.upsert import insert_new


@dataclass(frozen=True)
class Branch:
    """One shop. `hours`: when it is open, in the club's own words; "" where nobody said."""

    id: int
    name: str
    hours: str = ""


def every(db: Connection) -> list[Branch]:
    """All branches, the oldest first."""
    return [Branch(*row) for row in db.execute(select(branch).order_by(branch.c.id))]


def by_id(db: Connection, branch_id: int) -> Branch | None:
    row = db.execute(select(branch).where(branch.c.id == branch_id)).one_or_none()
    return None if row is None else Branch(*row)


def add(db: Connection, name: str) -> bool:
    """False where there is one of that name."""
    return insert_new(db, branch, name=name)


def set_hours(db: Connection, branch_id: int, hours: str) -> None:
    db.execute(update(branch).where(branch.c.id == branch_id).values(hours=hours))
