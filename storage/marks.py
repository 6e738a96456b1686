"""How the team sorts requests: the department whose matter one is, and tags, short words of the team's own.

Tags stand readable, as those of members do. The history of a request knows a tag by its id only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, exists, func, literal, select, update

from storage.tables import desk_tag, ticket, ticket_tag
from storage.tickets import OPEN
from storage.upsert import ignoring_insert, insert_new


@dataclass(frozen=True)
class DeskTag:
    """A tag of requests, as whoever came first wrote it."""

    id: int
    word: str


_TAG = (desk_tag.c.id, desk_tag.c.word)


def of_ticket(db: Connection, ticket_id: int) -> list[DeskTag]:
    """Those that it bears, by the alphabet."""
    query = select(*_TAG).join(ticket_tag, ticket_tag.c.tag_id == desk_tag.c.id)
    return [DeskTag(*row) for row in db.execute(query.where(ticket_tag.c.ticket_id == ticket_id).order_by(_TAG[1]))]


def most_used(db: Connection, limit: int) -> list[DeskTag]:
    """What most requests bear, first; of those that any bears."""
    query = (
        select(*_TAG)
        .join(ticket_tag, ticket_tag.c.tag_id == desk_tag.c.id)
        .group_by(*_TAG)
        .order_by(func.count().desc(), desk_tag.c.id)
    )
    return [DeskTag(*row) for row in db.execute(query.limit(limit))]


def by_id(db: Connection, tag_id: int) -> DeskTag | None:
    row = db.execute(select(*_TAG).where(desk_tag.c.id == tag_id)).one_or_none()
    return None if row is None else DeskTag(*row)


def by_word(db: Connection, folded: str) -> DeskTag | None:
    """The tag that is written so, but for large letters and Chinese script."""
    row = db.execute(select(*_TAG).where(desk_tag.c.folded == folded)).one_or_none()
    return None if row is None else DeskTag(*row)


def known(db: Connection, word: str, folded: str) -> DeskTag:
    """The tag of this word; a new one where there was none."""
    insert_new(db, desk_tag, word=word, folded=folded)
    return DeskTag(*db.execute(select(*_TAG).where(desk_tag.c.folded == folded)).one())


def put(db: Connection, ticket_id: int, tag_id: int) -> bool:
    """The request bears it from now on; False where it did."""
    return insert_new(db, ticket_tag, ticket_id=ticket_id, tag_id=tag_id)


def remove(db: Connection, ticket_id: int, tag_id: int) -> bool:
    """It bears it no more; False where it did not."""
    of_both = (ticket_tag.c.ticket_id == ticket_id, ticket_tag.c.tag_id == tag_id)
    return db.execute(delete(ticket_tag).where(*of_both)).rowcount == 1


def set_department(db: Connection, ticket_id: int, department: str | None) -> None:
    db.execute(update(ticket).where(ticket.c.id == ticket_id).values(department=department))


def join(db: Connection, source_id: int, target_id: int) -> None:
    """What one request bears, another bears from now on."""
    moved = select(literal(target_id), ticket_tag.c.tag_id).where(ticket_tag.c.ticket_id == source_id)
    db.execute(ignoring_insert(db, ticket_tag).from_select(["ticket_id", "tag_id"], moved))
    db.execute(delete(ticket_tag).where(ticket_tag.c.ticket_id == source_id))


def forget(db: Connection, member_id: int) -> None:
    """Erasure: the tags of all their requests, and the words that no other request bears."""
    mine = select(ticket.c.id).where(ticket.c.member_id == member_id).scalar_subquery()
    db.execute(delete(ticket_tag).where(ticket_tag.c.ticket_id.in_(mine)))
    db.execute(delete(desk_tag).where(~exists().where(ticket_tag.c.tag_id == desk_tag.c.id)))


# ---- in the queue -------------------------------------------------------------------------------------------------


def any_open(db: Connection) -> bool:
    """Has any open request a department or a tag?"""
    of_one = select(ticket.c.id).where(OPEN, ticket.c.department.is_not(None))
    # Apart, and as a join: in one condition, PostgreSQL reads the tags of all requests that ever were.
    tagged = select(ticket.c.id).join(ticket_tag, ticket_tag.c.ticket_id == ticket.c.id).where(OPEN)
    return any(db.execute(query.limit(1)).first() is not None for query in (of_one, tagged))


def open_departments(db: Connection) -> dict[str, int]:
    """How many open requests each department has, by its key."""
    query = select(ticket.c.department, func.count()).where(OPEN, ticket.c.department.is_not(None))
    return {row[0]: row[1] for row in db.execute(query.group_by(ticket.c.department))}


def open_tags(db: Connection, limit: int) -> Sequence[tuple[DeskTag, int]]:
    """The tags of open requests, what most bear first, and how many do."""
    query = (
        select(*_TAG, func.count())
        .select_from(ticket)
        .join(ticket_tag, ticket_tag.c.ticket_id == ticket.c.id)
        .join(desk_tag, desk_tag.c.id == ticket_tag.c.tag_id)
        .where(OPEN)
        .group_by(*_TAG)
        .order_by(func.count().desc(), desk_tag.c.id)
    )
    return [(DeskTag(tag_id, word), count) for tag_id, word, count in db.execute(query.limit(limit))]
