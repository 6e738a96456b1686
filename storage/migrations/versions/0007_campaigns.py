"""Campaigns: definitions in versions, the steps of each, every member of an audience, what was pressed"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.tables.base import append_only_ddl
from storage.types import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PARTS = ("campaign_press", "campaign_send", "campaign_event", "campaign_version", "campaign")


def upgrade() -> None:
    _campaigns()
    _sends()
    op.add_column("outbox", sa.Column("send_id", ID, nullable=True))
    op.create_index("ix_outbox_send", "outbox", ["send_id"], unique=True, **_where("send_id IS NOT NULL"))
    op.create_index("ix_member_zone", "member", ["zone"])
    for table in ("campaign_version", "campaign_event", "campaign_press"):
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _campaigns() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", ID, nullable=True),
        sa.Column("cloned_from", ID, nullable=True),
        sa.Column("planned_until", Instant(), nullable=True),
        sa.Column("planning_at", Instant(), nullable=True),
        sa.Column("cursor", ID, server_default=sa.text("0"), nullable=False),
        sa.Column("plan_at", Instant(), nullable=True),
        sa.Column("look_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('promotion', 'greeting', 'content', 'service', 'loyalty', 'survey')",
            name=op.f("ck_campaign_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'approved', 'running', 'paused', 'done', 'cancelled')",
            name=op.f("ck_campaign_state"),
        ),
        sa.ForeignKeyConstraint(["cloned_from"], ["campaign.id"], name=op.f("fk_campaign_cloned_from")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("key", name=op.f("uq_campaign_key")),
    )
    op.create_index("ix_campaign_look_at", "campaign", ["look_at"], **_where("look_at IS NOT NULL"))
    op.create_table(
        "campaign_version",
        sa.Column("campaign_id", ID, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_version_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "number", name=op.f("pk_campaign_version")),
    )
    op.create_table(
        "campaign_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("audience", ID, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_event_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_event")),
    )
    op.create_index(op.f("ix_campaign_event_campaign_id"), "campaign_event", ["campaign_id"])


def _sends() -> None:
    op.create_table(
        "campaign_send",
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("variant", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("fed_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("replied_at", Instant(), nullable=True),
        sa.Column("stopped_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'queued', 'sent', 'held_out', 'capped', 'no_consent', 'complaint', 'blocked', "
            "'gone', 'late', 'failed', 'unknown', 'cancelled')",
            name=op.f("ck_campaign_send_state"),
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_send_campaign_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_campaign_send_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_send")),
        sa.UniqueConstraint(
            "campaign_id", "member_id", "occasion", name=op.f("uq_campaign_send_campaign_id_member_id_occasion")
        ),
    )
    op.create_index(
        "ix_campaign_send_waiting", "campaign_send", ["campaign_id", "due_at", "id"], **_where("state = 'waiting'")
    )
    op.create_index("ix_campaign_send_state", "campaign_send", ["campaign_id", "state"])
    op.create_index("ix_campaign_send_member", "campaign_send", ["member_id", "fed_at"])
    op.create_table(
        "campaign_press",
        sa.Column("id", ID, nullable=False),
        sa.Column("send_id", ID, nullable=False),
        sa.Column("button", sa.SmallInteger(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["send_id"], ["campaign_send.id"], name=op.f("fk_campaign_press_send_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_press")),
    )
    op.create_index(op.f("ix_campaign_press_send_id"), "campaign_press", ["send_id"])


def downgrade() -> None:
    op.drop_index("ix_member_zone", "member")
    op.drop_index("ix_outbox_send", "outbox")
    op.execute("ALTER TABLE outbox DROP COLUMN send_id")  # in place: a copy would have to drop the table
    for table in PARTS:
        op.drop_table(table)
