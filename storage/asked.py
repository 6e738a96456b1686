"""What people asked, and what became of it: an answer, suggestions, or a colleague. The words are sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from storage.sealing import seal, unseal
from storage.tables import knowledge_question as asked

ANSWERED, OFFERED, PASSED_ON = "answered", "offered", "passed_on"


@dataclass(frozen=True)
class Question:
    """`text`: None once its member was erased. `entry_id` below 0: answered from the person's own data."""

    id: int
    member_id: int
    text: str | None
    outcome: str
    entry_id: int | None
    helpful: bool | None
    at: datetime


@dataclass(frozen=True)
class Quality:
    """What became of the questions of some days."""

    asked: int
    answered: int
    helpful: int
    unhelpful: int


def add(db: Connection, member_id: int, text: str, outcome: str, entry_id: int | None, at: datetime) -> int:
    values = {"member_id": member_id, "outcome": outcome, "entry_id": entry_id, "at": at}
    key = db.execute(insert(asked).values(text_sealed=seal(db, member_id, text), **values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def by_id(db: Connection, question_id: int) -> Question | None:
    row = db.execute(select(asked).where(asked.c.id == question_id)).one_or_none()
    return None if row is None else _question(db, row)


def of_member(db: Connection, member_id: int) -> list[Question]:
    """All that somebody asked, oldest first."""
    query = select(asked).where(asked.c.member_id == member_id).order_by(asked.c.id)
    return [_question(db, row) for row in db.execute(query)]


def count(db: Connection, member_id: int) -> int:
    """How many questions of somebody's are kept with their words."""
    kept = (asked.c.member_id == member_id, asked.c.text_sealed.is_not(None))
    return db.execute(select(func.count()).select_from(asked).where(*kept)).scalar_one()


def change(db: Connection, question_id: int, **values: Any) -> None:
    db.execute(update(asked).where(asked.c.id == question_id).values(**values))


def gaps(db: Connection, limit: int) -> list[Question]:
    """What no answer was found for, or none that helped, the newest first."""
    query = select(asked).where(_open()).order_by(asked.c.id.desc()).limit(limit)
    return [_question(db, row) for row in db.execute(query)]


def settle(db: Connection, question_ids: list[int]) -> None:
    """These are no gaps any more."""
    db.execute(update(asked).where(asked.c.id.in_(question_ids)).values(settled=1))


def quality(db: Connection, since: datetime, until: datetime | None = None) -> Quality:
    """How many questions came (up to `until`), got an answer from the bot, and were called helpful or not."""
    column = asked.c
    query = select(
        func.count(),
        func.count().filter(column.outcome == ANSWERED),
        func.count().filter(column.helpful == 1),
        func.count().filter(column.helpful == 0),
    ).where(column.at >= since)
    if until is not None:
        query = query.where(column.at <= until)
    return Quality(*db.execute(query).one())


def by_parts(db: Connection, edges: Sequence[datetime]) -> list[tuple[int, int]]:
    """How many were asked, and answered by the bot, in each part of a time: after one edge, up to the next."""
    parts = [(asked.c.at > since, asked.c.at <= until) for since, until in pairwise(edges)]
    counted = [func.count().filter(*part, *more) for part in parts for more in ((), (asked.c.outcome == ANSWERED,))]
    row = db.execute(select(*counted).where(asked.c.at > edges[0], asked.c.at <= edges[-1])).one()
    return [(int(one), int(other)) for one, other in zip(row[::2], row[1::2], strict=True)]


def move(db: Connection, source_id: int, target_id: int) -> None:
    """Two files became one: what was asked under the first, sealed for the second from now on."""
    for one in of_member(db, source_id):
        values = {"member_id": target_id, "text_sealed": seal(db, target_id, one.text)}
        db.execute(update(asked).where(asked.c.id == one.id).values(**values))


def forget(db: Connection, member_id: int) -> None:
    """Erasure: the words. That something was asked stays."""
    db.execute(update(asked).where(asked.c.member_id == member_id).values(text_sealed=None))


def purge(db: Connection, before: datetime, limit: int) -> int:
    """Empty the words of questions from before; how many."""
    old = select(asked.c.id).where(asked.c.at < before, asked.c.text_sealed.is_not(None)).limit(limit)
    return db.execute(update(asked).where(asked.c.id.in_(old.scalar_subquery())).values(text_sealed=None)).rowcount


def _open() -> Any:
    unanswered = or_(asked.c.outcome != ANSWERED, asked.c.helpful == 0)
    return and_(unanswered, asked.c.settled == 0, asked.c.text_sealed.is_not(None))


def _question(db: Connection, row: Any) -> Question:
    helpful = None if row.helpful is None else bool(row.helpful)
    text = unseal(db, row.member_id, row.text_sealed)
    return Question(row.id, row.member_id, text, row.outcome, row.entry_id, helpful, row.at)
