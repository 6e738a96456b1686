"""The words by which requests and customers are found, as keyed hashes; and what is being searched for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, exists, func, insert, literal, select

from storage.sealing import KeyProblem, seal_shared, unseal, unseal_shared, vault_of
from storage.tables import member, member_word, search, ticket, ticket_message, ticket_word
from storage.upsert import ignoring_insert, insert_all_new

COMMON = 2_000
"""A word that is in so many requests is common: how common does not matter any more."""


@dataclass(frozen=True)
class Text:
    """Something said, to be made searchable. `name`: of the customer whose request it is in."""

    message_id: int
    ticket_id: int
    member_id: int
    text: str
    name: str


def add(db: Connection, ticket_id: int, member_id: int, words: Collection[str]) -> None:
    """A request is found by these words from now on. Nothing happens where its customer was forgotten meanwhile."""
    if _still_here(db, [member_id]):
        _insert(db, ticket_word, "ticket_id", [(ticket_id, words)])


def remove(db: Connection, ticket_id: int, words: Collection[str]) -> None:
    """A request is found by these words no more."""
    hashes = [vault_of(db).hash_of_word(word) for word in words]
    db.execute(delete(ticket_word).where(ticket_word.c.ticket_id == ticket_id, ticket_word.c.word.in_(hashes)))


def name_members(db: Connection, named: Mapping[int, Collection[str]]) -> None:
    """Customers, by id, are found by these words of their names, and so are their requests; by an earlier name only
    those. Who was forgotten meanwhile is passed over."""
    here = _still_here(db, named)
    if not here:
        return
    db.execute(delete(member_word).where(member_word.c.member_id.in_(here)))
    _insert(db, member_word, "member_id", [(one, named[one]) for one in here])
    theirs = select(ticket.c.id, ticket.c.member_id).where(ticket.c.member_id.in_(here))
    _insert(db, ticket_word, "ticket_id", [(row.id, named[row.member_id]) for row in db.execute(theirs)])


def join(db: Connection, source_id: int, target_id: int) -> None:
    """What one request is found by, another is found by from now on."""
    moved = select(ticket_word.c.word, literal(target_id)).where(ticket_word.c.ticket_id == source_id)
    db.execute(ignoring_insert(db, ticket_word).from_select(["word", "ticket_id"], moved))
    db.execute(delete(ticket_word).where(ticket_word.c.ticket_id == source_id))


def forget(db: Connection, member_id: int) -> None:
    """Erasure: neither they nor their requests are found by any word."""
    requests = select(ticket.c.id).where(ticket.c.member_id == member_id).scalar_subquery()
    db.execute(delete(ticket_word).where(ticket_word.c.ticket_id.in_(requests)))
    db.execute(delete(member_word).where(member_word.c.member_id == member_id))


def tickets_with(db: Connection, words: Sequence[str], limit: int) -> list[int]:
    """The requests in which all these words are, the newest first."""
    return _with_all(db, ticket_word, "ticket_id", words, limit)


def members_with(db: Connection, words: Sequence[str], limit: int) -> list[int]:
    """The customers in whose names all these words are, who came last first."""
    return _with_all(db, member_word, "member_id", words, limit)


def _with_all(db: Connection, table: Table, column: str, words: Sequence[str], limit: int) -> list[int]:
    """The rarest word leads: whoever has that is asked for the others."""
    hashes = sorted({vault_of(db).hash_of_word(word) for word in words}, key=lambda word: _how_common(db, table, word))
    if not hashes:
        return []
    first, *others = hashes
    leads = table.alias()
    query = select(leads.c[column]).where(leads.c.word == first)
    for word in others:
        also = table.alias()
        query = query.where(exists().where(also.c.word == word, also.c[column] == leads.c[column]))
    return list(db.execute(query.order_by(leads.c[column].desc()).limit(limit)).scalars())


def _how_common(db: Connection, table: Table, word: int) -> int:
    some = select(table.c.word).where(table.c.word == word).limit(COMMON).subquery()
    return int(db.execute(select(func.count()).select_from(some)).scalar_one())


def _insert(db: Connection, table: Table, column: str, found: Sequence[tuple[int, Collection[str]]]) -> None:
    hash_of = vault_of(db).hash_of_word
    rows = sorted((hash_of(word), its_id) for its_id, words in found for word in words)
    insert_all_new(db, table, [{"word": word, column: its_id} for word, its_id in rows])


def _still_here(db: Connection, member_ids: Collection[int]) -> list[int]:
    """Those of them who are not forgotten, held until the end of the unit: who is being forgotten now waits, and takes
    away what is added here."""
    ids = select(member.c.id).where(member.c.id.in_(member_ids), member.c.status != "erased").order_by(member.c.id)
    return list(db.execute(ids.with_for_update(read=True)).scalars())


# ---- making searchable what was there before ----------------------------------------------------------------------


def texts_before(db: Connection, message_id: int, limit: int) -> list[Text]:
    """What was said before this message, the newest first."""
    query = (
        select(
            ticket_message.c.id,
            ticket_message.c.ticket_id,
            ticket_message.c.text_sealed,
            ticket.c.member_id,
            member.c.name_sealed,
        )
        .join(ticket, ticket.c.id == ticket_message.c.ticket_id)
        .join(member, member.c.id == ticket.c.member_id)
        .where(ticket_message.c.id < message_id)
        .order_by(ticket_message.c.id.desc())
        .limit(limit)
    )
    return [
        Text(
            row.id,
            row.ticket_id,
            row.member_id,
            _legible(db, row.member_id, row.text_sealed),
            _legible(db, row.member_id, row.name_sealed),
        )
        for row in db.execute(query).all()
    ]


def names_after(db: Connection, member_id: int, limit: int) -> list[tuple[int, str]]:
    """Ids and names of those who came after somebody, in that order."""
    columns = member.c.id, member.c.key_wrapped, member.c.name_sealed
    rows = db.execute(select(*columns).where(member.c.id > member_id).order_by(member.c.id).limit(limit)).all()
    for row in rows:
        vault_of(db).learn(row.id, row.key_wrapped)
    return [(row.id, _legible(db, row.id, row.name_sealed)) for row in rows]


def _legible(db: Connection, member_id: int, sealed: bytes | None) -> str:
    """The words; none where they do not open any more: one broken row must not keep the others from being found."""
    try:
        return unseal(db, member_id, sealed) or ""
    except KeyProblem:
        return ""


# ---- what is being searched for -----------------------------------------------------------------------------------


def put(db: Connection, words: str, at: datetime) -> int:
    """Keep what somebody searches for, so that buttons can turn its pages."""
    values: dict[str, Any] = {"words_sealed": seal_shared(db, words), "at": at}
    return int(db.execute(insert(search).values(values).returning(search.c.id)).scalar_one())


def words_of(db: Connection, search_id: int) -> str | None:
    """What was searched for; None where that is too long ago."""
    sealed = db.execute(select(search.c.words_sealed).where(search.c.id == search_id)).scalar_one_or_none()
    return None if sealed is None else unseal_shared(db, sealed)


def purge(db: Connection, before: datetime) -> None:
    db.execute(delete(search).where(search.c.at < before))
