"""The shops of the club."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage.tables import branch
from storage.upsert import insert_new


@dataclass(frozen=True)
class Branch:
    """One shop."""

    id: int
    name: str


def every(db: Connection) -> list[Branch]:
    """All branches, the oldest first."""
    return [Branch(*row) for row in db.execute(select(branch.c.id, branch.c.name).order_by(branch.c.id))]


def by_id(db: Connection, branch_id: int) -> Branch | None:
    row = db.execute(select(branch.c.id, branch.c.name).where(branch.c.id == branch_id)).one_or_none()
    return None if row is None else Branch(*row)


def add(db: Connection, name: str) -> bool:
    """False where there is one of that name."""
    return insert_new(db, branch, name=name)
