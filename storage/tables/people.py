"""Who is who: members, what they agreed to, staff. Sealed columns end in `_sealed`."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, SmallInteger, Table, Text, text

from storage.tables.base import metadata
from storage.types import Id, Instant

member = Table(
    "member",
    metadata,
    Column("id", Id, primary_key=True),
    Column("telegram_id", Id, unique=True),  # null once erased
    Column("key_wrapped", LargeBinary),  # null once erased: nothing sealed for this member opens again
    Column("status", Text, nullable=False),
    Column("number", Text, unique=True),
    Column("language", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("name_sealed", LargeBinary),
    Column("username_sealed", LargeBinary),
    Column("username_hash", LargeBinary, index=True),  # keyed: finds who is called so, tells nobody how they are called
    Column("city_sealed", LargeBinary),
    Column("interests_sealed", LargeBinary),
    Column("birth_year_sealed", LargeBinary),
    # Day and month stay readable, without them the nightly look for birthdays would open every member's file.
    Column("birthday_calendar", Text),
    Column("birthday_month", SmallInteger),
    Column("birthday_day", SmallInteger),
    Column("source", Text),
    Column("marketing", SmallInteger, nullable=False, server_default=text("0")),
    Column("created_at", Instant, nullable=False),
    Column("joined_at", Instant),
    Column("left_at", Instant),
    Column("unreachable_at", Instant),
    Column("exported_at", Instant),  # when they asked for a copy of their data last
    Column("erase_at", Instant),  # they asked to be forgotten: not before then; null once it is done
    CheckConstraint("status IN ('prospect', 'member', 'left', 'erased')", name="status"),
    CheckConstraint("birthday_calendar IN ('solar', 'lunar')", name="birthday_calendar"),
    CheckConstraint("marketing IN (0, 1)", name="marketing"),
    Index("ix_member_birthday", "birthday_calendar", "birthday_month", "birthday_day"),
    Index("ix_member_joined_at", "joined_at"),
    Index("ix_member_zone", "zone"),
    Index(
        "ix_member_erase_at",
        "erase_at",
        sqlite_where=text("erase_at IS NOT NULL"),
        postgresql_where=text("erase_at IS NOT NULL"),
    ),
)

member_merge = Table(
    "member_merge",
    metadata,
    Column("source_id", Id, ForeignKey("member.id"), primary_key=True, autoincrement=False),
    Column("target_id", Id, ForeignKey("member.id"), nullable=False, index=True),  # has it all now, itself in no other
    Column("reason_sealed", LargeBinary),  # under the key of the source; null once erased
    Column("staff_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    CheckConstraint("source_id <> target_id", name="two"),
)

consent = Table(
    "consent",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
    Column("topic", Text, nullable=False),
    Column("given", SmallInteger, nullable=False),
    Column("version", Text),
    Column("source", Text, nullable=False),
    Column("at", Instant, nullable=False),
    CheckConstraint("topic IN ('membership', 'marketing')", name="topic"),
)

staff = Table(
    "staff",
    metadata,
    Column("telegram_id", Id, primary_key=True, autoincrement=False),
    Column("role", Text, nullable=False),
    Column("name_sealed", LargeBinary),  # under the installation's key
    Column("branch_id", Id, ForeignKey("branch.id")),  # where they sell now
    Column("on_duty", SmallInteger),  # null: never said
    Column("since", Instant, nullable=False),
    Column("left_at", Instant),
    CheckConstraint("on_duty IN (0, 1)", name="on_duty"),
    CheckConstraint("role IN ('owner', 'manager', 'marketer', 'clerk')", name="role"),
)

specialist = Table(
    "specialist",
    metadata,
    Column("staff_id", Id, ForeignKey("staff.telegram_id"), primary_key=True, autoincrement=False),
    Column("cause", Text, primary_key=True),  # its key in the settings: requests about it go to them first
)

product_specialist = Table(
    "product_specialist",
    metadata,
    Column("staff_id", Id, ForeignKey("staff.telegram_id"), primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),  # of a product or a category, folded: requests about it go to them first
)

invitation = Table(
    "invitation",
    metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    Column("role", Text, nullable=False),
    Column("created_by", Id, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_by", Id),
    Column("used_at", Instant),
)
