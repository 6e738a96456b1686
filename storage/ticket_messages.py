"""What was said about a request, by its customer, to them, and among the staff; sealed for the customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from storage.sealing import seal, unseal
from storage.tables import ticket, ticket_message
from storage.tickets import Ticket


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


def add(
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


def of_ticket(db: Connection, ticket_: Ticket) -> list[TicketMessage]:
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


def give_to(db: Connection, source_id: int, target_id: int) -> None:
    """All that was said in the requests of one member opens with another's key from now on."""
    mine = select(ticket.c.id).where(ticket.c.member_id == source_id)
    for row in db.execute(select(ticket_message).where(ticket_message.c.ticket_id.in_(mine))).all():
        text, file = (seal(db, target_id, unseal(db, source_id, one)) for one in (row.text_sealed, row.file_sealed))
        its = update(ticket_message).where(ticket_message.c.id == row.id)
        db.execute(its.values(text_sealed=text, file_sealed=file))


def forget(db: Connection, member_id: int) -> None:
    """Erasure: the words and files, and who wrote them."""
    mine = select(ticket.c.id).where(ticket.c.member_id == member_id).scalar_subquery()
    of_mine = ticket_message.c.ticket_id.in_(mine)
    db.execute(
        update(ticket_message)
        .where(of_mine)
        .values(text_sealed=None, file_sealed=None, album=None, source_message_id=None)
    )
    db.execute(update(ticket_message).where(of_mine, ticket_message.c.author == "member").values(author_id=None))
