"""Members on their way through a journey: where each is, which steps they came to, and what colleagues have to do."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from storage.tables.base import metadata
from storage.types import Id, Instant

journey_position = Table(
    "journey_position",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaign.id"), nullable=False),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False),
    Column("occasion", Text, nullable=False),  # what they came in by
    Column("version", Integer, nullable=False),  # the one whose steps they go
    Column("step", Text, nullable=False),  # where they are; of those who left, where they were last
    Column("due_at", Instant),  # when they go on; null: once their message has its word, or never again
    Column("entered_at", Instant, nullable=False),
    Column("left_at", Instant),
    Column("exit", Text),  # why they left
    CheckConstraint(
        "exit IN ('finished', 'bought', 'replied', 'complained', 'left', 'late', 'taken_out', 'ended')", name="exit"
    ),
    CheckConstraint("(left_at IS NULL) = (exit IS NULL)", name="left"),
    UniqueConstraint("campaign_id", "member_id", "occasion"),
    Index(
        "ix_journey_position_inside",  # in one place at a time
        "campaign_id",
        "member_id",
        unique=True,
        sqlite_where=text("left_at IS NULL"),
        postgresql_where=text("left_at IS NULL"),
    ),
    Index(
        "ix_journey_position_due",
        "campaign_id",
        "due_at",
        "id",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    Index(
        "ix_journey_position_open",
        "campaign_id",
        "id",
        sqlite_where=text("left_at IS NULL"),
        postgresql_where=text("left_at IS NULL"),
    ),
)

journey_visit = Table(
    "journey_visit",
    metadata,
    Column("position_id", Id, ForeignKey("journey_position.id"), primary_key=True, autoincrement=False),
    Column("step", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    sqlite_with_rowid=False,
)

journey_task = Table(
    "journey_task",
    metadata,
    Column("id", Id, primary_key=True),
    Column("position_id", Id, ForeignKey("journey_position.id"), nullable=False),
    Column("step", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("told_at", Instant),  # when somebody was told
    Column("done_at", Instant),
    Column("done_by", Id),  # the colleague's Telegram id
    UniqueConstraint("position_id", "step"),
    Index(
        "ix_journey_task_open",
        "id",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
    sqlite_autoincrement=True,  # a button of one that is gone must not mean another
)
