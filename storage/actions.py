"""What was done because of a complaint, so that it does not happen again. Sealed for the complaint's customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from storage.sealing import seal, unseal
from storage.tables import corrective_action, ticket
from storage.tickets import Ticket


@dataclass(frozen=True)
class Action:
    """One corrective action. `text`: "" once the complaint's customer was erased."""

    ticket_id: int
    cause: str | None
    text: str
    at: datetime


_COUNTING = select(func.max(corrective_action.c.id)).group_by(corrective_action.c.ticket_id)


def add(db: Connection, ticket_: Ticket, text: str, author_id: int, at: datetime) -> None:
    """Of several about one request the newest counts; the others stay behind it."""
    sealed = seal(db, ticket_.member_id, text)
    db.execute(insert(corrective_action).values(ticket_id=ticket_.id, author_id=author_id, text_sealed=sealed, at=at))


def of_ticket(db: Connection, ticket_: Ticket) -> str | None:
    """The one that counts; None where there is none, or its words are gone."""
    query = select(corrective_action.c.text_sealed).where(corrective_action.c.ticket_id == ticket_.id)
    row = db.execute(query.order_by(corrective_action.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else unseal(db, ticket_.member_id, row.text_sealed)


def between(db: Connection, since: datetime, until: datetime, *, offset: int, limit: int) -> list[Action]:
    """What was done in a time, the newest first."""
    query = (
        select(corrective_action, ticket.c.member_id, ticket.c.cause)
        .join(ticket, ticket.c.id == corrective_action.c.ticket_id)
        .where(*_in(since, until))
        .order_by(corrective_action.c.id.desc())
    )
    return [
        Action(row.ticket_id, row.cause, unseal(db, row.member_id, row.text_sealed) or "", row.at)
        for row in db.execute(query.offset(offset).limit(limit)).all()
    ]


def count(db: Connection, since: datetime, until: datetime) -> int:
    """How many there were in a time."""
    query = select(func.count()).select_from(corrective_action).where(*_in(since, until))
    return int(db.execute(query).scalar_one())


def _in(since: datetime, until: datetime) -> tuple[Any, ...]:
    at = corrective_action.c.at
    return (at > since, at <= until, corrective_action.c.id.in_(_COUNTING))


def give_to(db: Connection, source_id: int, target_id: int) -> None:
    """All that stands with the requests of one member opens with another's key from now on."""
    mine = select(ticket.c.id).where(ticket.c.member_id == source_id)
    for row in db.execute(select(corrective_action).where(corrective_action.c.ticket_id.in_(mine))).all():
        sealed = seal(db, target_id, unseal(db, source_id, row.text_sealed))
        db.execute(update(corrective_action).where(corrective_action.c.id == row.id).values(text_sealed=sealed))


def forget(db: Connection, member_id: int) -> None:
    """Erasure: the words. That something was done stays."""
    mine = select(ticket.c.id).where(ticket.c.member_id == member_id).scalar_subquery()
    db.execute(update(corrective_action).where(corrective_action.c.ticket_id.in_(mine)).values(text_sealed=None))
