"""Complaints and questions, what was said about them, and what happened to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, case, exists, func, insert, literal, or_, select, true, update

from storage.sealing import seal, unseal
from storage.tables import member, ticket, ticket_event, ticket_message

_OPEN = ticket.c.resolved_at.is_(None)


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

    @property
    def open(self) -> bool:
        return self.resolved_at is None


@dataclass(frozen=True)
class TicketMessage:
    """Something said about a ticket: by its member, by the staff to them, or as a note of the staff's own.

    `text` is "" once the member was erased.
    """

    id: int
    ticket_id: int
    author: str
    author_id: int | None
    text: str
    media: str | None
    file_id: str | None
    at: datetime
    album: str | None = None


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
    return None if row is None else _ticket(row)


def kind_of(db: Connection, ticket_id: int) -> str:
    """A complaint or a question?"""
    kind: str = db.execute(select(ticket.c.kind).where(ticket.c.id == ticket_id)).scalar_one()
    return kind


def of_member(db: Connection, member_id: int, limit: int | None = 10) -> list[Ticket]:
    """A member's tickets, open ones first, then the newest."""
    query = (
        select(ticket)
        .where(ticket.c.member_id == member_id, ticket.c.joined_to.is_(None))
        .order_by(case((_OPEN, 0), else_=1), ticket.c.id.desc())
        .limit(limit)
    )
    return [_ticket(row) for row in db.execute(query)]


def latest_open(db: Connection, member_id: int) -> Ticket | None:
    """The member's newest ticket that is still open: what they say next belongs to it."""
    query = select(ticket).where(ticket.c.member_id == member_id, _OPEN).order_by(ticket.c.id.desc()).limit(1)
    row = db.execute(query).one_or_none()
    return None if row is None else _ticket(row)


_COMPLAINING = select(ticket.c.member_id).where(
    ticket.c.member_id.in_(bindparam("members", expanding=True)),
    ticket.c.kind == "complaint",
    or_(_OPEN, ticket.c.resolved_at > bindparam("since")),
)


def complains(db: Connection, member_id: int, since: datetime) -> bool:
    """Has the member a complaint that is open, or was resolved after that moment?"""
    mine = (ticket.c.member_id == member_id, ticket.c.kind == "complaint")
    query = select(ticket.c.id).where(*mine, or_(_OPEN, ticket.c.resolved_at > since)).limit(1)
    return db.execute(query).first() is not None


def complaining(db: Connection, members: Collection[int], since: datetime) -> set[int]:
    """Those of these members who have such a complaint."""
    return set(db.execute(_COMPLAINING, {"members": list(members), "since": since}).scalars())


FOR_ME, MINE, UNOWNED, OVERDUE, ALL = "for_me", "mine", "unowned", "overdue", "all"
"""Which part of the queue. For me: my own, and those that nobody has."""
PARTS = (FOR_ME, MINE, UNOWNED, OVERDUE, ALL)


def queue(
    db: Connection,
    staff_id: int,
    now: datetime,
    *,
    which: str = FOR_ME,
    ranks: Mapping[str, int] | None = None,
    offset: int = 0,
    limit: int = 5,
) -> list[Ticket]:
    """Open tickets: urgent ones first, then complaints, then higher tiers (`ranks` by key), the oldest on top."""
    tiers = case(*((ticket.c.tier == key, -rank) for key, rank in ranks.items()), else_=0) if ranks else literal(0)
    kinds = case((ticket.c.kind == "complaint", 0), else_=1)
    query = (
        select(ticket)
        .where(_among(which, staff_id, now))
        .order_by(ticket.c.urgent.desc(), kinds, tiers, ticket.c.opened_at, ticket.c.id)
        .offset(offset)
        .limit(limit)
    )
    return [_ticket(row) for row in db.execute(query)]


def queue_lengths(db: Connection, staff_id: int, now: datetime) -> dict[str, int]:
    """How many wait in each part of the queue."""
    parts = [func.count().filter(_part(which, staff_id, now)) for which in PARTS]
    return dict(zip(PARTS, map(int, db.execute(select(*parts).select_from(ticket).where(_waits())).one()), strict=True))


def queue_length(db: Connection, staff_id: int, now: datetime, which: str = FOR_ME) -> int:
    query = select(func.count()).select_from(ticket).where(_among(which, staff_id, now))
    return int(db.execute(query).scalar_one())


def _among(which: str, staff_id: int, now: datetime) -> Any:
    return and_(_waits(), _part(which, staff_id, now))


