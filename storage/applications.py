"""Who asks to be let in, or to stay. The answers are sealed under the key of whoever asks, and kept until it is
decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from storage.sealing import seal, unseal
from storage.tables import application
from storage.upsert import insert_new


@dataclass(frozen=True)
class Asked:
    """`answers`: of the joining form, as JSON; None where a member asks to stay, and once it is decided."""

    id: int
    member_id: int
    state: str  # waiting | accepted | declined | withdrawn
    answers: str | None
    reason: str | None
    asked_at: datetime
    decided_by: int | None
    decided_at: datetime | None


def add(db: Connection, member_id: int, answers: str | None, at: datetime) -> bool:
    """Write it down. False where one of this person waits already."""
    sealed = seal(db, member_id, answers)
    return insert_new(db, application, member_id=member_id, state="waiting", answers_sealed=sealed, asked_at=at)


def by_id(db: Connection, asked_id: int) -> Asked | None:
    return next(iter(_asked(db, application.c.id == asked_id)), None)


def waiting(db: Connection, member_id: int) -> Asked | None:
    """What this person waits for an answer to."""
    return next(iter(_asked(db, application.c.member_id == member_id, application.c.state == "waiting")), None)


def of_member(db: Connection, member_id: int) -> list[Asked]:
    """Everything that somebody asked, oldest first."""
    return _asked(db, application.c.member_id == member_id)


def decide(
    db: Connection, asked: Asked, state: str, at: datetime, *, by: int | None = None, reason: str | None = None
) -> bool:
    """It is decided, and the answers go. False where it had been before."""
    waits = update(application).where(application.c.id == asked.id, application.c.state == "waiting")
    sealed = seal(db, asked.member_id, reason)
    values: dict[str, Any] = {"state": state, "decided_at": at, "decided_by": by, "reason_sealed": sealed}
    return db.execute(waits.values(answers_sealed=None, **values)).rowcount == 1


def forget(db: Connection, member_id: int, at: datetime) -> None:
    """Erasure: what was written goes, and nobody is asked any more."""
    mine = update(application).where(application.c.member_id == member_id)
    db.execute(mine.where(application.c.state == "waiting").values(state="withdrawn", decided_at=at))
    db.execute(mine.values(answers_sealed=None, reason_sealed=None))


def _asked(db: Connection, *among: ColumnElement[bool]) -> list[Asked]:
    return [_one(db, row) for row in db.execute(select(application).where(*among).order_by(application.c.id))]


def _one(db: Connection, row: Row[Any]) -> Asked:
    return Asked(
        id=row.id,
        member_id=row.member_id,
        state=row.state,
        answers=unseal(db, row.member_id, row.answers_sealed),
        reason=unseal(db, row.member_id, row.reason_sealed),
        asked_at=row.asked_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
