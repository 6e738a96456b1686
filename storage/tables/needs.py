"""What somebody likes, and who is dear to them. Rows go when the member asks, and with an erasure."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, SmallInteger, Table, Text

from storage.tables.base import metadata
from storage.types import Id, Instant

preference = Table(
    "preference",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
    Column("topic_sealed", LargeBinary),  # what it is about: of `drink: oat milk`, the drink
    Column("words_sealed", LargeBinary, nullable=False),
    Column("staff_id", Id),  # who noted it; null: the member told it
    Column("branch_id", Id, ForeignKey("branch.id")),  # where it was noted
    Column("at", Instant, nullable=False),
    sqlite_autoincrement=True,  # a button of one that is gone must not mean another
)

family = Table(
    "family",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
    Column("relation_sealed", LargeBinary, nullable=False),
    Column("name_sealed", LargeBinary),
    Column("year_sealed", LargeBinary),
    Column("calendar", Text),  # day and month are readable for the same reason as those of birthdays
    Column("month", SmallInteger),
    Column("day", SmallInteger),
    Column("wish", Text, nullable=False),
    Column("at", Instant, nullable=False),  # of the wish as it is now
    CheckConstraint("calendar IN ('solar', 'lunar')", name="calendar"),
    CheckConstraint("wish IN ('greet', 'quiet', 'never')", name="wish"),
    CheckConstraint("wish <> 'greet' OR day IS NOT NULL", name="greeted_day"),
    Index("ix_family_day", "calendar", "month", "day"),
    sqlite_autoincrement=True,  # an occasion bears the number of its row: none is given twice
)
