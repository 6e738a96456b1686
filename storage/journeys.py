"""Where each member is in a journey: a row for each time that somebody came in. Moved in sets, never one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Text,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from storage.sends import CANCELLED, OPEN, WAITING
from storage.tables import (
    campaign_send,
    journey_position,
    journey_visit,
    member,
    outbox,
    purchase,
    ticket,
)
from storage.types import Id, Instant
from storage.upsert import ignoring_insert

Where = ColumnElement[bool]
_here = journey_position.c
_line = campaign_send.c


@dataclass(frozen=True)
class Position:
    """Where one member is, or was. `due_at`: when they go on, None where they wait for their message's word."""

    id: int
    campaign_id: int
    member_id: int
    occasion: str
    version: int
    step: str
    due_at: datetime | None
    entered_at: datetime
    left_at: datetime | None
    exit: str | None


@dataclass(frozen=True)
class Group:
    """Those of a chunk who are at one step of one version. `members`: the lowest and the highest of their ids."""

    version: int
    step: str
    members: tuple[int, int]
    where: Where


def enter(
    db: Connection,
    campaign_id: int,
    occasion: str | ColumnElement[str],
    *,
    between: tuple[int, int],
    among: Where,
    version: int,
    step: str,
    due_at: datetime | ColumnElement[Any],
    at: datetime,
    late: bool = False,
) -> None:
    """A position for each of those whose id is above the first and up to the second, unless they are inside already, or
    came in by this occasion before. One that comes too `late` is over at once."""
    people = select(
        literal(campaign_id, Id),
        member.c.id,
        literal(occasion) if isinstance(occasion, str) else occasion,
        literal(version, Integer),
        literal(step, Text),
        literal(None, Instant) if late else _moment(due_at),
        literal(at, Instant),
        literal(at if late else None, Instant),
        literal("late" if late else None, Text),
    ).where(member.c.id > between[0], member.c.id <= between[1], member.c.telegram_id.is_not(None), among)
    columns = ["campaign_id", "member_id", "occasion", "version", "step", "due_at", "entered_at", "left_at", "exit"]
    db.execute(ignoring_insert(db, journey_position).from_select(columns, people, include_defaults=False))
    new = (
        _here.campaign_id == campaign_id,
        _here.member_id > between[0],
        _here.member_id <= between[1],
        _here.entered_at == at,
        _here.step == step,
        _here.left_at.is_(None),
    )
    _visit(db, and_(*new), step, at)


# ---- who goes on --------------------------------------------------------------------------------------------------


def due(db: Connection, campaign_id: int, now: datetime, limit: int) -> list[Group]:
    """Those whose time has come, so many at most, by where they are; who waits longest first."""
    ours = (_here.campaign_id == campaign_id, _here.due_at <= now)
    some = select(_here.due_at, _here.id).where(*ours).order_by(_here.due_at, _here.id).limit(limit).subquery()
    last = db.execute(select(some).order_by(some.c.due_at.desc(), some.c.id.desc()).limit(1)).one_or_none()
    if last is None:
        return []
    up_to = or_(_here.due_at < last.due_at, and_(_here.due_at == last.due_at, _here.id <= last.id))
    return _groups(db, and_(_here.campaign_id == campaign_id, _here.due_at <= last.due_at, up_to))


def answered(db: Connection, campaign_id: int, limit: int) -> list[Group]:
    """Those whose message has its final word, so that they go on: so many at most."""
    ended = (_line.campaign_id == campaign_id, _line.position_id.is_not(None), _line.ended_at.is_not(None))
    lines = select(_line.position_id).where(*ended).order_by(_line.id).limit(limit)
    return _groups(db, and_(_here.id.in_(lines), _here.left_at.is_(None), _here.due_at.is_(None)))


def any_answered(db: Connection, campaign_id: int) -> bool:
    """Has a message its final word that somebody waits for? It may have come since they were moved on."""
    ended = (_line.campaign_id == campaign_id, _line.position_id.is_not(None), _line.ended_at.is_not(None))
    return db.execute(select(_line.id).where(*ended).limit(1)).first() is not None


def stragglers(db: Connection, campaign_id: int, version: int, limit: int) -> list[Group]:
    """Those inside who go the steps of an older version than this, so many at most."""
    older = (_here.campaign_id == campaign_id, _here.left_at.is_(None), _here.version < version)
    some = select(_here.id).where(*older).order_by(_here.id).limit(limit)
    return _groups(db, and_(_here.id.in_(some), _here.left_at.is_(None), _here.version < version))


def inside_after(db: Connection, campaign_id: int, after: int, limit: int) -> tuple[Where, int] | None:
    """The next so many of those inside, by their positions above this one, and the last of them; None: nobody."""
    inside = (_here.campaign_id == campaign_id, _here.left_at.is_(None), _here.id > after)
    some = select(_here.id).where(*inside).order_by(_here.id).limit(limit).subquery()
    last = db.execute(select(func.max(some.c.id))).scalar_one()
    return None if last is None else (and_(*inside, _here.id <= last), int(last))


