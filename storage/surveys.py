"""Surveys as rows, and the sums of what was answered: how many gave which value, in which period, and nobody's name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, insert, select, update

from storage.tables import purchase, purchase_return, survey, survey_tally, survey_turn
from storage.upsert import insert_new


@dataclass(frozen=True)
class Row:
    """One survey. `content`: title and questions, as JSON. `campaign_id`: the one that sends it, or did last."""

    id: int
    content: str
    state: str
    author_id: int
    campaign_id: int | None
    made_at: datetime


@dataclass(frozen=True)
class Round:
    """A period in which somebody was asked: how many, how many answered, and when the last one did."""

    period: str
    asked: int
    answered: int
    last_at: datetime | None


_ROW = select(*(survey.c[name] for name in Row.__annotations__))


def add(db: Connection, content: str, author_id: int, at: datetime) -> int:
    """A new draft; its id."""
    values = {"content": content, "state": "draft", "author_id": author_id, "made_at": at}
    key = db.execute(insert(survey).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def by_id(db: Connection, survey_id: int, *, lock: bool = False) -> Row | None:
    query = _ROW.where(survey.c.id == survey_id)
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else Row(*row)


def of_states(db: Connection, states: Collection[str], *, offset: int = 0, limit: int = 10) -> list[Row]:
    """Those in one of these states, the newest first."""
    query = _ROW.where(survey.c.state.in_(states)).order_by(survey.c.id.desc())
    return [Row(*row) for row in db.execute(query.offset(offset).limit(limit))]


def count(db: Connection, states: Collection[str]) -> int:
    return db.execute(select(func.count()).select_from(survey).where(survey.c.state.in_(states))).scalar_one()


def move(db: Connection, survey_id: int, before: Collection[str], **values: Any) -> bool:
    """Change it; False where it is in none of these states any more."""
    mine = (survey.c.id == survey_id, survey.c.state.in_(before))
    return db.execute(update(survey).where(*mine).values(**values)).rowcount == 1


# ---- rounds and sums ----------------------------------------------------------------------------------------------


def rounds(db: Connection, survey_id: int) -> list[Round]:
    """The periods in which it was asked, the latest first."""
    asked, answered = func.count(), func.count(survey_turn.c.answered_at)
    query = (
        select(survey_turn.c.period, asked, answered, func.max(survey_turn.c.answered_at))
        .where(survey_turn.c.survey_id == survey_id)
        .group_by(survey_turn.c.period)
        .order_by(func.min(survey_turn.c.asked_at).desc(), survey_turn.c.period.desc())
        .limit(100)
    )
    return [Round(*row) for row in db.execute(query)]


def latest_round(db: Connection, survey_id: int) -> Round | None:
    """The period in which it was asked last: the only one whose turns are counted here, by an index. None where nobody
    was asked."""
    newest = select(survey_turn.c.period).where(survey_turn.c.survey_id == survey_id)
    period = db.execute(newest.order_by(survey_turn.c.asked_at.desc()).limit(1)).scalar_one_or_none()
    if period is None:
        return None
    query = select(func.count(), func.count(survey_turn.c.answered_at), func.max(survey_turn.c.answered_at))
    row = db.execute(query.where(survey_turn.c.survey_id == survey_id, survey_turn.c.period == period)).one()
    return Round(period, *row)


def tally(db: Connection, survey_id: int, period: str) -> Mapping[str, dict[int, int]]:
    """For each item, how many gave which value; values that nobody gives any more are left out."""
    where = (survey_tally.c.survey_id == survey_id, survey_tally.c.period == period, survey_tally.c.count > 0)
    query = select(survey_tally.c.item, survey_tally.c.value, survey_tally.c.count).where(*where)
    found: dict[str, dict[int, int]] = {}
    for item, value, number in db.execute(query.order_by(survey_tally.c.item, survey_tally.c.value)):
        found.setdefault(item, {})[value] = number
    return found


def count_in(db: Connection, survey_id: int, period: str, values: Mapping[str, int], by: int) -> None:
    """One more (`by` -1: one less) who gave these values; in a fixed order, so that two never wait for each other."""
    for item, value in sorted(values.items()):
        key = {"survey_id": survey_id, "period": period, "item": item, "value": value}
        if not insert_new(db, survey_tally, **key, count=by):
            mine = [survey_tally.c[name] == one for name, one in key.items()]
            db.execute(update(survey_tally).where(*mine).values(count=survey_tally.c.count + by))


def latest_of(db: Connection, item: str) -> tuple[int, int, datetime] | None:
    """How many gave a value to this item in the last period in which anybody did, their sum, and when the last one did;
    None where nobody has."""
    asked = (
        select(survey_tally.c.survey_id, survey_tally.c.period)
        .where(survey_tally.c.item == item, survey_tally.c.count > 0)
        .distinct()
        .subquery()
    )
    last = (
        select(func.max(survey_turn.c.answered_at))
        .where(survey_turn.c.survey_id == asked.c.survey_id, survey_turn.c.period == asked.c.period)
        .scalar_subquery()
    )
    newest = db.execute(select(asked, last.label("at")).order_by(last.desc().nulls_last()).limit(1)).one_or_none()
    if newest is None or newest.at is None:
        return None
    values = tally(db, newest.survey_id, newest.period)[item]
    return sum(values.values()), sum(value * number for value, number in values.items()), newest.at


def willing_by_repeat(db: Connection, survey_id: int, period: str) -> dict[tuple[bool, bool], int]:
    """How many said that they would buy again, or would not, against whether they have: two orders kept or more."""
    repeat = _buys_again(survey_turn.c.member_id)
    query = (
        select(survey_turn.c.willing, repeat.label("repeat"), func.count())
        .where(survey_turn.c.survey_id == survey_id, survey_turn.c.period == period, survey_turn.c.willing.is_not(None))
        .group_by(survey_turn.c.willing, "repeat")
    )
    return {(bool(willing), bool(again)): number for willing, again, number in db.execute(query)}


def _buys_again(member_id: Any) -> Any:
    back = (
        select(func.coalesce(func.sum(purchase_return.c.quantity), 0))
        .where(purchase_return.c.purchase_id == purchase.c.id)
        .correlate(purchase)
        .scalar_subquery()
    )
    orders = (
        select(func.count(purchase.c.order_number.distinct()))
        .where(purchase.c.member_id == member_id, purchase.c.quantity > back)
        .correlate(survey_turn)
        .scalar_subquery()
    )
    return case((orders >= 2, 1), else_=0)
