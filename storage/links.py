"""Which message of ours is about which request: a reply to it means that one."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select, update

from storage.tables import ticket_link
from storage.upsert import insert_all_new


def add(db: Connection, chat_id: int, message_ids: Iterable[int], ticket_id: int) -> None:
    """Messages that were just sent are about this request."""
    rows = [{"chat_id": chat_id, "message_id": one, "ticket_id": ticket_id} for one in message_ids]
    insert_all_new(db, ticket_link, rows)


def ticket_of(db: Connection, chat_id: int, message_id: int) -> int | None:
    """The request that a message is about; None for one that is about none."""
    query = select(ticket_link.c.ticket_id).where(
        ticket_link.c.chat_id == chat_id, ticket_link.c.message_id == message_id
    )
    return db.execute(query).scalar_one_or_none()


def join(db: Connection, source_id: int, target_id: int) -> None:
    """What was about one request is about another from now on."""
    db.execute(update(ticket_link).where(ticket_link.c.ticket_id == source_id).values(ticket_id=target_id))


def forget_chat(db: Connection, chat_id: int) -> None:
    """Erasure: nobody answers in this chat any more."""
    db.execute(delete(ticket_link).where(ticket_link.c.chat_id == chat_id))