def _groups(db: Connection, chunk: Where) -> list[Group]:
    ids = (func.min(_here.member_id), func.max(_here.member_id))
    query = select(_here.version, _here.step, *ids).where(chunk).group_by(_here.version, _here.step)
    rows = db.execute(query.order_by(_here.version, _here.step)).all()
    return [Group(row[0], row[1], (row[2], row[3]), _at(chunk, *row)) for row in rows]


def _at(chunk: Where, version: int, step: str, lowest: int, highest: int) -> Where:
    """Those of the chunk who are there; nobody else who comes to the step meanwhile."""
    return and_(chunk, _here.version == version, _here.step == step, _here.member_id.between(lowest, highest))


def next_due(db: Connection, campaign_id: int) -> datetime | None:
    """When somebody goes on next."""
    query = select(_here.due_at).where(_here.campaign_id == campaign_id, _here.due_at.is_not(None))
    return db.execute(query.order_by(_here.due_at).limit(1)).scalar_one_or_none()


def anybody(db: Connection, campaign_id: int) -> bool:
    """Is somebody inside?"""
    query = select(_here.id).where(_here.campaign_id == campaign_id, _here.left_at.is_(None))
    return db.execute(query.limit(1)).first() is not None


# ---- going on -----------------------------------------------------------------------------------------------------


def say(db: Connection, where: Where, campaign_id: int, step: str, variant: ColumnElement[int], at: datetime) -> None:
    """A line of this step's message for those; from now on they wait for its word. Nobody gets a step's message twice:
    whoever had it keeps their time, and goes on."""
    people = select(
        literal(campaign_id, Id),
        _here.member_id,
        _here.occasion + literal(f"/{step}", Text),
        variant,
        literal(WAITING),
        literal(at, Instant),
        _here.version,
        literal(step, Text),
        _here.id,
    ).where(where, member.c.id == _here.member_id)
    columns = ["campaign_id", "member_id", "occasion", "variant", "state", "due_at", "version", "step", "position_id"]
    db.execute(ignoring_insert(db, campaign_send).from_select(columns, people, include_defaults=False))
    waits = exists().where(_line.position_id == _here.id)
    db.execute(update(journey_position).where(where, waits).values(due_at=None))


def move(db: Connection, where: Where, step: str, due_at: datetime | ColumnElement[Any], at: datetime) -> list[int]:
    """They are at this step from now on, until `due_at`; who was there before does not wait there again. Which they
    were."""
    been = exists().where(journey_visit.c.position_id == _here.id, journey_visit.c.step == step)
    known = case((been, literal(at, Instant)), else_=_moment(due_at))
    moved = update(journey_position).where(where).values(step=step, due_at=known).returning(_here.id)
    ids = list(db.execute(moved).scalars())
    for some in _parts(ids):
        _visit(db, _here.id.in_(some), step, at)
    return ids


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """So many as a statement may name."""
    return (ids[start : start + 5_000] for start in range(0, len(ids), 5_000))


def _visit(db: Connection, where: Where, step: str, at: datetime) -> None:
    visits = select(_here.id, literal(step, Text), literal(at, Instant)).where(where)
    columns = ["position_id", "step", "at"]
    db.execute(ignoring_insert(db, journey_visit).from_select(columns, visits, include_defaults=False))


def _moment(told: datetime | ColumnElement[Any]) -> ColumnElement[Any]:
    return literal(told, Instant) if isinstance(told, datetime) else told


def by_zone(times: Mapping[str, datetime], default: datetime, *, entering: bool) -> ColumnElement[Any]:
    """A moment for each member, by the zone where they live: of those who are `entering`, or of those inside."""
    theirs = select(member.c.zone).where(member.c.id == _here.member_id).scalar_subquery()
    known = {name: literal(moment, Instant) for name, moment in times.items()}
    zone: Any = member.c.zone if entering else theirs
    return case(known, value=zone, else_=literal(default, Instant)) if known else literal(default, Instant)


def renew(db: Connection, where: Where, version: int, due_at: datetime | ColumnElement[Any] | None = None) -> None:
    """They go the steps of this version from now on, from where they are, and wait until `due_at` where that is told.
    An open line keeps its words."""
    values: dict[str, Any] = {"version": version} | ({} if due_at is None else {"due_at": _moment(due_at)})
    db.execute(update(journey_position).where(where).values(**values))


def transfer(
    db: Connection, where: Where, version: int, step: str, due_at: datetime | ColumnElement[Any], at: datetime
) -> None:
    """They are at this step of this version from now on; what they waited for is not said any more."""
    moved = move(db, where, step, due_at, at)
    for some in _parts(moved):
        _take_lines_back(db, some, at)
        renew(db, _here.id.in_(some), version)


