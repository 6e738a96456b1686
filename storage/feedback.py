"""Which customers are still to be asked how it is, and who has not answered. That they were asked is an event."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, select

from storage.tables import member, ticket, ticket_event


def unasked(db: Connection, resolved_before: datetime) -> list[tuple[int, str]]:
    """Complaints resolved by then whose customer was not asked since, oldest first: the id, and where they live."""
    query = (
        select(ticket.c.id, member.c.zone)
        .join(member, member.c.id == ticket.c.member_id)
        .where(ticket.c.state == "feedback", ticket.c.resolved_at <= resolved_before, ~_asked())
        .order_by(ticket.c.id)
    )
    return [(row.id, row.zone) for row in db.execute(query)]


def unanswered(db: Connection, resolved_before: datetime, asked_before: datetime, limit: int) -> list[int]:
    """Complaints resolved by then whose customer was asked by then, or could not be, and has not answered: ids."""
    silent = ~_asked(ticket_event.c.at > asked_before)
    query = select(ticket.c.id).where(ticket.c.state == "feedback", ticket.c.resolved_at <= resolved_before, silent)
    return list(db.execute(query.order_by(ticket.c.id).limit(limit)).scalars())


def _asked(*when: Any) -> Any:
    """Was the customer asked how it is, since it was resolved?"""
    mine = (ticket_event.c.ticket_id == ticket.c.id, ticket_event.c.step == "ask_feedback")
    return exists().where(*mine, ticket_event.c.at >= ticket.c.resolved_at, *when)
