"""Requests that came so many at once that they share a card in the staff group, until each is opened."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from storage.tables import digest_ticket, ticket

LOCK = 0x646967657374
"""PostgreSQL advisory lock: digests change one after another."""


def hold(db: Connection) -> None:
    """Nobody else changes a digest until this unit ends: each shows all that is in it."""
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(LOCK)))


def current(db: Connection, since: datetime, most: int) -> int | None:
    """The digest that was begun last, if that was after `since` and it has room for one more."""
    newest = select(digest_ticket.c.digest).order_by(digest_ticket.c.digest.desc()).limit(1)
    digest = db.execute(newest).scalar_one_or_none()
    if digest is None:
        return None
    count = db.execute(select(func.count()).where(digest_ticket.c.digest == digest)).scalar_one()
    begun: datetime = db.execute(select(ticket.c.opened_at).where(ticket.c.id == digest)).scalar_one()
    return digest if begun > since and count < most else None


def add(db: Connection, digest: int, ticket_id: int) -> None:
    db.execute(insert(digest_ticket).values(digest=digest, ticket_id=ticket_id))


def of_ticket(db: Connection, ticket_id: int) -> tuple[int, bool] | None:
    """The digest that a request stands in, and whether it was opened out of it; None for one that never was in any."""
    query = select(digest_ticket.c.digest, digest_ticket.c.opened).where(digest_ticket.c.ticket_id == ticket_id)
    row = db.execute(query).one_or_none()
    return None if row is None else (row.digest, bool(row.opened))


def entries(db: Connection, digest: int) -> list[tuple[int, bool]]:
    """The requests of a digest in their order, each with whether it was opened."""
    query = select(digest_ticket.c.ticket_id, digest_ticket.c.opened).where(digest_ticket.c.digest == digest)
    return [(row.ticket_id, bool(row.opened)) for row in db.execute(query.order_by(digest_ticket.c.ticket_id))]


def open_one(db: Connection, ticket_id: int) -> int | None:
    """It gets a card of its own: the digest that it stood in; None where it has one already."""
    waits = update(digest_ticket).where(digest_ticket.c.ticket_id == ticket_id, digest_ticket.c.opened == 0)
    return db.execute(waits.values(opened=1).returning(digest_ticket.c.digest)).scalar_one_or_none()
