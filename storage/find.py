"""Finding requests by their words, which are sealed: what is kept of a word is a keyed hash, which says nothing without
the key."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, exists, select

from storage.sealing import unseal, vault_of
from storage.tables import ticket, ticket_message, ticket_word
from storage.upsert import insert_all_new


def keep(db: Connection, ticket_id: int, words: Collection[str]) -> None:
    """From now on the ticket is found by these words."""
    hashed = sorted({vault_of(db).word_hash(word) for word in words})
    insert_all_new(db, ticket_word, [{"word": word, "ticket_id": ticket_id} for word in hashed])


def with_all(db: Connection, words: Sequence[str], *, offset: int, limit: int) -> list[int]:
    """The tickets that have all of these words, the newest first. Put the rarest word in front: it leads the way."""
    first, *others = [vault_of(db).word_hash(word) for word in words]
    leading = ticket_word.alias("leading")
    query = select(leading.c.ticket_id).where(leading.c.word == first)
    for number, word in enumerate(others):
        other = ticket_word.alias(f"other_{number}")
        query = query.where(exists().where(other.c.word == word, other.c.ticket_id == leading.c.ticket_id))
    return list(db.execute(query.order_by(leading.c.ticket_id.desc()).offset(offset).limit(limit)).scalars())


def move(db: Connection, source_id: int, target_id: int) -> None:
    """What was said in one ticket belongs to another."""
    words = select(ticket_word.c.word).where(ticket_word.c.ticket_id == source_id)
    rows = [{"word": word, "ticket_id": target_id} for word in db.execute(words).scalars()]
    insert_all_new(db, ticket_word, rows)
    db.execute(delete(ticket_word).where(ticket_word.c.ticket_id == source_id))


def forget(db: Connection, member_id: int) -> None:
    """Erasure: nothing of theirs is found any more."""
    mine = select(ticket.c.id).where(ticket.c.member_id == member_id)
    db.execute(delete(ticket_word).where(ticket_word.c.ticket_id.in_(mine)))


def said_before(db: Connection, message_id: int, limit: int) -> list[tuple[int, int, str]]:
    """Messages below this id, the newest first: their id, their ticket, and what was said."""
    query = (
        select(ticket_message, ticket.c.member_id)
        .join(ticket, ticket.c.id == ticket_message.c.ticket_id)
        .where(ticket_message.c.id < message_id)
        .order_by(ticket_message.c.id.desc())
        .limit(limit)
    )
    rows = db.execute(query).all()
    return [(row.id, row.ticket_id, unseal(db, row.member_id, row.text_sealed) or "") for row in rows]
