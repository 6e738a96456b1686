"""The shops of the club."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, union_all, update

from storage.tables import branch, purchase, visit
from storage.upsert import insert_new


@dataclass(frozen=True)
class Branch:
    """One shop. `hours`: when it is open, in the club's own words; `city`: where it is, several ways to write it with a
    slash between them; both "" where nobody said. `latitude`, `longitude`: degrees; None where nobody showed it."""

    id: int
    name: str
    hours: str = ""
    city: str = ""
    latitude: float | None = None
    longitude: float | None = None


def every(db: Connection) -> list[Branch]:
    """All branches, the oldest first."""
    return [Branch(*row) for row in db.execute(select(branch).order_by(branch.c.id))]


def by_id(db: Connection, branch_id: int) -> Branch | None:
    row = db.execute(select(branch).where(branch.c.id == branch_id)).one_or_none()
    return None if row is None else Branch(*row)


def last_used(db: Connection, member_id: int) -> int | None:
    """The id of the branch where somebody bought or was noted last; None where no branch is known of it."""
    bought = select(purchase.c.branch_id, purchase.c.bought_at.label("at")).where(
        purchase.c.member_id == member_id, purchase.c.branch_id.is_not(None)
    )
    came = select(visit.c.branch_id, visit.c.at).where(visit.c.member_id == member_id, visit.c.branch_id.is_not(None))
    there = union_all(bought, came).subquery()
    return db.execute(
        select(there.c.branch_id).order_by(there.c.at.desc(), there.c.branch_id).limit(1)
    ).scalar_one_or_none()


def add(db: Connection, name: str, **told: str | float) -> bool:
    """False where there is one of that name. `told`: what is known of it, by the names of `Branch`."""
    return insert_new(db, branch, name=name, **told)


def change(db: Connection, branch_id: int, **told: str | float | None) -> None:
    db.execute(update(branch).where(branch.c.id == branch_id).values(**told))
