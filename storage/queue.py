"""What waits at the desk: the open requests, part by part, in the order in which they are worked on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, exists, func, literal, or_, select, true

from storage.tables import member, ticket, ticket_tag
from storage.tickets import OPEN, Ticket, of_row

FOR_ME, MINE, UNOWNED, OVERDUE, ALL = "for_me", "mine", "unowned", "overdue", "all"
"""Which part of the queue. For me: my own, and those that nobody has."""
PARTS = (FOR_ME, MINE, UNOWNED, OVERDUE, ALL)


@dataclass(frozen=True)
class Only:
    """Those of one department, by its key; those with one tag. None: whichever."""

    department: str | None = None
    tag_id: int | None = None


EVERY = Only()


def waiting(
    db: Connection,
    staff_id: int,
    now: datetime,
    *,
    which: str = FOR_ME,
    only: Only = EVERY,
    ranks: Mapping[str, int] | None = None,
    offset: int = 0,
    limit: int = 5,
) -> list[Ticket]:
    """Open tickets: urgent ones first, then complaints, then higher tiers (`ranks` by key), the oldest on top."""
    tiers = case(*((ticket.c.tier == key, -rank) for key, rank in ranks.items()), else_=0) if ranks else literal(0)
    kinds = case((ticket.c.kind == "complaint", 0), else_=1)
    query = (
        select(ticket)
        .where(_among(which, staff_id, now, only))
        .order_by(ticket.c.urgent.desc(), kinds, tiers, ticket.c.opened_at, ticket.c.id)
        .offset(offset)
        .limit(limit)
    )
    return [of_row(row) for row in db.execute(query)]


def lengths(db: Connection, staff_id: int, now: datetime) -> dict[str, int]:
    """How many wait in each part of the queue."""
    parts = [func.count().filter(_part(which, staff_id, now)) for which in PARTS]
    return dict(zip(PARTS, map(int, db.execute(select(*parts).select_from(ticket).where(_waits())).one()), strict=True))


def length(
    db: Connection,
    staff_id: int,
    now: datetime,
    which: str = FOR_ME,
    only: Only = EVERY,
) -> int:
    query = select(func.count()).select_from(ticket).where(_among(which, staff_id, now, only))
    return int(db.execute(query).scalar_one())


def _among(which: str, staff_id: int, now: datetime, only: Only) -> Any:
    wanted = [_part(which, staff_id, now)]
    if only.department is not None:
        wanted.append(ticket.c.department == only.department)
    if only.tag_id is not None:
        wanted.append(exists().where(ticket_tag.c.ticket_id == ticket.c.id, ticket_tag.c.tag_id == only.tag_id))
    return and_(OPEN, *wanted, _waits())  # SQLite asks in this order, and few bear the tag


def _waits() -> Any:
    """Nobody waits for an answer to a request whose person was erased."""
    return and_(OPEN, ~exists().where(member.c.id == ticket.c.member_id, member.c.status == "erased"))


def _part(which: str, staff_id: int, now: datetime) -> Any:
    mine, unowned = ticket.c.owner_id == staff_id, ticket.c.owner_id.is_(None)
    parts = {
        FOR_ME: or_(unowned, mine),
        MINE: mine,
        UNOWNED: unowned,
        OVERDUE: or_(ticket.c.answer_by <= now, ticket.c.resolve_by <= now),
        ALL: true(),
    }
    return parts[which]


def load(db: Connection) -> dict[int, int]:
    """How many open requests each colleague has in hand."""
    query = select(ticket.c.owner_id, func.count().label("open"))
    mine = query.where(OPEN, ticket.c.owner_id.is_not(None)).group_by(ticket.c.owner_id)
    return {row.owner_id: row.open for row in db.execute(mine)}
