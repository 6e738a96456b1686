"""Complaints and questions, what was said about them, and what happened to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, insert, or_, select, update

from storage.tables import ticket, ticket_event, ticket_message

OPEN = ticket.c.resolved_at.is_(None)
"""Condition: it is not resolved."""


@dataclass(frozen=True)
class Ticket:
    """A complaint or a question. `owner_id` is a staff member's Telegram id. `resolved_at`: None while it is open."""

    id: int
    kind: str
    member_id: int
    state: str
    owner_id: int | None
    cause: str | None
    opened_at: datetime
    resolved_at: datetime | None
    joined_to: int | None
    urgent: bool = False
    tier: str | None = None
    answer_by: datetime | None = None
    resolve_by: datetime | None = None
    alarm_at: datetime | None = None
    department: str | None = None

    @property
    def open(self) -> bool:
        return self.resolved_at is None


@dataclass(frozen=True)
class TicketEvent:
    """What happened and who did it; None: the customer, or the club itself. `old` and `new`: what changed besides."""

    step: str
    actor_id: int | None
    state: str
    old: str | None
    new: str | None
    at: datetime


def add(db: Connection, kind: str, member_id: int, tier: str | None, at: datetime) -> int:
    row = {"kind": kind, "member_id": member_id, "tier": tier, "state": "new", "opened_at": at}
    ticket_id: int = db.execute(insert(ticket).values(row).returning(ticket.c.id)).scalar_one()
    return ticket_id


def by_id(db: Connection, ticket_id: int, *, lock: bool = False) -> Ticket | None:
    """`lock`: nobody else changes it until this unit has ended."""
    query = select(ticket).where(ticket.c.id == ticket_id)
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else of_row(row)


def kind_of(db: Connection, ticket_id: int) -> str:
    """A complaint or a question?"""
    kind: str = db.execute(select(ticket.c.kind).where(ticket.c.id == ticket_id)).scalar_one()
    return kind


def of_member(db: Connection, member_id: int, limit: int | None = 10) -> list[Ticket]:
    """A member's tickets, open ones first, then the newest."""
    query = (
        select(ticket)
        .where(ticket.c.member_id == member_id, ticket.c.joined_to.is_(None))
        .order_by(case((OPEN, 0), else_=1), ticket.c.id.desc())
        .limit(limit)
    )
    return [of_row(row) for row in db.execute(query)]


def latest_open(db: Connection, member_id: int) -> Ticket | None:
    """The member's open ticket about which something was said last, by them or to them: what they say next belongs to
    it."""
    of_it = (ticket_message.c.ticket_id == ticket.c.id, ticket_message.c.author != "note")
    last = func.coalesce(select(func.max(ticket_message.c.id)).where(*of_it).scalar_subquery(), 0)
    mine = select(ticket).where(ticket.c.member_id == member_id, OPEN)
    query = mine.order_by(last.desc(), ticket.c.id.desc()).limit(1)
    row = db.execute(query).one_or_none()
    return None if row is None else of_row(row)


_COMPLAINING = select(ticket.c.member_id).where(
    ticket.c.member_id.in_(bindparam("members", expanding=True)),
    ticket.c.kind == "complaint",
    or_(OPEN, ticket.c.resolved_at > bindparam("since")),
)


def complains(db: Connection, member_id: int, since: datetime) -> bool:
    """Has the member a complaint that is open, or was resolved after that moment?"""
    mine = (ticket.c.member_id == member_id, ticket.c.kind == "complaint")
    query = select(ticket.c.id).where(*mine, or_(OPEN, ticket.c.resolved_at > since)).limit(1)
    return db.execute(query).first() is not None


def complaining(db: Connection, members: Collection[int], since: datetime) -> set[int]:
    """Those of these members who have such a complaint."""
    return set(db.execute(_COMPLAINING, {"members": list(members), "since": since}).scalars())


def move(db: Connection, before: Ticket, after: str, *, owner_id: int | None, resolved_at: datetime | None) -> bool:
    """Change its state; False where it is not as it was `before` any more: somebody else was quicker."""
    changed = db.execute(
        update(ticket)
        .where(
            ticket.c.id == before.id,
            ticket.c.state == before.state,
            ticket.c.owner_id.is_not_distinct_from(before.owner_id),
            ticket.c.member_id == before.member_id,
        )
        .values(state=after, owner_id=owner_id, resolved_at=resolved_at)
    )
    return changed.rowcount == 1


