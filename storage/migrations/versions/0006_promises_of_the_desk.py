"""What is promised for a request, and who is on duty"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = storage.types.Instant(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.add_column(sa.Column("urgent", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
        batch_op.add_column(sa.Column("tier", sa.Text(), nullable=True))
        for name in ("answer_by", "resolve_by", "alarm_at"):
            batch_op.add_column(sa.Column(name, _INSTANT, nullable=True))
        batch_op.create_check_constraint(op.f("ck_ticket_urgent"), "urgent IN (0, 1)")
    waiting = sa.text("resolved_at IS NULL")
    op.create_index("ix_ticket_waiting", "ticket", ["owner_id"], sqlite_where=waiting, postgresql_where=waiting)
    alarmed = sa.text("alarm_at IS NOT NULL")
    op.create_index("ix_ticket_alarm_at", "ticket", ["alarm_at"], sqlite_where=alarmed, postgresql_where=alarmed)
    with op.batch_alter_table("staff") as batch_op:
        batch_op.add_column(sa.Column("on_duty", sa.SmallInteger(), nullable=True))
        batch_op.create_check_constraint(op.f("ck_staff_on_duty"), "on_duty IN (0, 1)")

    op.create_table(
        "specialist",
        sa.Column("staff_id", _ID, autoincrement=False, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.telegram_id"], name=op.f("fk_specialist_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "cause", name=op.f("pk_specialist")),
    )
    op.create_table(
        "task",
        sa.Column("id", _ID, nullable=False),
        sa.Column("member_id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("owner_id", _ID, nullable=True),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.Column("done_by", _ID, nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_task_member_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_task_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sqlite_autoincrement=True,
    )
    undone = sa.text("done_at IS NULL")
    op.create_index("ix_task_open", "task", ["member_id"], unique=True, sqlite_where=undone, postgresql_where=undone)
    op.create_table(
        "improvement",
        sa.Column("id", _ID, nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("opened_by", _ID, nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement")),
    )
    op.create_table(
        "ticket_improvement",
        sa.Column("improvement_id", _ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", _ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["improvement_id"], ["improvement.id"], name=op.f("fk_ticket_improvement_improvement_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_improvement_ticket_id")),
        sa.PrimaryKeyConstraint("improvement_id", "ticket_id", name=op.f("pk_ticket_improvement")),
    )


def downgrade() -> None:
    op.drop_table("ticket_improvement")
    op.drop_table("improvement")
    op.drop_table("task")
    op.drop_table("specialist")
    with op.batch_alter_table("staff") as batch_op:
        batch_op.drop_constraint(op.f("ck_staff_on_duty"), type_="check")
        batch_op.drop_column("on_duty")
    op.drop_index("ix_ticket_alarm_at", "ticket")
    op.drop_index("ix_ticket_waiting", "ticket")
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.drop_constraint(op.f("ck_ticket_urgent"), type_="check")
        for name in ("alarm_at", "resolve_by", "answer_by", "tier", "urgent"):
            batch_op.drop_column(name)
