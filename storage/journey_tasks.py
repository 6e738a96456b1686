"""What a step of a journey asks of a colleague: a row for each member who came to it, until it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Text, and_, func, literal, select, update

from storage.tables import journey_position, journey_task, member
from storage.types import Instant
from storage.upsert import ignoring_insert

_here = journey_position.c


@dataclass(frozen=True)
class ToDo:
    """What a step of a journey asks of a colleague about one member."""

    id: int
    campaign_id: int
    version: int
    member_id: int
    step: str
    opened_at: datetime
    done_at: datetime | None


_TODO = (
    select(
        journey_task.c.id,
        _here.campaign_id,
        _here.version,
        _here.member_id,
        journey_task.c.step,
        journey_task.c.opened_at,
        journey_task.c.done_at,
    )
    .join(journey_position, _here.id == journey_task.c.position_id)
    .join(member, member.c.id == _here.member_id)
)
_UNDONE = and_(journey_task.c.done_at.is_(None), member.c.status != "erased")


def add(db: Connection, where: ColumnElement[bool], step: str, at: datetime) -> None:
    """Something to do about each of those."""
    tasks = select(_here.id, literal(step, Text), literal(at, Instant)).where(where)
    db.execute(
        ignoring_insert(db, journey_task).from_select(
            ["position_id", "step", "opened_at"], tasks, include_defaults=False
        )
    )


def waiting(db: Connection, offset: int, limit: int) -> list[ToDo]:
    """What is not done, the oldest first; nothing about whoever is gone."""
    query = _TODO.where(_UNDONE).order_by(journey_task.c.id).offset(offset).limit(limit)
    return [ToDo(*row) for row in db.execute(query)]


def count_waiting(db: Connection) -> int:
    whole = select(func.count()).select_from(journey_task.join(journey_position).join(member)).where(_UNDONE)
    return int(db.execute(whole).scalar_one())


def tell(db: Connection, at: datetime) -> int:
    """Those that nobody was told of are told of now; how many they were."""
    gone = select(_here.id).join(member, member.c.id == _here.member_id).where(member.c.status == "erased")
    untold = (
        journey_task.c.done_at.is_(None),
        journey_task.c.told_at.is_(None),
        journey_task.c.position_id.not_in(gone),
    )
    return db.execute(update(journey_task).where(*untold).values(told_at=at)).rowcount


def finish(db: Connection, task_id: int, by: int, at: datetime) -> bool:
    """It is done; False where it was already."""
    mine = update(journey_task).where(journey_task.c.id == task_id, journey_task.c.done_at.is_(None))
    return db.execute(mine.values(done_at=at, done_by=by)).rowcount == 1