def set_clock(
    db: Connection,
    ticket_id: int,
    answer_by: datetime | None,
    resolve_by: datetime | None,
    alarm_at: datetime | None,
) -> None:
    """Keep what was promised, and when somebody has to be told of it."""
    promised = {"answer_by": answer_by, "resolve_by": resolve_by, "alarm_at": alarm_at}
    db.execute(update(ticket).where(ticket.c.id == ticket_id).values(promised))


def alarms(db: Connection, now: datetime, limit: int) -> list[Ticket]:
    """Tickets of which somebody has to be told now that a promise is running out, or is broken; the oldest first."""
    query = select(ticket).where(ticket.c.alarm_at <= now).order_by(ticket.c.alarm_at, ticket.c.id).limit(limit)
    return [of_row(row) for row in db.execute(query)]


def set_urgent(db: Connection, ticket_id: int, urgent: bool) -> None:
    db.execute(update(ticket).where(ticket.c.id == ticket_id).values(urgent=int(urgent)))


def set_kind(db: Connection, ticket_id: int, kind: str) -> None:
    db.execute(update(ticket).where(ticket.c.id == ticket_id).values(kind=kind))


def set_cause(db: Connection, ticket_id: int, cause: str) -> None:
    db.execute(update(ticket).where(ticket.c.id == ticket_id).values(cause=cause))


def join(db: Connection, source: Ticket, target_id: int, at: datetime) -> bool:
    """All that was said in one ticket belongs to another from now on; False where somebody was quicker."""
    as_it_was = update(ticket).where(ticket.c.id == source.id, ticket.c.state == source.state)
    if db.execute(as_it_was.values(state="closed", resolved_at=at, joined_to=target_id)).rowcount == 0:
        return False
    db.execute(update(ticket_message).where(ticket_message.c.ticket_id == source.id).values(ticket_id=target_id))
    return True


def latest_resolved(db: Connection, member_id: int) -> Ticket | None:
    """The member's ticket that was resolved last."""
    query = (
        select(ticket)
        .where(ticket.c.member_id == member_id, ticket.c.resolved_at.is_not(None), ticket.c.joined_to.is_(None))
        .order_by(ticket.c.resolved_at.desc(), ticket.c.id.desc())
        .limit(1)
    )
    row = db.execute(query).one_or_none()
    return None if row is None else of_row(row)


def message_source(db: Connection, member_id: int, source_message_id: int) -> Ticket | None:
    """The ticket that this message of the member's went into."""
    query = (
        select(ticket)
        .join(ticket_message, ticket_message.c.ticket_id == ticket.c.id)
        .where(
            ticket.c.member_id == member_id,
            ticket_message.c.author == "member",
            ticket_message.c.source_message_id == source_message_id,
        )
        .limit(1)
    )
    row = db.execute(query).one_or_none()
    return None if row is None else of_row(row)


def add_event(
    db: Connection,
    ticket_id: int,
    step: str,
    actor_id: int | None,
    state: str,
    at: datetime,
    *,
    old: str | None = None,
    new: str | None = None,
) -> None:
    db.execute(
        insert(ticket_event).values(
            ticket_id=ticket_id, step=step, actor_id=actor_id, state=state, old=old, new=new, at=at
        )
    )


def events(db: Connection, ticket_id: int) -> list[TicketEvent]:
    """The ticket's history, oldest first."""
    columns = [ticket_event.c[name] for name in ("step", "actor_id", "state", "old", "new", "at")]
    query = select(*columns).where(ticket_event.c.ticket_id == ticket_id).order_by(ticket_event.c.id)
    return [TicketEvent(*row) for row in db.execute(query)]


def lock_all(db: Connection, member_id: int) -> None:
    """Who writes into a request of this member now waits, and reads it anew."""
    db.execute(select(ticket.c.id).where(ticket.c.member_id == member_id).with_for_update()).all()


def give_to(db: Connection, source_id: int, target_id: int) -> None:
    """All requests of one member become another's."""
    db.execute(update(ticket).where(ticket.c.member_id == source_id).values(member_id=target_id))


def of_row(row: Row[Any]) -> Ticket:
    """A row of the table as it is meant."""
    return Ticket(
        id=row.id,
        kind=row.kind,
        member_id=row.member_id,
        state=row.state,
        owner_id=row.owner_id,
        cause=row.cause,
        opened_at=row.opened_at,
        resolved_at=row.resolved_at,
        joined_to=row.joined_to,
        urgent=bool(row.urgent),
        tier=row.tier,
        answer_by=row.answer_by,
        resolve_by=row.resolve_by,
        alarm_at=row.alarm_at,
        department=row.department,
    )
