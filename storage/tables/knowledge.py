"""What the club knows: entries with their answers and the ways to ask for them, what was asked, and what was learnt."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    text,
)

from storage.tables.base import append_only, metadata
from storage.types import Id, Instant

knowledge_entry = Table(
    "knowledge_entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),  # what files call it; stays when the titles change
    Column("tags", Text, nullable=False, server_default=""),  # one behind the other, by commas
    Column("owner_id", Id),  # the staff member's Telegram id
    Column("valid_from", Date),  # days where the club is, both included
    Column("valid_until", Date),
    Column("active", SmallInteger, nullable=False, server_default=text("1")),
)

knowledge_text = Table(
    "knowledge_text",
    metadata,
    Column("entry_id", Id, ForeignKey("knowledge_entry.id"), primary_key=True, autoincrement=False),
    Column("language", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("answer", Text, nullable=False),
)

knowledge_phrasing = Table(
    "knowledge_phrasing",
    metadata,
    Column("id", Id, primary_key=True),
    Column("entry_id", Id, ForeignKey("knowledge_entry.id"), nullable=False, index=True),
    Column("language", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),  # the text folded: who asks just so is answered at once
)

knowledge_version = append_only(
    Table(
        "knowledge_version",
        metadata,
        Column("id", Id, primary_key=True),
        Column("entry_id", Id, ForeignKey("knowledge_entry.id"), nullable=False, index=True),
        Column("actor_id", Id),  # null: a file was imported
        Column("content", Text, nullable=False),  # the whole entry as JSON
        Column("at", Instant, nullable=False),
    )
)

knowledge_question = Table(
    "knowledge_question",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
    Column("text_sealed", LargeBinary),
    Column("outcome", Text, nullable=False),
    Column("entry_id", Id),  # the answer given; below 0: one from the person's own data
    Column("helpful", SmallInteger),  # 1 yes, 0 no, null: nothing was said
    Column("settled", SmallInteger, nullable=False, server_default=text("0")),  # no gap any more
    Column("at", Instant, nullable=False),
    CheckConstraint("outcome IN ('answered', 'offered', 'passed_on')", name="outcome"),
    Index("ix_knowledge_question_at", "at"),
)

knowledge_model = Table(
    "knowledge_model",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),  # 1: there is one
    Column("revision", Text, nullable=False),  # what it was learnt from
    Column("estimated", SmallInteger, nullable=False),  # its gate was estimated, not guessed
    Column("right_answers", Float),
    Column("false_answers", Float),
    Column("content", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)
