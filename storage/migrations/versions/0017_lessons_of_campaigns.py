"""What was learnt from a campaign: what worked, what to do differently"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables.base import append_only_ddl
from storage.types import Instant

revision = "0017"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "campaign_lesson",
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("worked", sa.Text(), nullable=True),
        sa.Column("differently", sa.Text(), nullable=True),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_lesson_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_lesson")),
    )
    op.create_index(op.f("ix_campaign_lesson_campaign_id"), "campaign_lesson", ["campaign_id"])
    for statement in append_only_ddl("campaign_lesson", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("campaign_lesson")
