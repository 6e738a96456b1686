"""Whose turn it was to be asked: one row for each member and period, whatever the survey. Answers are sealed."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, literal, select, update

from storage.sealing import seal, unseal
from storage.tables import campaign_send, survey_turn
from storage.types import Id, Instant
from storage.upsert import ignoring_insert, insert_new

Answers = dict[str, int | str | None]
"""By the question's key: a value of its scale, the place of the choice, words; None: it was passed over."""
SURVEYED = "surveyed"
"""The reason of a line whose member has been asked something in this period already."""


@dataclass(frozen=True)
class Turn:
    """`draft`: answers so far; `answers`: the last whole set. `staff_id`: who wrote them down, None: the member
    themselves."""

    id: int
    member_id: int
    period: str
    survey_id: int | None
    send_id: int | None
    asked_at: datetime
    draft: Answers
    answers: Answers | None
    answered_at: datetime | None
    staff_id: int | None


# ---- whose turn it is ---------------------------------------------------------------------------------------------


def claim(db: Connection, ids: Collection[int], survey_id: int | None, period: str, now: datetime) -> None:
    """For these lines of a campaign, whose messages are about to be queued: the turns of their members in this period.
    A member who had theirs is left out."""
    lines = (campaign_send.c.id.in_(ids), campaign_send.c.state == "queued")
    theirs = (
        select(
            campaign_send.c.member_id,
            literal(period),
            literal(survey_id, Id),
            campaign_send.c.id,
            literal(now, Instant),
        )
        .where(*lines)
        .order_by(campaign_send.c.member_id, campaign_send.c.id)
    )
    columns = ["member_id", "period", "survey_id", "send_id", "asked_at"]
    db.execute(ignoring_insert(db, survey_turn).from_select(columns, theirs, include_defaults=False))
    mine = and_(
        survey_turn.c.send_id == campaign_send.c.id,
        survey_turn.c.period == period,
        survey_turn.c.answered_at.is_(None),
    )
    had = update(campaign_send).where(*lines, ~exists().where(mine).correlate(campaign_send))
    db.execute(had.values(state="capped", reason=SURVEYED))


def give_back(db: Connection, send_ids: Collection[int]) -> None:
    """These messages did not reach anybody: another survey may ask, unless somebody has begun to answer."""
    untouched = (survey_turn.c.answered_at.is_(None), survey_turn.c.draft_sealed.is_(None))
    db.execute(delete(survey_turn).where(survey_turn.c.send_id.in_(send_ids), *untouched))


def take(db: Connection, member_id: int, survey_id: int, period: str, staff_id: int, now: datetime) -> Turn | None:
    """The turn of a member whom a colleague asks by phone: theirs in this period, or a new one. None where another
    survey has had it."""
    values = {"survey_id": survey_id, "asked_at": now, "staff_id": staff_id}
    insert_new(db, survey_turn, member_id=member_id, period=period, **values)
    found = _one(db, survey_turn.c.member_id == member_id, survey_turn.c.period == period)
    return found if found is not None and found.survey_id == survey_id else None


def by_id(db: Connection, turn_id: int, *, lock: bool = False) -> Turn | None:
    return _one(db, survey_turn.c.id == turn_id, lock=lock)


def of_send(db: Connection, send_id: int) -> Turn | None:
    """The turn that a message of a campaign brought."""
    return _one(db, survey_turn.c.send_id == send_id)


def of_member(db: Connection, member_id: int, *, lock: bool = False) -> list[Turn]:
    """All of one member's, the earliest first."""
    query = select(survey_turn).where(survey_turn.c.member_id == member_id).order_by(survey_turn.c.id)
    return [_turn(db, row) for row in db.execute(query.with_for_update() if lock else query)]


def answered(db: Connection, survey_id: int, after: int, limit: int) -> list[Turn]:
    """The answered turns of a survey behind this id, by id, so many at most."""
    mine = (survey_turn.c.survey_id == survey_id, survey_turn.c.answers_sealed.is_not(None), survey_turn.c.id > after)
    query = select(survey_turn).where(*mine).order_by(survey_turn.c.id).limit(limit)
    return [_turn(db, row) for row in db.execute(query)]


def latest(db: Connection, survey_id: int, period: str, limit: int) -> list[Turn]:
    """The turns of a round that were answered last, so many at most."""
    mine = (survey_turn.c.survey_id == survey_id, survey_turn.c.period == period)
    query = select(survey_turn).where(*mine, survey_turn.c.answers_sealed.is_not(None))
    return [_turn(db, row) for row in db.execute(query.order_by(survey_turn.c.answered_at.desc()).limit(limit))]


# ---- what was answered --------------------------------------------------------------------------------------------


def keep_draft(db: Connection, turn: Turn, draft: Answers) -> None:
    """Answers so far."""
    values = {"draft_sealed": _sealed(db, turn.member_id, draft)}
    db.execute(update(survey_turn).where(survey_turn.c.id == turn.id).values(**values))


def keep_answers(
    db: Connection, turn: Turn, answers: Answers, *, willing: bool | None, staff_id: int | None, at: datetime
) -> None:
    """A whole set of answers; it takes the place of the one before."""
    values = {
        "draft_sealed": None,
        "answers_sealed": _sealed(db, turn.member_id, answers),
        "answered_at": at,
        "staff_id": staff_id,
        "willing": None if willing is None else int(willing),
    }
    db.execute(update(survey_turn).where(survey_turn.c.id == turn.id).values(**values))


def forget(db: Connection, member_id: int) -> None:
    """Erasure: what they answered. That they did, and the sums, stay without a name."""
    empty = {"draft_sealed": None, "answers_sealed": None, "willing": None}
    db.execute(update(survey_turn).where(survey_turn.c.member_id == member_id).values(**empty))


def drop(db: Connection, turn_id: int) -> None:
    """It was nobody's turn."""
    db.execute(delete(survey_turn).where(survey_turn.c.id == turn_id))


def move(db: Connection, turn: Turn, target_id: int) -> None:
    """The turn becomes another file's, under its key."""
    values = {
        "member_id": target_id,
        "draft_sealed": _sealed(db, target_id, turn.draft) if turn.draft else None,
        "answers_sealed": None if turn.answers is None else _sealed(db, target_id, turn.answers),
    }
    db.execute(update(survey_turn).where(survey_turn.c.id == turn.id).values(**values))


def _sealed(db: Connection, member_id: int, answers: Answers) -> bytes | None:
    return seal(db, member_id, json.dumps(answers, ensure_ascii=False))


def _one(db: Connection, *conditions: Any, lock: bool = False) -> Turn | None:
    query = select(survey_turn).where(*conditions).order_by(survey_turn.c.id.desc()).limit(1)
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _turn(db, row)


def _turn(db: Connection, row: Any) -> Turn:
    draft, answers = (unseal(db, row.member_id, sealed) for sealed in (row.draft_sealed, row.answers_sealed))
    return Turn(
        row.id,
        row.member_id,
        row.period,
        row.survey_id,
        row.send_id,
        row.asked_at,
        json.loads(draft) if draft else {},
        None if answers is None else json.loads(answers),
        row.answered_at,
        row.staff_id,
    )