def hear(db: Connection, campaign_id: int, limit: int) -> int:
    """The words of those lines have been heard whose members have gone on, or left; how many they were."""
    ended = (_line.campaign_id == campaign_id, _line.position_id.is_not(None), _line.ended_at.is_not(None))
    gone_on = exists().where(_here.id == _line.position_id, or_(_here.due_at.is_not(None), _here.left_at.is_not(None)))
    lines = select(_line.id).where(*ended, gone_on).order_by(_line.id).limit(limit).scalar_subquery()
    return db.execute(update(campaign_send).where(_line.id.in_(lines)).values(position_id=None)).rowcount


# ---- leaving ------------------------------------------------------------------------------------------------------


def leave(db: Connection, where: Where, why: str | ColumnElement[str], at: datetime) -> int:
    """Those are out, for good, and what waits for them is not said any more; how many they were."""
    values = {"left_at": at, "exit": why, "due_at": None}
    left = list(db.execute(update(journey_position).where(where).values(**values).returning(_here.id)).scalars())
    for some in _parts(left):
        _take_lines_back(db, some, at)
    return len(left)


def _take_lines_back(db: Connection, positions: Sequence[int], at: datetime) -> None:
    """What has not left yet does not leave; the line says why."""
    open_lines = and_(_line.position_id.in_(positions), _line.state.in_(OPEN))
    queued = select(_line.id).where(open_lines)
    db.execute(delete(outbox).where(outbox.c.send_id.in_(queued), outbox.c.state == "queued"))
    leaving = exists().where(outbox.c.send_id == _line.id, outbox.c.state == "sending")
    reason = select(_here.exit).where(_here.id == _line.position_id).scalar_subquery()
    ended = {"state": CANCELLED, "reason": reason, "ended_at": at, "position_id": None}
    db.execute(update(campaign_send).where(open_lines, ~leaving).values(**ended))
    db.execute(update(campaign_send).where(_line.position_id.in_(positions)).values(position_id=None))


def reason_to_leave(exits: Collection[str]) -> tuple[Where, ColumnElement[str]]:
    """Who has one of these reasons to leave since they came in, or left the club; and which, the first that is so."""
    found = [(_holds(one), one) for one in ("left", *exits)]
    return or_(*(holds for holds, _ in found)), case(*[(holds, one) for holds, one in found], else_="left")


def _holds(reason: str) -> Where:
    match reason:
        case "bought":
            return exists().where(purchase.c.member_id == _here.member_id, purchase.c.bought_at > _here.entered_at)
        case "replied":
            line = campaign_send.alias("replies")
            mine = (line.c.campaign_id == _here.campaign_id, line.c.member_id == _here.member_id)
            return exists().where(*mine, line.c.replied_at > _here.entered_at)
        case "complained":
            theirs = (ticket.c.member_id == _here.member_id, ticket.c.kind == "complaint")
            return exists().where(*theirs, ticket.c.opened_at > _here.entered_at)
        case _:
            gone = or_(member.c.status.in_(["left", "erased"]), member.c.telegram_id.is_(None))
            return exists().where(member.c.id == _here.member_id, gone)


def of_members(among: Where) -> Where:
    """The positions of those members."""
    return _here.member_id.in_(select(member.c.id).where(among))


# ---- looking ------------------------------------------------------------------------------------------------------

_COLUMNS = [_here[name] for name in Position.__annotations__]


def to_leave(db: Connection, positions: Collection[int], exits: Collection[str]) -> set[int]:
    """Which of these have a reason to leave now."""
    holds, _ = reason_to_leave(exits)
    query = select(_here.id).where(_here.id.in_(positions), _here.left_at.is_(None), holds)
    return set(db.execute(query).scalars())


def of_member(db: Connection, campaign_id: int, member_id: int) -> Position | None:
    """Where this member is in a journey, or was the last time."""
    theirs = (_here.campaign_id == campaign_id, _here.member_id == member_id)
    row = db.execute(select(*_COLUMNS).where(*theirs).order_by(_here.id.desc()).limit(1)).one_or_none()
    return None if row is None else Position(*row)


def inside(db: Connection, campaign_id: int) -> dict[str, int]:
    """How many are at each step, whatever their version."""
    query = select(_here.step, func.count()).where(_here.campaign_id == campaign_id, _here.left_at.is_(None))
    return {row[0]: row[1] for row in db.execute(query.group_by(_here.step))}


def came_to(db: Connection, campaign_id: int) -> dict[str, int]:
    """How many came to each step."""
    query = (
        select(journey_visit.c.step, func.count())
        .join(journey_position, _here.id == journey_visit.c.position_id)
        .where(_here.campaign_id == campaign_id)
    )
    return {row[0]: row[1] for row in db.execute(query.group_by(journey_visit.c.step))}


def exits(db: Connection, campaign_id: int) -> dict[str, int]:
    """How many left, by the reason."""
    query = select(_here.exit, func.count()).where(_here.campaign_id == campaign_id, _here.left_at.is_not(None))
    return {row[0]: row[1] for row in db.execute(query.group_by(_here.exit))}
