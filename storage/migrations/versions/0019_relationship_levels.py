"""How close the shop stays to a customer after a purchase: a level, and how it changed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Instant

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "relationship",
        sa.Column("member_id", ID, autoincrement=False, nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("chosen_by", ID, nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_relationship_level")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_relationship_member_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_relationship")),
    )
    op.create_index("ix_relationship_level", "relationship", ["level", "member_id"])
    op.create_table(
        "relationship_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_relationship_event_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_event")),
        sa.UniqueConstraint("member_id", "at", name=op.f("uq_relationship_event_member_id_at")),
    )


def downgrade() -> None:
    op.drop_table("relationship_event")
    op.drop_table("relationship")
