"""What arrives and what leaves."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables.base import metadata
from storage.types import Id, Instant

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("update_id", Id, nullable=False, unique=True),
    Column("chat_id", Id, nullable=False),  # what is kept in order; 0 where an update names no chat
    Column("raw_sealed", LargeBinary),  # null once its person was erased
    Column("state", Text, nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("error", Text),
    Column("received_at", Instant, nullable=False),
    Column("done_at", Instant),
    CheckConstraint("state IN ('new', 'done', 'dead')", name="state"),
    Index("ix_inbox_open", "id", sqlite_where=text("state = 'new'"), postgresql_where=text("state = 'new'")),
    Index("ix_inbox_done", "done_at"),
    sqlite_autoincrement=True,  # order of arrival must survive the purge of the newest rows
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("lane", SmallInteger, nullable=False),
    Column("chat_id", Id, nullable=False),
    Column("method", Text, nullable=False),
    Column("payload_sealed", LargeBinary),  # null for a posted card or an occasion: rendered when claimed
    Column("posted_id", Id, ForeignKey("posted.id")),
    Column("campaign", Text),
    Column("member_id", Id, ForeignKey("member.id")),
    Column("occasion", Text),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("not_before", Instant, nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("ambiguous", SmallInteger, nullable=False, server_default=text("0")),
    Column("owner", Text),
    Column("lease_until", Instant),
    Column("message_id", Id),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("send_id", Id),  # the line of a campaign that this message is for
    Column("ticket_id", Id),  # the request that it is about: it goes to its topic
    Column("quotes", SmallInteger, nullable=False, server_default=text("0")),  # somebody's words: a reply goes to them
    Column("album", Text),  # further pictures of it may still join this message
    CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed', 'unknown', 'skipped')", name="state"),
    UniqueConstraint("campaign", "member_id", "occasion"),
    Index(
        "ix_outbox_queued",
        "lane",
        "not_before",
        "id",
        sqlite_where=text("state = 'queued'"),
        postgresql_where=text("state = 'queued'"),
    ),
    Index(
        "ix_outbox_sending",
        "lease_until",
        sqlite_where=text("state = 'sending'"),
        postgresql_where=text("state = 'sending'"),
    ),
    Index("ix_outbox_ended", "ended_at"),
    Index("ix_outbox_posted", "posted_id"),
    Index(
        "ix_outbox_send",
        "send_id",
        unique=True,
        sqlite_where=text("send_id IS NOT NULL"),
        postgresql_where=text("send_id IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

posted = Table(
    "posted",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slot", Text, nullable=False),
    Column("chat_id", Id, nullable=False),
    Column("message_id", Id),  # null until it is out, and again once somebody deleted it
    Column("wanted_sealed", LargeBinary, nullable=False),
    Column("wanted_version", Integer, nullable=False),
    Column("shown_version", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("slot", "chat_id"),
    Index("ix_posted_message", "chat_id", "message_id"),
)
