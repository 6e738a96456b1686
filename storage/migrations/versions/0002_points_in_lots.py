"""Purchases in branches, points in lots, tiers, rewards and vouchers, programmes and benefits"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from alembic import op

import storage.types
from storage.tables.base import append_only_ddl

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _renew_point_entries()
    op.create_table(
        "branch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch")),
        sa.UniqueConstraint("name", name=op.f("uq_branch_name")),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("price", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("warranty_months", sa.SmallInteger(), nullable=True),
        sa.Column("life_months", sa.SmallInteger(), nullable=True),
        sa.Column("points_percent", sa.SmallInteger(), server_default=sa.text("100"), nullable=False),
        sa.Column("gift_months", sa.SmallInteger(), nullable=True),
        sa.Column("gift_value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("active", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("points_percent >= 0", name=op.f("ck_product_points_percent")),
        sa.CheckConstraint("gift_value IS NULL OR gift_months IS NOT NULL", name=op.f("ck_product_gift")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("name", name=op.f("uq_product_name")),
    )
    op.create_table(
        "reward",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("picture", sa.Text(), nullable=True),
        sa.Column("price", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("per_member", sa.Integer(), nullable=True),
        sa.Column("valid_days", sa.Integer(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), server_default="financial", nullable=False),
        sa.Column("active", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("kind IN ('financial', 'social', 'structural')", name=op.f("ck_reward_kind")),
        sa.CheckConstraint("price > 0", name=op.f("ck_reward_price")),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_reward_stock")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward")),
    )
    op.create_table(
        "member_tier",
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("since", storage.types.Instant(timezone=True), nullable=False),
        sa.Column("until", storage.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_member_tier_member_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_member_tier")),
    )
    with op.batch_alter_table("member_tier", schema=None) as batch_op:
        batch_op.create_index("ix_member_tier_until", ["until"], unique=False)

    op.create_table(
        "point_debt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("left", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("at", storage.types.Instant(timezone=True), nullable=False),
        sa.CheckConstraint('"left" >= 0 AND "left" <= points', name=op.f("ck_point_debt_left")),
        sa.ForeignKeyConstraint(["entry_id"], ["point_entry.id"], name=op.f("fk_point_debt_entry_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_point_debt_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_debt")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_point_debt_idempotency_key")),
    )
    with op.batch_alter_table("point_debt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_point_debt_open",
            ["member_id"],
            unique=False,
            sqlite_where=sa.text('"left" > 0'),
            postgresql_where=sa.text('"left" > 0'),
        )

    op.create_table(
        "point_lot",
        sa.Column(
            "entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("left", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activates_at", storage.types.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", storage.types.Instant(timezone=True), nullable=True),
        sa.CheckConstraint('"left" >= 0 AND "left" <= points', name=op.f("ck_point_lot_left")),
        sa.ForeignKeyConstraint(["entry_id"], ["point_entry.id"], name=op.f("fk_point_lot_entry_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_point_lot_member_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_point_lot")),
    )
    with op.batch_alter_table("point_lot", schema=None) as batch_op:
        batch_op.create_index(
            "ix_point_lot_expiring",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text('"left" > 0 AND expires_at IS NOT NULL'),
            postgresql_where=sa.text('"left" > 0 AND expires_at IS NOT NULL'),
        )
        batch_op.create_index(
            "ix_point_lot_open",
            ["member_id"],
            unique=False,
            sqlite_where=sa.text('"left" > 0'),
            postgresql_where=sa.text('"left" > 0'),
        )

    op.create_table(
        "purchase_return",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purchase_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("at", storage.types.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_purchase_return_quantity")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchase.id"], name=op.f("fk_purchase_return_purchase_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_return")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_purchase_return_idempotency_key")),
    )
    with op.batch_alter_table("purchase_return", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purchase_return_purchase_id"), ["purchase_id"], unique=False)

    op.create_table(
        "voucher",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reward_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("left", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("issued_at", storage.types.Instant(timezone=True), nullable=False),
        sa.Column("valid_until", storage.types.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('open', 'used', 'cancelled')", name=op.f("ck_voucher_state")),
        sa.CheckConstraint('"left" >= 0 AND "left" <= value', name=op.f("ck_voucher_left")),
        sa.ForeignKeyConstraint(["entry_id"], ["point_entry.id"], name=op.f("fk_voucher_entry_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_voucher_member_id")),
        sa.ForeignKeyConstraint(["reward_id"], ["reward.id"], name=op.f("fk_voucher_reward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_voucher_code_hash")),
        sa.UniqueConstraint("origin", name=op.f("uq_voucher_origin")),
    )
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voucher_member_id"), ["member_id"], unique=False)

    op.create_table(
        "point_allocation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("points <> 0", name=op.f("ck_point_allocation_points")),
        sa.ForeignKeyConstraint(["entry_id"], ["point_entry.id"], name=op.f("fk_point_allocation_entry_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["point_lot.entry_id"], name=op.f("fk_point_allocation_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_allocation")),
    )
    with op.batch_alter_table("point_allocation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_allocation_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_point_allocation_lot_id"), ["lot_id"], unique=False)

    op.create_table(
        "voucher_use",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("voucher_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("at", storage.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_voucher_use_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_use")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_voucher_use_idempotency_key")),
    )
    with op.batch_alter_table("voucher_use", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voucher_use_voucher_id"), ["voucher_id"], unique=False)

    with op.batch_alter_table("purchase", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_purchase_product_id"), "product", ["product_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_purchase_branch_id"), "branch", ["branch_id"], ["id"])

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("username_hash", sa.LargeBinary(), nullable=True))
        batch_op.create_index(batch_op.f("ix_member_username_hash"), ["username_hash"], unique=False)

    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_staff_branch_id"), "branch", ["branch_id"], ["id"])

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("exported_at", storage.types.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("erase_at", storage.types.Instant(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_member_erase_at",
            ["erase_at"],
            unique=False,
            sqlite_where=sa.text("erase_at IS NOT NULL"),
            postgresql_where=sa.text("erase_at IS NOT NULL"),
        )

    op.create_table(
        "member_merge",
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", storage.types.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("source_id <> target_id", name=op.f("ck_member_merge_two")),
        sa.ForeignKeyConstraint(["source_id"], ["member.id"], name=op.f("fk_member_merge_source_id")),
        sa.ForeignKeyConstraint(["target_id"], ["member.id"], name=op.f("fk_member_merge_target_id")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_member_merge")),
    )
    with op.batch_alter_table("member_merge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_merge_target_id"), ["target_id"], unique=False)

    _open_frequency()
    _open_needs()
    _open_membership()
    _open_lots()
    for table in ("point_entry", "point_allocation"):
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def _open_frequency() -> None:
    """Programmes for those who come often, visits, and the benefits of a tier."""
    op.create_table(
        "frequency_programme",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("threshold", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("second_metric", sa.Text(), nullable=True),
        sa.Column("second_threshold", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("repeats", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("reward_points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("voucher_name", sa.Text(), nullable=True),
        sa.Column("voucher_value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("voucher_days", sa.Integer(), nullable=True),
        sa.Column("rebate_percent", sa.SmallInteger(), nullable=True),
        sa.Column("kind", sa.Text(), server_default="financial", nullable=False),
        sa.Column("active", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("starts_at", storage.types.Instant(timezone=True), nullable=False),
        sa.Column("closed_until", storage.types.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('financial', 'social', 'structural')", name=op.f("ck_frequency_programme_kind")),
        sa.CheckConstraint(
            "metric IN ('orders', 'quantity', 'amount', 'visits', 'stays')", name=op.f("ck_frequency_programme_metric")
        ),
        sa.CheckConstraint(
            "period IN ('ever', 'month', 'quarter', 'year')", name=op.f("ck_frequency_programme_period")
        ),
        sa.CheckConstraint(
            "rebate_percent IS NULL OR (rebate_percent > 0 AND metric = 'amount' AND period IN ('month', 'quarter'))",
            name=op.f("ck_frequency_programme_rebate"),
        ),
        sa.CheckConstraint(
            "(reward_points IS NOT NULL AND rebate_percent IS NULL AND voucher_name IS NULL) "
            "OR (reward_points IS NULL AND rebate_percent IS NOT NULL AND voucher_name IS NULL) "
            "OR (reward_points IS NULL AND rebate_percent IS NULL AND voucher_name IS NOT NULL)",
            name=op.f("ck_frequency_programme_reward"),
        ),
        sa.CheckConstraint(
            "(voucher_name IS NULL) = (voucher_days IS NULL)", name=op.f("ck_frequency_programme_voucher")
        ),
        sa.CheckConstraint(
            "voucher_value IS NULL OR (voucher_name IS NOT NULL AND voucher_value > 0)",
            name=op.f("ck_frequency_programme_voucher_value"),
        ),
        sa.CheckConstraint("reward_points > 0", name=op.f("ck_frequency_programme_reward_points")),
        sa.CheckConstraint(
            "(second_metric IS NULL) = (second_threshold IS NULL)", name=op.f("ck_frequency_programme_second")
        ),
        sa.CheckConstraint(
            "second_metric IN ('orders', 'quantity', 'amount', 'visits', 'stays')",
            name=op.f("ck_frequency_programme_second_metric"),
        ),
        sa.CheckConstraint(
            "threshold > 0 AND (second_threshold IS NULL OR second_threshold > 0)",
            name=op.f("ck_frequency_programme_threshold"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frequency_programme")),
    )

    op.create_table(
        "frequency_award",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("period_key", sa.Text(), nullable=False),
        sa.Column("cards", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("counted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", storage.types.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("cards > 0", name=op.f("ck_frequency_award_cards")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_frequency_award_member_id")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["frequency_programme.id"], name=op.f("fk_frequency_award_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frequency_award")),
        sa.UniqueConstraint(
            "programme_id", "member_id", "occasion", name=op.f("uq_frequency_award_programme_id_member_id_occasion")
        ),
    )
    with op.batch_alter_table("frequency_award", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_frequency_award_member_id"), ["member_id"], unique=False)

    op.create_table(
        "visit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("nights", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("at", storage.types.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("nights >= 0", name=op.f("ck_visit_nights")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_visit_branch_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_visit_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_visit_idempotency_key")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index("ix_visit_member", ["member_id", "at"], unique=False)

    op.create_table(
        "benefit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("needs_person", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("kind", sa.Text(), server_default="social", nullable=False),
        sa.Column("active", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("kind IN ('financial', 'social', 'structural')", name=op.f("ck_benefit_kind")),
        sa.CheckConstraint("period IN ('ever', 'month', 'quarter', 'year')", name=op.f("ck_benefit_period")),
        sa.CheckConstraint("quota > 0", name=op.f("ck_benefit_quota")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit")),
    )

    op.create_table(
        "benefit_claim",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("benefit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", storage.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["benefit_id"], ["benefit.id"], name=op.f("fk_benefit_claim_benefit_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_benefit_claim_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_claim")),
        sa.UniqueConstraint(
            "benefit_id",
            "member_id",
            "occasion",
            "number",
            name=op.f("uq_benefit_claim_benefit_id_member_id_occasion_number"),
        ),
    )
    with op.batch_alter_table("benefit_claim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_benefit_claim_member_id"), ["member_id"], unique=False)


def _open_needs() -> None:
    """What members like, and who is dear to them."""
    op.create_table(
        "preference",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("branch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", storage.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_preference_branch_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_preference_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preference")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("preference", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_preference_member_id"), ["member_id"], unique=False)

    op.create_table(
        "family",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("relation_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("year_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("calendar", sa.Text(), nullable=True),
        sa.Column("month", sa.SmallInteger(), nullable=True),
        sa.Column("day", sa.SmallInteger(), nullable=True),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("at", storage.types.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("calendar IN ('solar', 'lunar')", name=op.f("ck_family_calendar")),
        sa.CheckConstraint("wish <> 'greet' OR day IS NOT NULL", name=op.f("ck_family_greeted_day")),
        sa.CheckConstraint("wish IN ('greet', 'quiet', 'never')", name=op.f("ck_family_wish")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_family_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("family", schema=None) as batch_op:
        batch_op.create_index("ix_family_day", ["calendar", "month", "day"], unique=False)
        batch_op.create_index(batch_op.f("ix_family_member_id"), ["member_id"], unique=False)


def _open_membership() -> None:
    """How somebody became a member and until when, who asks to be let in, and what a first purchase brings."""
    op.create_table(
        "membership",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("starts_at", storage.types.Instant(timezone=True), nullable=False),
        sa.Column("ends_at", storage.types.Instant(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("route IN ('free', 'purchases', 'approval', 'gift')", name=op.f("ck_membership_route")),
        sa.CheckConstraint(
            "state IN ('running', 'grace', 'renewed', 'left', 'lapsed')", name=op.f("ck_membership_state")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_membership_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    is_open = sa.text("state IN ('running', 'grace')")
    op.create_index("ix_membership_member", "membership", ["member_id"])
    op.create_index(
        "ix_membership_open", "membership", ["member_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index("ix_membership_ending", "membership", ["ends_at"], sqlite_where=is_open, postgresql_where=is_open)
    op.create_table(
        "application",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", storage.types.Instant(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", storage.types.Instant(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_application_state")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_application_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(op.f("ix_application_member_id"), "application", ["member_id"])
    op.create_index(
        "ix_application_waiting",
        "application",
        ["member_id"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_table(
        "gift",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purchase_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ends_at", storage.types.Instant(timezone=True), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'given', 'taken_back', 'void')", name=op.f("ck_gift_state")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_gift_member_id")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchase.id"], name=op.f("fk_gift_purchase_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift")),
        sa.UniqueConstraint("purchase_id", name=op.f("uq_gift_purchase_id")),
    )
    counts = sa.text("state <> 'void'")
    op.create_index("ix_gift_member", "gift", ["member_id"], unique=True, sqlite_where=counts, postgresql_where=counts)


def _renew_point_entries() -> None:
    """What was there were the points for joining; they become lots that never lapse."""
    op.execute("CREATE TABLE point_entry_before AS SELECT * FROM point_entry")
    op.drop_table("point_entry")
    op.create_table(
        "point_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("payload_hash", sa.LargeBinary(), nullable=False),
        sa.Column("reverses", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", storage.types.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('earn', 'burn', 'expire', 'adjust', 'reverse', 'transfer')", name=op.f("ck_point_entry_kind")
        ),
        sa.CheckConstraint("points <> 0", name=op.f("ck_point_entry_points")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_point_entry_member_id")),
        sa.ForeignKeyConstraint(["reverses"], ["point_entry.id"], name=op.f("fk_point_entry_reverses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_entry")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_point_entry_idempotency_key")),
    )
    with op.batch_alter_table("point_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_entry_member_id"), ["member_id"], unique=False)
    bind = op.get_bind()
    before = bind.execute(sa.text("SELECT id, member_id, points, reason, idempotency_key FROM point_entry_before"))
    for row in before.all():
        bind.execute(
            sa.text(
                "INSERT INTO point_entry (id, member_id, kind, points, reason, idempotency_key, payload_hash, at) "
                "SELECT id, member_id, 'earn', points, reason, idempotency_key, :hash, at "
                "FROM point_entry_before WHERE id = :id"
            ),
            {"id": row.id, "hash": _hash(row)},
        )
    if bind.dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('point_entry', 'id'), (SELECT max(id) FROM point_entry))")
    op.execute("DROP TABLE point_entry_before")


def _hash(row: Any) -> bytes:
    """As the rules of points make it: the same credit, asked for again, is known."""
    return blake2b(f"earn:{row.member_id}:{row.points}:{row.reason}".encode(), digest_size=16).digest()


def _open_lots() -> None:
    op.execute(
        'INSERT INTO point_lot (entry_id, member_id, points, "left", activates_at) '
        "SELECT id, member_id, points, points, at FROM point_entry"
    )


def _drop_frequency() -> None:
    with op.batch_alter_table("benefit_claim", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_benefit_claim_member_id"))

    op.drop_table("benefit_claim")
    op.drop_table("benefit")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_member")

    op.drop_table("visit")
    with op.batch_alter_table("frequency_award", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_frequency_award_member_id"))

    op.drop_table("frequency_award")
    op.drop_table("frequency_programme")


def downgrade() -> None:
    op.drop_table("family")
    op.drop_table("preference")
    op.drop_index("ix_member_erase_at", "member")
    for column in ("erase_at", "exported_at"):
        op.execute(f"ALTER TABLE member DROP COLUMN {column}")  # in place: a copy would have to drop the table
    for table in ("gift", "application", "membership"):
        op.drop_table(table)  # its indexes go with it
    _drop_frequency()
    op.drop_table("member_merge")
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_staff_branch_id"), type_="foreignkey")
        batch_op.drop_column("branch_id")

    op.drop_index("ix_member_username_hash", "member")
    op.execute("ALTER TABLE member DROP COLUMN username_hash")  # in place: a copy would have to drop the table
    with op.batch_alter_table("purchase", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_purchase_branch_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_purchase_product_id"), type_="foreignkey")
        batch_op.drop_column("staff_id")
        batch_op.drop_column("branch_id")
        batch_op.drop_column("product_id")

    with op.batch_alter_table("voucher_use", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voucher_use_voucher_id"))

    op.drop_table("voucher_use")
    with op.batch_alter_table("point_allocation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_point_allocation_lot_id"))
        batch_op.drop_index(batch_op.f("ix_point_allocation_entry_id"))

    op.drop_table("point_allocation")
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voucher_member_id"))

    op.drop_table("voucher")
    with op.batch_alter_table("purchase_return", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_purchase_return_purchase_id"))

    op.drop_table("purchase_return")
    with op.batch_alter_table("point_lot", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_point_lot_open", sqlite_where=sa.text('"left" > 0'), postgresql_where=sa.text('"left" > 0')
        )
        batch_op.drop_index(
            "ix_point_lot_expiring",
            sqlite_where=sa.text('"left" > 0 AND expires_at IS NOT NULL'),
            postgresql_where=sa.text('"left" > 0 AND expires_at IS NOT NULL'),
        )

    op.drop_table("point_lot")
    with op.batch_alter_table("point_debt", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_point_debt_open", sqlite_where=sa.text('"left" > 0'), postgresql_where=sa.text('"left" > 0')
        )

    op.drop_table("point_debt")
    with op.batch_alter_table("member_tier", schema=None) as batch_op:
        batch_op.drop_index("ix_member_tier_until")

    op.drop_table("member_tier")
    op.drop_table("reward")
    op.drop_table("product")
    op.drop_table("branch")
    op.execute(
        "CREATE TABLE point_entry_after AS SELECT id, member_id, points, reason, idempotency_key, at FROM point_entry"
    )
    op.drop_table("point_entry")
    op.create_table(
        "point_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("at", storage.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_point_entry_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_entry")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_point_entry_idempotency_key")),
    )
    with op.batch_alter_table("point_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_entry_member_id"), ["member_id"], unique=False)
    op.execute("INSERT INTO point_entry SELECT * FROM point_entry_after")
    op.execute("DROP TABLE point_entry_after")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
