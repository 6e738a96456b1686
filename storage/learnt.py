"""The matrix that was learnt last, as bytes, so that a start need not learn again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from storage.tables import knowledge_model as model


@dataclass(frozen=True)
class Learnt:
    """`revision`: what it was learnt from. `estimated`: its gate was estimated. Shares are between 0 and 1."""

    revision: str
    estimated: bool
    right_answers: float | None
    false_answers: float | None
    content: bytes
    at: datetime


def latest(db: Connection) -> Learnt | None:
    row = db.execute(select(model)).one_or_none()
    if row is None:
        return None
    return Learnt(row.revision, bool(row.estimated), row.right_answers, row.false_answers, row.content, row.at)


@dataclass(frozen=True)
class Shares:
    """How well it answers, as estimated, between 0 and 1; None: not known."""

    right: float | None
    false: float | None


def shares(db: Connection) -> Shares | None:
    """Of the model that was learnt last; None before the first."""
    row = db.execute(select(model.c.right_answers, model.c.false_answers)).one_or_none()
    return None if row is None else Shares(*row)


def put(db: Connection, learnt: Learnt) -> None:
    """Keep this one, in the place of the last."""
    db.execute(delete(model))
    values = {"revision": learnt.revision, "estimated": int(learnt.estimated), "content": learnt.content}
    shares = {"right_answers": learnt.right_answers, "false_answers": learnt.false_answers}
    db.execute(insert(model).values(id=1, at=learnt.at, **values, **shares))
