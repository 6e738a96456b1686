"""Journeys: where each member is in one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.types import Instant

revision = "0016"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ON_CAMPAIGN = ("inside", "held", "swept_at", "swept_to")
ON_SEND = ("version", "step", "position_id")


def upgrade() -> None:
    op.add_column("campaign", sa.Column("inside", sa.Text(), nullable=True))
    op.add_column("campaign", sa.Column("held", sa.Integer(), nullable=True))
    op.add_column("campaign", sa.Column("swept_at", Instant(), nullable=True))
    op.add_column("campaign", sa.Column("swept_to", ID, server_default=sa.text("0"), nullable=False))
    op.add_column("campaign_send", sa.Column("version", sa.Integer(), nullable=True))
    op.add_column("campaign_send", sa.Column("step", sa.Text(), nullable=True))
    op.add_column("campaign_send", sa.Column("position_id", ID, nullable=True))
    op.create_index("ix_campaign_send_position", "campaign_send", ["position_id"], **_where("position_id IS NOT NULL"))
    awaited = _where("position_id IS NOT NULL AND ended_at IS NOT NULL")
    op.create_index("ix_campaign_send_awaited", "campaign_send", ["campaign_id", "id"], **awaited)
    _positions()
    _tasks()


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _positions() -> None:
    op.create_table(
        "journey_position",
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.Column("left_at", Instant(), nullable=True),
        sa.Column("exit", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "exit IN ('finished', 'bought', 'replied', 'complained', 'left', 'late', 'taken_out', 'ended')",
            name=op.f("ck_journey_position_exit"),
        ),
        sa.CheckConstraint("(left_at IS NULL) = (exit IS NULL)", name=op.f("ck_journey_position_left")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_journey_position_campaign_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_journey_position_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journey_position")),
        sa.UniqueConstraint(
            "campaign_id", "member_id", "occasion", name=op.f("uq_journey_position_campaign_id_member_id_occasion")
        ),
    )
    inside, due = _where("left_at IS NULL"), _where("due_at IS NOT NULL")
    columns = ["campaign_id", "member_id"]
    op.create_index("ix_journey_position_inside", "journey_position", columns, unique=True, **inside)
    op.create_index("ix_journey_position_due", "journey_position", ["campaign_id", "due_at", "id"], **due)
    op.create_index("ix_journey_position_open", "journey_position", ["campaign_id", "id"], **inside)
    op.create_table(
        "journey_visit",
        sa.Column("position_id", ID, autoincrement=False, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["position_id"], ["journey_position.id"], name=op.f("fk_journey_visit_position_id")),
        sa.PrimaryKeyConstraint("position_id", "step", name=op.f("pk_journey_visit")),
        sqlite_with_rowid=False,
    )


def _tasks() -> None:
    op.create_table(
        "journey_task",
        sa.Column("id", ID, nullable=False),
        sa.Column("position_id", ID, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("told_at", Instant(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("done_by", ID, nullable=True),
        sa.ForeignKeyConstraint(["position_id"], ["journey_position.id"], name=op.f("fk_journey_task_position_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journey_task")),
        sa.UniqueConstraint("position_id", "step", name=op.f("uq_journey_task_position_id_step")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_journey_task_open", "journey_task", ["id"], **_where("done_at IS NULL"))


def downgrade() -> None:
    for table in ("journey_task", "journey_visit", "journey_position"):
        op.drop_table(table)
    for index in ("ix_campaign_send_awaited", "ix_campaign_send_position"):
        op.drop_index(index, "campaign_send")
    for table, columns in (("campaign_send", ON_SEND), ("campaign", ON_CAMPAIGN)):
        for column in columns:
            op.drop_column(table, column)
