"""What a colleague has to do outside of the chat: reach a customer whom messages do not reach any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from storage.tables import member, task


@dataclass(frozen=True)
class Task:
    """`ticket_id`: the request over which it came up. Done when `done_at` is set; `done_by` None: by itself."""

    id: int
    member_id: int
    ticket_id: int
    owner_id: int | None
    opened_at: datetime
    done_at: datetime | None
    done_by: int | None


def add(db: Connection, member_id: int, ticket_id: int, owner_id: int | None, at: datetime) -> int:
    values = {"member_id": member_id, "ticket_id": ticket_id, "owner_id": owner_id, "opened_at": at}
    return int(db.execute(insert(task).values(values).returning(task.c.id)).scalar_one())


def by_id(db: Connection, task_id: int) -> Task | None:
    row = db.execute(select(task).where(task.c.id == task_id)).one_or_none()
    return None if row is None else _task(row)


def open_of(db: Connection, member_id: int) -> Task | None:
    """The task about this customer that is not done."""
    query = select(task).where(task.c.member_id == member_id, task.c.done_at.is_(None)).limit(1)
    row = db.execute(query).one_or_none()
    return None if row is None else _task(row)


def waiting(db: Connection, staff_id: int, limit: int) -> list[Task]:
    """What this colleague has to do, and what nobody has, the oldest first."""
    mine = or_(task.c.owner_id == staff_id, task.c.owner_id.is_(None))
    query = select(task).join(member).where(_open(), mine).order_by(task.c.id).limit(limit)
    return [_task(row) for row in db.execute(query)]


def count(db: Connection) -> int:
    """How many are not done."""
    return int(db.execute(select(func.count()).select_from(task.join(member)).where(_open())).scalar_one())


def finish(db: Connection, task_id: int, by: int | None, at: datetime) -> bool:
    """It is done; False where it was already."""
    mine = update(task).where(task.c.id == task_id, task.c.done_at.is_(None))
    return db.execute(mine.values(done_at=at, done_by=by)).rowcount == 1


def move(db: Connection, source_id: int, target_id: int) -> None:
    """Two files became one."""
    if open_of(db, target_id) is None:
        db.execute(update(task).where(task.c.member_id == source_id).values(member_id=target_id))


def _open() -> Any:
    return and_(task.c.done_at.is_(None), member.c.status != "erased")


def _task(row: Row[Any]) -> Task:
    return Task(row.id, row.member_id, row.ticket_id, row.owner_id, row.opened_at, row.done_at, row.done_by)
