"""How close the shop stays to a customer after a purchase: a level from 1 to 5, and how it changed."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, SmallInteger, Table, UniqueConstraint

from storage.tables.base import metadata
from storage.types import Id, Instant

relationship = Table(
    "relationship",
    metadata,
    Column("member_id", Id, ForeignKey("member.id"), primary_key=True, autoincrement=False),
    Column("level", SmallInteger, nullable=False),  # without a row: 1
    Column("since", Instant, nullable=False),
    Column("chosen_by", Id),  # the colleague who chose it; null: the rules in the settings did
    Column("reason_sealed", LargeBinary),
    CheckConstraint("level BETWEEN 1 AND 5", name="level"),
    Index("ix_relationship_level", "level", "member_id"),
)

relationship_event = Table(
    "relationship_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False),
    Column("level", SmallInteger, nullable=False),  # from then on
    Column("at", Instant, nullable=False),
    Column("staff_id", Id),  # null: the rules
    UniqueConstraint("member_id", "at"),
)
