"""How somebody became a member and until when, who asks to be let in, and what a first purchase brings."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table, Text, text

from storage.tables.base import metadata
from storage.types import Id, Instant

_OPEN = text("state IN ('running', 'grace')")
_WAITING = text("state = 'waiting'")
_COUNTS = text("state <> 'void'")

membership = Table(
    "membership",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False),
    Column("route", Text, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant),  # the first moment after its last day; null: it has none
    Column("state", Text, nullable=False),
    CheckConstraint("route IN ('free', 'purchases', 'approval', 'gift')", name="route"),
    CheckConstraint("state IN ('running', 'grace', 'renewed', 'left', 'lapsed')", name="state"),
    Index("ix_membership_member", "member_id"),
    Index("ix_membership_open", "member_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_membership_ending", "ends_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
)

application = Table(
    "application",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("answers_sealed", LargeBinary),  # of the joining form; null once decided, and where a member asks to stay
    Column("reason_sealed", LargeBinary),  # what was written to whoever was turned down
    Column("asked_at", Instant, nullable=False),
    Column("decided_by", Id),  # the staff member's Telegram id; null where they took it back, or the door opened
    Column("decided_at", Instant),
    CheckConstraint("state IN ('waiting', 'accepted', 'declined', 'withdrawn')", name="state"),
    Index("ix_application_waiting", "member_id", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING),
)

gift = Table(
    "gift",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False),
    Column("purchase_id", Id, ForeignKey("purchase.id"), nullable=False, unique=True),
    Column("ends_at", Instant, nullable=False),  # of the membership and of the voucher
    Column("value", Id),  # of the voucher, in minor units of the club's currency; null: none
    Column("state", Text, nullable=False),
    CheckConstraint("state IN ('waiting', 'given', 'taken_back', 'void')", name="state"),
    Index("ix_gift_member", "member_id", unique=True, sqlite_where=_COUNTS, postgresql_where=_COUNTS),
)
