"""What the club changes because people complained, and whose complaints led to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from storage.sealing import seal_shared, unseal_shared
from storage.tables import improvement, ticket, ticket_improvement
from storage.upsert import insert_new


@dataclass(frozen=True)
class Improvement:
    """`complaints`: how many led to it. Done when `done_at` is set."""

    id: int
    words: str
    done_at: datetime | None
    complaints: int


def add(db: Connection, words: str, by: int, at: datetime) -> int:
    values = {"words_sealed": seal_shared(db, words), "opened_by": by, "opened_at": at}
    return int(db.execute(insert(improvement).values(values).returning(improvement.c.id)).scalar_one())


def link(db: Connection, improvement_id: int, ticket_id: int) -> bool:
    """This complaint is one of its reasons; False where that was known."""
    return insert_new(db, ticket_improvement, improvement_id=improvement_id, ticket_id=ticket_id)


def by_id(db: Connection, improvement_id: int) -> Improvement | None:
    row = db.execute(_query().where(improvement.c.id == improvement_id)).one_or_none()
    return None if row is None else _improvement(db, row)


def undone(db: Connection, limit: int) -> list[Improvement]:
    """What is still to be done, what most complained about first."""
    query = _query().where(improvement.c.done_at.is_(None)).order_by(_COMPLAINTS.desc(), improvement.c.id)
    return [_improvement(db, row) for row in db.execute(query.limit(limit))]


def finish(db: Connection, improvement_id: int, at: datetime) -> bool:
    """It is done; False where it was already."""
    mine = update(improvement).where(improvement.c.id == improvement_id, improvement.c.done_at.is_(None))
    return db.execute(mine.values(done_at=at)).rowcount == 1


def complainers(db: Connection, improvement_id: int) -> dict[int, int]:
    """Whose complaints led to it: each member once, with the newest of their complaints."""
    query = (
        select(ticket.c.member_id, func.max(ticket.c.id))
        .join(ticket_improvement, ticket_improvement.c.ticket_id == ticket.c.id)
        .where(ticket_improvement.c.improvement_id == improvement_id)
        .group_by(ticket.c.member_id)
    )
    return {row[0]: row[1] for row in db.execute(query)}


_COMPLAINTS = (
    select(func.count())
    .select_from(ticket_improvement)
    .where(ticket_improvement.c.improvement_id == improvement.c.id)
    .correlate(improvement)
    .scalar_subquery()
)


def _query() -> Any:
    return select(improvement.c.id, improvement.c.words_sealed, improvement.c.done_at, _COMPLAINTS.label("complaints"))


def _improvement(db: Connection, row: Row[Any]) -> Improvement:
    return Improvement(row.id, unseal_shared(db, row.words_sealed), row.done_at, row.complaints)
