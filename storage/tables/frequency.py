"""Rewards for those who come often or buy much: programmes, what they gave, visits, and the benefits of a tier."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables.base import metadata
from storage.types import Id, Instant
from storage.words import Wording

frequency_programme = Table(
    "frequency_programme",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Wording, nullable=False),
    Column("metric", Text, nullable=False),
    Column("threshold", Id, nullable=False),  # orders, pieces, minor units, visits or nights
    Column("second_metric", Text),  # whichever of the two is reached first
    Column("second_threshold", Id),
    Column("period", Text, nullable=False),
    Column("repeats", SmallInteger, nullable=False, server_default=text("0")),  # a stamp card: every time again
    Column("reward_points", Id),  # for each time the threshold is reached
    Column("voucher_name", Wording),  # the same as a voucher, for this
    Column("voucher_value", Id),  # minor units, where it is worth money; null: a thing
    Column("voucher_days", Integer),  # for which it is good
    Column("rebate_percent", SmallInteger),  # of the points for the net spending of a period, when it is over
    Column("kind", Text, nullable=False, server_default="financial"),
    Column("active", SmallInteger, nullable=False, server_default=text("1")),
    Column("starts_at", Instant, nullable=False),  # nothing before counts
    Column("closed_until", Instant, nullable=False),  # of the rebates: every period that ended by then is settled
    CheckConstraint("metric IN ('orders', 'quantity', 'amount', 'visits', 'stays')", name="metric"),
    CheckConstraint("second_metric IN ('orders', 'quantity', 'amount', 'visits', 'stays')", name="second_metric"),
    CheckConstraint("(second_metric IS NULL) = (second_threshold IS NULL)", name="second"),
    CheckConstraint("threshold > 0 AND (second_threshold IS NULL OR second_threshold > 0)", name="threshold"),
    CheckConstraint("period IN ('ever', 'month', 'quarter', 'year')", name="period"),
    CheckConstraint(
        "(reward_points IS NOT NULL AND rebate_percent IS NULL AND voucher_name IS NULL) "
        "OR (reward_points IS NULL AND rebate_percent IS NOT NULL AND voucher_name IS NULL) "
        "OR (reward_points IS NULL AND rebate_percent IS NULL AND voucher_name IS NOT NULL)",
        name="reward",
    ),
    CheckConstraint("(voucher_name IS NULL) = (voucher_days IS NULL)", name="voucher"),
    CheckConstraint("voucher_value IS NULL OR (voucher_name IS NOT NULL AND voucher_value > 0)", name="voucher_value"),
    CheckConstraint("reward_points > 0", name="reward_points"),
    CheckConstraint(
        "rebate_percent IS NULL OR (rebate_percent > 0 AND metric = 'amount' AND period IN ('month', 'quarter'))",
        name="rebate",
    ),
    CheckConstraint("kind IN ('financial', 'social', 'structural')", name="kind"),
)

frequency_award = Table(
    "frequency_award",
    metadata,
    Column("id", Id, primary_key=True),
    Column("programme_id", Id, ForeignKey("frequency_programme.id"), nullable=False),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
    Column("occasion", Text, nullable=False),  # `2026-Q4`, `ever`, of a stamp card `ever:3`
    Column("period_key", Text, nullable=False),  # the occasion without the number of the card
    Column("cards", Integer, nullable=False, server_default=text("1")),  # how many were filled at once
    Column("counted", Id, nullable=False),  # by the first metric, at that moment
    Column("points", Id, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("programme_id", "member_id", "occasion"),
    CheckConstraint("cards > 0", name="cards"),
)

visit = Table(
    "visit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False),
    Column("branch_id", Id, ForeignKey("branch.id")),
    Column("staff_id", Id, nullable=False),
    Column("idempotency_key", Text, nullable=False, unique=True),  # the member, the branch, and the club's own day
    Column("nights", SmallInteger, nullable=False, server_default=text("0")),  # where it is a stay
    Column("at", Instant, nullable=False),
    CheckConstraint("nights >= 0", name="nights"),
    Index("ix_visit_member", "member_id", "at"),
)

benefit = Table(
    "benefit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Wording, nullable=False),
    Column("tier", Text),  # from which on it is given; null: to every member
    Column("quota", Integer, nullable=False),  # times in a period
    Column("period", Text, nullable=False),
    Column("needs_person", SmallInteger, nullable=False, server_default=text("0")),
    Column("kind", Text, nullable=False, server_default="social"),
    Column("active", SmallInteger, nullable=False, server_default=text("1")),
    CheckConstraint("quota > 0", name="quota"),
    CheckConstraint("period IN ('ever', 'month', 'quarter', 'year')", name="period"),
    CheckConstraint("kind IN ('financial', 'social', 'structural')", name="kind"),
)

benefit_claim = Table(
    "benefit_claim",
    metadata,
    Column("id", Id, primary_key=True),
    Column("benefit_id", Id, ForeignKey("benefit.id"), nullable=False),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
    Column("occasion", Text, nullable=False),  # the period: `2026-11`, `ever`
    Column("number", Integer, nullable=False),  # the how manieth in it
    Column("at", Instant, nullable=False),
    UniqueConstraint("benefit_id", "member_id", "occasion", "number"),
)
