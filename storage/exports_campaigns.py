"""What campaigns and journeys hold about one person, for a copy that they can take along."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select

from storage.tables import (
    campaign_press,
    campaign_send,
    campaign_version,
    journey_position,
    journey_task,
    journey_visit,
)


@dataclass(frozen=True)
class Pressed:
    """`button`: its place under the message, from 1 on."""

    button: int
    at: datetime


@dataclass(frozen=True)
class Written:
    """A message of a campaign: planned, sent or left out. `variant`: which wording, from 1 on; 0: they were drawn to
    get nothing, to compare with. `step`: of a journey. `stopped_at`: when they stopped greetings and offers under it.
    """

    campaign: str
    step: str | None
    variant: int
    state: str
    reason: str | None
    due_at: datetime
    ended_at: datetime | None
    replied_at: datetime | None
    stopped_at: datetime | None
    pressed: list[Pressed]


@dataclass(frozen=True)
class Stop:
    """A step that they came to."""

    step: str
    at: datetime


@dataclass(frozen=True)
class Errand:
    """Something that a step asked a colleague to do about them."""

    step: str
    opened_at: datetime
    done_at: datetime | None


@dataclass(frozen=True)
class Way:
    """A journey that they are on, or were. `step`: where they are, or were last, since `since`; `exit`: why they left
    it.
    """

    journey: str
    step: str
    since: datetime
    entered_at: datetime
    goes_on_at: datetime | None
    left_at: datetime | None
    exit: str | None
    steps: list[Stop]
    tasks: list[Errand]


def written(db: Connection, member_id: int) -> list[Written]:
    """What campaigns planned to send, oldest first."""
    mine = select(campaign_send.c.id).where(campaign_send.c.member_id == member_id)
    pressed = _by(db, campaign_press, "send_id", mine, "id")
    query = select(campaign_send).where(campaign_send.c.member_id == member_id)
    rows = db.execute(query.order_by(campaign_send.c.due_at, campaign_send.c.id)).all()
    names = _names(db, {row.campaign_id for row in rows})
    return [
        Written(
            names[row.campaign_id],
            row.step,
            row.variant,
            row.state,
            row.reason,
            row.due_at,
            row.ended_at,
            row.replied_at,
            row.stopped_at,
            [Pressed(one.button + 1, one.at) for one in pressed.get(row.id, [])],
        )
        for row in rows
    ]


def ways(db: Connection, member_id: int) -> list[Way]:
    """The journeys they came into, oldest first."""
    mine = select(journey_position.c.id).where(journey_position.c.member_id == member_id)
    visits = _by(db, journey_visit, "position_id", mine, "at")
    tasks = _by(db, journey_task, "position_id", mine, "id")
    query = select(journey_position).where(journey_position.c.member_id == member_id)
    rows = db.execute(query.order_by(journey_position.c.id)).all()
    names = _names(db, {row.campaign_id for row in rows})
    return [
        Way(
            names[row.campaign_id],
            row.step,
            next((one.at for one in visits.get(row.id, []) if one.step == row.step), row.entered_at),
            row.entered_at,
            row.due_at,
            row.left_at,
            row.exit,
            [Stop(one.step, one.at) for one in visits.get(row.id, [])],
            [Errand(one.step, one.opened_at, one.done_at) for one in tasks.get(row.id, [])],
        )
        for row in rows
    ]


def _names(db: Connection, campaign_ids: set[int]) -> dict[int, str]:
    """How these campaigns are called now."""
    version = campaign_version.c
    newest = (
        select(version.campaign_id, func.max(version.number).label("number"))
        .where(version.campaign_id.in_(campaign_ids))
        .group_by(version.campaign_id)
        .subquery()
    )
    query = select(version.campaign_id, version.content).join(
        newest, (newest.c.campaign_id == version.campaign_id) & (newest.c.number == version.number)
    )
    return {row.campaign_id: json.loads(row.content)["name"] for row in db.execute(query)}


def _by(db: Connection, table: Table, column: str, ids: Select[Any], order: str) -> dict[int, list[Any]]:
    """The rows of a table that belong to these, by what they belong to."""
    found: dict[int, list[Any]] = {}
    for row in db.execute(select(table).where(table.c[column].in_(ids)).order_by(table.c[order])):
        found.setdefault(row._mapping[column], []).append(row)
    return found
