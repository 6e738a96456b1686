"""What points are good for: tiers, rewards, vouchers."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, SmallInteger, Table, Text, text

from storage.tables.base import metadata
from storage.types import Id, Instant
from storage.words import Wording

member_tier = Table(
    "member_tier",
    metadata,
    Column("member_id", Id, ForeignKey("member.id"), primary_key=True, autoincrement=False),
    Column("tier", Text, nullable=False),  # its key in the settings
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),  # kept until then, whatever the window says
    Index("ix_member_tier_until", "until"),
)

reward = Table(
    "reward",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Wording, nullable=False),
    Column("description", Wording, nullable=False, server_default=""),
    Column("picture", Text),  # Telegram's file_id of the shop's own photo
    Column("price", Id, nullable=False),  # points
    Column("value", Id),  # minor units, for a voucher that is worth money; null: a thing
    Column("stock", Integer),  # null: no end of it
    Column("per_member", Integer),  # null: no limit
    Column("valid_days", Integer, nullable=False),
    Column("tier", Text),  # from which on it is offered; null: to everybody
    Column("kind", Text, nullable=False, server_default="financial"),
    Column("active", SmallInteger, nullable=False, server_default=text("1")),
    CheckConstraint("price > 0", name="price"),
    CheckConstraint("stock >= 0", name="stock"),
    CheckConstraint("kind IN ('financial', 'social', 'structural')", name="kind"),
)

voucher = Table(
    "voucher",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
    Column("reward_id", Id, ForeignKey("reward.id")),
    Column("entry_id", Id, ForeignKey("point_entry.id")),  # the points spent on it
    Column("name", Wording, nullable=False),
    Column("code_hash", LargeBinary, nullable=False, unique=True),  # keyed: the table alone gives nobody a voucher
    Column("code_sealed", LargeBinary),  # to be shown to its member again; null once erased
    Column("value", Id),  # minor units; null: good for one thing
    Column("left", Id),
    Column("currency", Text),
    Column("state", Text, nullable=False),
    Column("origin", Text, nullable=False, unique=True),  # what it was given for: given once
    Column("issued_at", Instant, nullable=False),
    Column("valid_until", Instant, nullable=False),  # the first moment at which it is not valid any more
    CheckConstraint("state IN ('open', 'used', 'cancelled')", name="state"),
    CheckConstraint('"left" >= 0 AND "left" <= value', name="left"),
)

voucher_use = Table(
    "voucher_use",
    metadata,
    Column("id", Id, primary_key=True),
    Column("voucher_id", Id, ForeignKey("voucher.id"), nullable=False, index=True),
    Column("amount", Id),  # minor units; null where it was good for one thing
    Column("staff_id", Id, nullable=False),
    Column("idempotency_key", Text, nullable=False, unique=True),
    Column("at", Instant, nullable=False),
)