def _waits() -> Any:
    """Nobody waits for an answer to a request whose person was erased."""
    return and_(_OPEN, ~exists().where(member.c.id == ticket.c.member_id, member.c.status == "erased"))


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
    mine = query.where(ticket.c.resolved_at.is_(None), ticket.c.owner_id.is_not(None)).group_by(ticket.c.owner_id)
    return {row.owner_id: row.open for row in db.execute(mine)}


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
    return [_ticket(row) for row in db.execute(query)]


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
    return None if row is None else _ticket(row)


def add_message(
    db: Connection,
    ticket_: Ticket,
    author: str,
    *,
    author_id: int,
    text: str,
    at: datetime,
    media: str | None = None,
    file_id: str | None = None,
    album: str | None = None,
    source_message_id: int | None = None,
) -> None:
    """Keep what was said, sealed for the ticket's member."""
    db.execute(
        insert(ticket_message).values(
            ticket_id=ticket_.id,
            author=author,
            author_id=author_id,
            text_sealed=seal(db, ticket_.member_id, text),
            media=media,
            file_sealed=seal(db, ticket_.member_id, file_id),
            album=album,
            source_message_id=source_message_id,
            at=at,
        )
    )


def messages(db: Connection, ticket_: Ticket) -> list[TicketMessage]:
    """All that was said, oldest first."""
    query = select(ticket_message).where(ticket_message.c.ticket_id == ticket_.id).order_by(ticket_message.c.id)
    return [
        TicketMessage(
            row.id,
            row.ticket_id,
            row.author,
            row.author_id,
            unseal(db, ticket_.member_id, row.text_sealed) or "",
            row.media,
            unseal(db, ticket_.member_id, row.file_sealed),
            row.at,
            row.album,
        )
        for row in db.execute(query)
    ]


def last_words(db: Connection, ticket_id: int) -> tuple[int, str, datetime]:
    """How many messages there are, and the author and the time of the last; without opening any."""
    of_ticket = ticket_message.c.ticket_id == ticket_id
    count = select(func.count()).select_from(ticket_message).where(of_ticket).scalar_subquery()
    query = select(count, ticket_message.c.author, ticket_message.c.at).where(of_ticket)
    found, author, at = db.execute(query.order_by(ticket_message.c.id.desc()).limit(1)).one()
    return found, author, at


def has_album(db: Connection, ticket_id: int, album: str) -> bool:
    """Is another picture of this album in the ticket already?"""
    query = select(ticket_message.c.id).where(ticket_message.c.ticket_id == ticket_id, ticket_message.c.album == album)
    return db.execute(query.limit(1)).first() is not None


def begun_album(db: Connection, staff_id: int, album: str) -> tuple[int, str] | None:
    """The ticket that a colleague's album went into, and whether its member got it; None for a new one."""
    query = select(ticket_message.c.ticket_id, ticket_message.c.author).where(
        ticket_message.c.author_id == staff_id, ticket_message.c.author != "member", ticket_message.c.album == album
    )
    row = db.execute(query.limit(1)).first()
    return None if row is None else (row.ticket_id, row.author)


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
    return None if row is None else _ticket(row)


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


def give_to(db: Connection, source_id: int, target_id: int) -> None:
    """All requests of one member become another's, whose key opens their words from now on."""
    mine = select(ticket.c.id).where(ticket.c.member_id == source_id)
    db.execute(mine.with_for_update()).all()  # who writes into one of them now waits, and reads it anew
    for row in db.execute(select(ticket_message).where(ticket_message.c.ticket_id.in_(mine))).all():
        text, file = (seal(db, target_id, unseal(db, source_id, one)) for one in (row.text_sealed, row.file_sealed))
        its = update(ticket_message).where(ticket_message.c.id == row.id)
        db.execute(its.values(text_sealed=text, file_sealed=file))
    db.execute(update(ticket).where(ticket.c.member_id == source_id).values(member_id=target_id))


def forget(db: Connection, member_id: int) -> None:
    """Erasure: the words and files, and who wrote them. That there was a ticket, and what the staff did, stays."""
    mine = select(ticket.c.id).where(ticket.c.member_id == member_id).scalar_subquery()
    of_mine = ticket_message.c.ticket_id.in_(mine)
    db.execute(
        update(ticket_message)
        .where(of_mine)
        .values(text_sealed=None, file_sealed=None, album=None, source_message_id=None)
    )
    db.execute(update(ticket_message).where(of_mine, ticket_message.c.author == "member").values(author_id=None))


def _ticket(row: Row[Any]) -> Ticket:
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
    )
