"""The points ledger: entries that are never changed, the lots that credits open, and which debit took from which lot.

A member's balance is the sum of their entries, which is the sum of what is left in their lots, less the debt that was
posted. `guanxi ledger prove` holds all three against each other.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table, Text, text

from storage.tables.base import append_only, metadata
from storage.types import Id, Instant

point_entry = append_only(
    Table(
        "point_entry",
        metadata,
        Column("id", Id, primary_key=True),
        Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
        Column("kind", Text, nullable=False),
        Column("points", Id, nullable=False),  # above 0 for a credit, below for a debit
        Column("reason", Text, nullable=False),  # a word that has a text in `points/…`
        Column("note_sealed", LargeBinary),  # what staff wrote to an adjustment, under the member's key
        Column("idempotency_key", Text, nullable=False, unique=True),
        Column("payload_hash", LargeBinary, nullable=False),  # the same key with another payload is an error
        Column("reverses", Id, ForeignKey("point_entry.id")),
        Column("actor_id", Id),  # the staff member's Telegram id, where a person did it
        Column("at", Instant, nullable=False),
        CheckConstraint("kind IN ('earn', 'burn', 'expire', 'adjust', 'reverse', 'transfer')", name="kind"),
        CheckConstraint("points <> 0", name="points"),
        Index(
            "ix_point_entry_earned",
            "at",
            "member_id",
            sqlite_where=text("kind = 'earn'"),
            postgresql_where=text("kind = 'earn'"),
        ),
    )
)

point_lot = Table(
    "point_lot",
    metadata,
    Column("entry_id", Id, ForeignKey("point_entry.id"), primary_key=True, autoincrement=False),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False),
    Column("points", Id, nullable=False),
    Column("left", Id, nullable=False),
    Column("activates_at", Instant, nullable=False),
    Column("expires_at", Instant),  # null: never
    CheckConstraint('"left" >= 0 AND "left" <= points', name="left"),
    Index(
        "ix_point_lot_open",
        "member_id",
        sqlite_where=text('"left" > 0'),
        postgresql_where=text('"left" > 0'),
    ),
    Index(
        "ix_point_lot_expiring",
        "expires_at",
        sqlite_where=text('"left" > 0 AND expires_at IS NOT NULL'),
        postgresql_where=text('"left" > 0 AND expires_at IS NOT NULL'),
    ),
)

point_allocation = append_only(
    Table(
        "point_allocation",
        metadata,
        Column("id", Id, primary_key=True),
        Column("entry_id", Id, ForeignKey("point_entry.id"), nullable=False, index=True),
        Column("lot_id", Id, ForeignKey("point_lot.entry_id"), nullable=False, index=True),
        Column("points", Id, nullable=False),  # above 0: taken from the lot; below: given back to it
        CheckConstraint("points <> 0", name="points"),
    )
)

point_debt = Table(
    "point_debt",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False),
    Column("entry_id", Id, ForeignKey("point_entry.id")),  # null: not posted yet, the balance stays at 0
    Column("points", Id, nullable=False),
    Column("left", Id, nullable=False),
    Column("idempotency_key", Text, nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    CheckConstraint('"left" >= 0 AND "left" <= points', name="left"),
    Index("ix_point_debt_open", "member_id", sqlite_where=text('"left" > 0'), postgresql_where=text('"left" > 0')),
)
