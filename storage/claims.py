"""Who answers for a row of the outbox: what one process has claimed, nobody else sends."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, or_, select, update

from storage.outbox import UNORDERED, Lane
from storage.sealing import unseal_shared
from storage.tables import outbox


@dataclass(frozen=True)
class Claimed:
    """A row that this process now answers for. `payload` is None where it is still to be rendered.

    `send_id`: the line of a campaign that it is for; `ticket_id`: the request that it is about, and `quotes` somebody's
    words on it, so that a reply to it goes to them.
    """

    id: int
    lane: Lane
    chat_id: int
    method: str
    payload: dict[str, Any] | None
    posted_id: int | None
    campaign: str | None
    member_id: int | None
    occasion: str | None
    attempts: int
    ambiguous: int
    send_id: int | None
    ticket_id: int | None
    quotes: bool
    not_before: datetime


class Haul(NamedTuple):
    """What was claimed. `passed_over`: something else is due, and waits for a chat to which something is on its way."""

    rows: list[Claimed]
    passed_over: bool


# What runs for every message is built once: building a statement takes five times as long as running it.
_DUE = (
    select(
        outbox.c.id,
        outbox.c.lane,
        outbox.c.chat_id,
        outbox.c.method,
        outbox.c.payload_sealed,
        outbox.c.posted_id,
        outbox.c.campaign,
        outbox.c.member_id,
        outbox.c.occasion,
        outbox.c.attempts,
        outbox.c.ambiguous,
        outbox.c.send_id,
        outbox.c.ticket_id,
        outbox.c.quotes,
        outbox.c.not_before,
    )
    .where(outbox.c.state == "queued", outbox.c.lane == bindparam("of_lane"), outbox.c.not_before <= bindparam("now"))
    .order_by(outbox.c.not_before, outbox.c.id)
    .limit(bindparam("most"))
)
_FIRST_DUE = select(
    *(
        select(func.min(outbox.c.not_before))
        .where(outbox.c.state == "queued", outbox.c.lane == int(lane))
        .label(lane.name)
        for lane in Lane
    )
)
_DUE_ELSEWHERE = _DUE.where(
    or_(outbox.c.chat_id.not_in(bindparam("busy", expanding=True)), outbox.c.method.in_(UNORDERED))
)
_CLAIM = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)), outbox.c.state == "queued")
    .values(state="sending", owner=bindparam("by"), lease_until=bindparam("until"))
    .returning(outbox.c.id)
)


def claim(
    db: Connection,
    *,
    owner: str,
    now: datetime,
    lease_until: datetime,
    limit: int,
    busy: Collection[int],
    before: Lane | None = None,
) -> Haul:
    """Up to `limit` due rows, best lane first, oldest first, one per chat and none of a busy chat; now `sending`. With
    `before`, only of lanes that go before that one."""
    rows: list[Any] = []
    chats, passed_over = set(busy), False
    for lane in _lanes_due(db, now, before):
        found, waits = _due(db, lane, now, limit - len(rows), chats)
        rows += found
        passed_over = passed_over or waits
        if len(rows) >= limit:
            break
    if not rows:
        return Haul([], passed_over)
    claim = {"ids": [row.id for row in rows], "by": owner, "until": lease_until}
    ours = set(db.execute(_CLAIM, claim).scalars().all())
    return Haul([_claimed(db, row) for row in rows if row.id in ours], passed_over)


def _lanes_due(db: Connection, now: datetime, before: Lane | None) -> list[Lane]:
    """In which lanes anything is due: most looks find nothing, and one question costs less than one for each lane."""
    first = db.execute(_FIRST_DUE).one()
    return [
        lane for lane in Lane if (before is None or lane < before) and first[lane] is not None and first[lane] <= now
    ]


def _due(db: Connection, lane: Lane, now: datetime, limit: int, chats: set[int]) -> tuple[list[Any], bool]:
    """What may leave in a lane, its chats added to `chats`; and whether something waits for one of those chats."""
    values = {"of_lane": int(lane), "now": now, "most": limit}
    due = db.execute(_DUE, values).all()
    found = _one_per_chat(due, chats)
    passed_over = len(found) < len(due)
    if passed_over and len(due) == limit:  # what may leave can stand behind what may not
        found += _one_per_chat(db.execute(_DUE_ELSEWHERE, values | {"busy": list(chats)}).all(), chats, found)
    return found[:limit], passed_over


def _one_per_chat(due: Sequence[Any], chats: set[int], taken: Sequence[Any] = ()) -> list[Any]:
    """Those that go to none of these chats, which then are among them, and what waits for no chat."""
    found, known = [], {row.id for row in taken}
    for row in due:
        if row.method in UNORDERED:
            found += [] if row.id in known else [row]
        elif row.chat_id not in chats:
            chats.add(row.chat_id)
            found.append(row)
    return found


def _claimed(db: Connection, row: Any) -> Claimed:
    payload = None if row.payload_sealed is None else json.loads(unseal_shared(db, row.payload_sealed))
    return Claimed(
        row.id,
        Lane(row.lane),
        row.chat_id,
        row.method,
        payload,
        row.posted_id,
        row.campaign,
        row.member_id,
        row.occasion,
        row.attempts,
        row.ambiguous,
        row.send_id,
        row.ticket_id,
        bool(row.quotes),
        row.not_before,
    )


def release(db: Connection, row_ids: Collection[int]) -> None:
    """Back into the queue untried: the process ends before their turn came."""
    if row_ids:
        db.execute(update(outbox).where(outbox.c.id.in_(row_ids)).values(state="queued", owner=None, lease_until=None))


def abandoned(db: Connection, *, now: datetime | None) -> list[Claimed]:
    """Rows in `sending` whose lease ran out before `now` (real time); with None, all of them: their owner is dead."""
    query = select(outbox).where(outbox.c.state == "sending").order_by(outbox.c.id)
    if now is not None:
        query = query.where(or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now))
    return [_claimed(db, row) for row in db.execute(query)]


def claimed_by(db: Connection, owner: str, *, leased_until: datetime) -> list[int]:
    """Rows in `sending` of this owner whose lease ran at that moment (real time)."""
    query = select(outbox.c.id).where(
        outbox.c.state == "sending", outbox.c.owner == owner, outbox.c.lease_until >= leased_until
    )
    return list(db.execute(query).scalars())
