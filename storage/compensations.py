"""What customers were given to make up for a complaint, by whom, and who approved it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from storage.tables import compensation
from storage.upsert import insert_new


@dataclass(frozen=True)
class Compensation:
    """Either `points` or a voucher worth `value` minor units of the club's currency; the other is None."""

    id: int
    ticket_id: int
    points: int | None
    value: int | None
    state: str  # asked | given | declined | taken_back
    asked_by: int
    asked_at: datetime
    decided_by: int | None
    decided_at: datetime | None


def add(
    db: Connection, ticket_id: int, *, points: int | None, value: int | None, asked_by: int, at: datetime
) -> Compensation | None:
    """Write down what somebody wants to give. None where something for this ticket waits to be decided."""
    new = insert_new(
        db, compensation, ticket_id=ticket_id, points=points, value=value, state="asked", asked_by=asked_by, asked_at=at
    )
    return waiting(db, ticket_id) if new else None


def by_id(db: Connection, compensation_id: int) -> Compensation | None:
    row = db.execute(select(compensation).where(compensation.c.id == compensation_id)).one_or_none()
    return None if row is None else Compensation(*row)


def waiting(db: Connection, ticket_id: int) -> Compensation | None:
    """What waits for a second person."""
    query = select(compensation).where(compensation.c.ticket_id == ticket_id, compensation.c.state == "asked")
    row = db.execute(query).one_or_none()
    return None if row is None else Compensation(*row)


def of_ticket(db: Connection, ticket_id: int) -> list[Compensation]:
    """All that was asked or given for a ticket, oldest first."""
    query = select(compensation).where(compensation.c.ticket_id == ticket_id).order_by(compensation.c.id)
    return [Compensation(*row) for row in db.execute(query)]


def decide(db: Connection, compensation_id: int, before: str, after: str, by: int | None, at: datetime) -> bool:
    """Change its state; False where it is not `before` any more: somebody else was quicker."""
    mine = update(compensation).where(compensation.c.id == compensation_id, compensation.c.state == before)
    return db.execute(mine.values(state=after, decided_by=by, decided_at=at)).rowcount == 1


def cost(db: Connection, since: datetime, until: datetime | None = None) -> tuple[int, int, int]:
    """What was given from then on (up to `until`) and not taken back: how often, points, minor units in vouchers."""
    sums = [func.coalesce(func.sum(compensation.c[name]), 0) for name in ("points", "value")]
    query = select(func.count(), *sums).where(compensation.c.state == "given", compensation.c.decided_at >= since)
    if until is not None:
        query = query.where(compensation.c.decided_at <= until)
    times, points, value = db.execute(query).one()
    return int(times), int(points), int(value)
