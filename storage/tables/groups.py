"""The staff group: what it is now, its topics, and which message in it is about which request."""

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
from storage.types import Id

staff_group = Table(
    "staff_group",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("was", Id),  # its id before it became a supergroup
    Column("topics", Text, nullable=False),  # denied: it has topics, and the bot may not make any
    CheckConstraint("topics IN ('none', 'on', 'denied')", name="topics"),
    UniqueConstraint("was"),
)

topic = Table(
    "topic",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", Id, nullable=False),
    Column("ticket_id", Id, ForeignKey("ticket.id"), nullable=False),
    Column("thread_id", Id),  # null until it is made, and again once somebody deleted it
    Column("title_sealed", LargeBinary, nullable=False),  # under the installation's key
    Column("wanted_version", Integer, nullable=False),
    Column("shown_version", Integer, nullable=False, server_default=text("0")),
    Column("closed", SmallInteger, nullable=False),  # as it should be
    Column("shown_closed", SmallInteger, nullable=False, server_default=text("0")),
    Column("given_up", SmallInteger, nullable=False, server_default=text("0")),  # what belongs to it goes to General
    UniqueConstraint("chat_id", "ticket_id"),
    Index("ix_topic_thread", "chat_id", "thread_id"),
)

ticket_link = Table(
    "ticket_link",
    metadata,
    Column("chat_id", Id, primary_key=True, autoincrement=False),
    Column("message_id", Id, primary_key=True, autoincrement=False),
    Column("ticket_id", Id, ForeignKey("ticket.id"), nullable=False),
)

digest_ticket = Table(
    "digest_ticket",
    metadata,
    Column("ticket_id", Id, ForeignKey("ticket.id"), primary_key=True, autoincrement=False),
    Column("digest", Id, nullable=False, index=True),  # the first request in it
    Column("opened", SmallInteger, nullable=False, server_default=text("0")),  # it has a card of its own by now
)
