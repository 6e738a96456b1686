"""Plans that staff and a member make together, and what became of them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables.base import append_only_ddl
from storage.types import Instant

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    is_open = sa.text("state IN ('proposed', 'agreed')")
    op.create_table(
        "joint_plan",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("goal_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("told_at", Instant(), nullable=True),
        sa.CheckConstraint("state IN ('proposed', 'agreed', 'reached', 'dropped')", name=op.f("ck_joint_plan_state")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_joint_plan_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_plan")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_joint_plan_member_id"), "joint_plan", ["member_id"])
    op.create_index(
        "ix_joint_plan_open", "joint_plan", ["member_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index("ix_joint_plan_due", "joint_plan", ["due_at", "id"], sqlite_where=is_open, postgresql_where=is_open)
    op.create_table(
        "joint_plan_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint(
            "step IN ('propose', 'agree', 'counter', 'change', 'move', 'reach', 'drop')",
            name=op.f("ck_joint_plan_event_step"),
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["joint_plan.id"], name=op.f("fk_joint_plan_event_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_plan_event")),
    )
    op.create_index(op.f("ix_joint_plan_event_plan_id"), "joint_plan_event", ["plan_id"])
    for statement in append_only_ddl("joint_plan_event", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("joint_plan_event")
    op.drop_table("joint_plan")
