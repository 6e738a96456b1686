"""What a tier brings besides points, and how often it was claimed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from storage.merges import files
from storage.tables import benefit, benefit_claim
from storage.upsert import insert_new


@dataclass(frozen=True)
class Benefit:
    """Something that members of a tier (or all, where it is None) may have `quota` times in a period."""

    id: int
    name: str
    tier: str | None
    quota: int
    period: str  # ever | month | quarter | year
    needs_person: bool
    kind: str  # financial | social | structural
    active: bool


_BENEFIT = (
    benefit.c.id,
    benefit.c.name,
    benefit.c.tier,
    benefit.c.quota,
    benefit.c.period,
    benefit.c.needs_person,
    benefit.c.kind,
    benefit.c.active,
)


def offered(db: Connection) -> list[Benefit]:
    """All benefits that are on, the oldest first."""
    query = select(*_BENEFIT).where(benefit.c.active == 1).order_by(benefit.c.id)
    return [_benefit(row) for row in db.execute(query)]


def by_id(db: Connection, benefit_id: int) -> Benefit | None:
    row = db.execute(select(*_BENEFIT).where(benefit.c.id == benefit_id)).one_or_none()
    return None if row is None else _benefit(row)


def add(db: Connection, **values: Any) -> int:
    """A new benefit; its id."""
    key = db.execute(insert(benefit).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def end(db: Connection, benefit_id: int) -> None:
    """It is given no more."""
    db.execute(update(benefit).where(benefit.c.id == benefit_id).values(active=0))


def used(db: Connection, benefit_id: int, member_id: int, occasion: str) -> int:
    """How often somebody has claimed it in that period."""
    column = benefit_claim.c
    mine = (column.benefit_id == benefit_id, column.member_id.in_(files(member_id)), column.occasion == occasion)
    return db.execute(select(func.count()).select_from(benefit_claim).where(*mine)).scalar_one()


def claim(db: Connection, benefit_id: int, member_id: int, occasion: str, number: int, at: datetime) -> bool:
    """Write down the how manieth claim of that period. False where that one is written."""
    return insert_new(
        db, benefit_claim, benefit_id=benefit_id, member_id=member_id, occasion=occasion, number=number, at=at
    )


def _benefit(row: Any) -> Benefit:
    values = dict(row._mapping)
    return Benefit(**(values | {"needs_person": bool(values["needs_person"]), "active": bool(values["active"])}))
