"""Saved audiences with their versions, the tags of members, and indexes by which buyers are counted"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types
from storage.tables.base import append_only_ddl

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _audiences()
    _tags()
    op.drop_index("ix_purchase_member", "purchase")
    op.create_index("ix_purchase_member", "purchase", ["member_id", "bought_at", "order_number"])
    op.create_index("ix_purchase_product", "purchase", ["product_id", "member_id", "bought_at"])


def _audiences() -> None:
    op.create_table(
        "audience",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("active", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_audience_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience")),
        sa.UniqueConstraint("name", name=op.f("uq_audience_name")),
    )
    op.create_table(
        "audience_version",
        sa.Column("audience_id", ID, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("at", storage.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["audience_id"], ["audience.id"], name=op.f("fk_audience_version_audience_id")),
        sa.PrimaryKeyConstraint("audience_id", "version", name=op.f("pk_audience_version")),
    )
    for statement in append_only_ddl("audience_version", op.get_bind().dialect.name):
        op.execute(statement)


def _tags() -> None:
    op.create_table(
        "tag",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("name", "value", name=op.f("uq_tag_name_value")),
    )
    op.create_table(
        "member_tag",
        sa.Column("member_id", ID, autoincrement=False, nullable=False),
        sa.Column("tag_id", ID, autoincrement=False, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("at", storage.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_member_tag_member_id")),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_member_tag_tag_id")),
        sa.PrimaryKeyConstraint("member_id", "tag_id", name=op.f("pk_member_tag")),
    )
    op.create_index("ix_member_tag_tag", "member_tag", ["tag_id", "member_id"])


def downgrade() -> None:
    op.drop_index("ix_purchase_product", "purchase")
    op.drop_index("ix_purchase_member", "purchase")
    op.create_index("ix_purchase_member", "purchase", ["member_id", "bought_at"])
    for table in ("member_tag", "tag", "audience_version", "audience"):
        op.drop_table(table)
