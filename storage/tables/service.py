"""What people ask and complain about."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table, Text

from storage.tables.base import metadata
from storage.types import Id, Instant

ticket = Table(
    "ticket",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("owner_id", Id),  # the staff member's Telegram id
    Column("opened_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    CheckConstraint("kind IN ('complaint', 'question')", name="kind"),
    CheckConstraint("state IN ('new', 'taken', 'resolved')", name="state"),
    CheckConstraint("state = 'new' OR owner_id IS NOT NULL", name="owned"),
    Index("ix_ticket_open", "state", "opened_at"),
)

ticket_message = Table(
    "ticket_message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ticket_id", Id, ForeignKey("ticket.id"), nullable=False, index=True),
    Column("author", Text, nullable=False),
    Column("author_id", Id),
    Column("text_sealed", LargeBinary),
    Column("media", Text),  # photo, document, voice …; the file stays with Telegram
    Column("file_sealed", LargeBinary),  # its file_id
    Column("album", Text),  # what Telegram ties the pictures of one message together with
    Column("source_message_id", Id),  # in the author's chat, so that an edit finds what it edits
    Column("at", Instant, nullable=False),
    CheckConstraint("author IN ('member', 'staff')", name="author"),
)

ticket_event = Table(
    "ticket_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ticket_id", Id, ForeignKey("ticket.id"), nullable=False, index=True),
    Column("actor_id", Id),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    CheckConstraint("kind IN ('opened', 'taken', 'replied', 'resolved')", name="kind"),
)
