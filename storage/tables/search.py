"""What requests and customers are found by. Words are kept as keyed hashes: without the key they say nothing."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table

from storage.tables.base import metadata
from storage.types import Id, Instant

ticket_word = Table(
    "ticket_word",
    metadata,
    Column("word", Id, primary_key=True, autoincrement=False),
    Column("ticket_id", Id, ForeignKey("ticket.id"), primary_key=True, autoincrement=False),
    Index("ix_ticket_word_ticket_id", "ticket_id"),
    sqlite_with_rowid=False,
)

member_word = Table(
    "member_word",
    metadata,
    Column("word", Id, primary_key=True, autoincrement=False),
    Column("member_id", Id, ForeignKey("member.id"), primary_key=True, autoincrement=False),
    Index("ix_member_word_member_id", "member_id"),
    sqlite_with_rowid=False,
)

search = Table(
    "search",
    metadata,
    Column("id", Id, primary_key=True),
    Column("words_sealed", LargeBinary, nullable=False),  # under the installation's key, until tomorrow
    Column("at", Instant, nullable=False, index=True),
    sqlite_autoincrement=True,  # a button of a search that is gone must not turn the pages of another
)
