"""What the club asks its customers: surveys, whose turn it was, and sums that name nobody."""

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
)

from storage.tables.base import metadata
from storage.types import Id, Instant

survey = Table(
    "survey",
    metadata,
    Column("id", Id, primary_key=True),
    Column("content", Text, nullable=False),  # title and questions, as JSON
    Column("state", Text, nullable=False),
    Column("author_id", Id, nullable=False),
    Column("campaign_id", Id, ForeignKey("campaign.id")),  # the one that sends it, or did last
    Column("made_at", Instant, nullable=False),
    CheckConstraint("state IN ('draft', 'on', 'closed')", name="state"),
    sqlite_autoincrement=True,
)

survey_turn = Table(
    "survey_turn",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False),
    Column("period", Text, nullable=False),  # 2026-11 or 2026-Q4: one turn for each member in each
    Column("survey_id", Id, ForeignKey("survey.id")),  # null: a campaign of this kind that asks in its own words
    Column("send_id", Id, ForeignKey("campaign_send.id")),  # the message that asked; null: asked by phone
    Column("asked_at", Instant, nullable=False),
    Column("draft_sealed", LargeBinary),  # answers so far
    Column("answers_sealed", LargeBinary),  # the last whole set of answers
    Column("answered_at", Instant),
    Column("staff_id", Id),  # who wrote the answers down; null: the member gave them
    Column("willing", SmallInteger),  # would they buy again, as they said? null: not asked
    CheckConstraint("willing IN (0, 1)", name="willing"),
    UniqueConstraint("member_id", "period"),
    Index("ix_survey_turn_round", "survey_id", "period", "answered_at"),
    Index("ix_survey_turn_asked_at", "survey_id", "asked_at"),
    Index("ix_survey_turn_send_id", "send_id"),
    sqlite_autoincrement=True,  # a button of one that is gone must not mean another
)

survey_tally = Table(
    "survey_tally",
    metadata,
    Column("survey_id", Id, ForeignKey("survey.id"), primary_key=True, autoincrement=False),
    Column("period", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("value", SmallInteger, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
)
