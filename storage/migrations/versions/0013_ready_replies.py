"""Replies that are ready to be sent, and indexes for the reports of the desk"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ready_reply",
        sa.Column("id", _ID, nullable=False),
        sa.Column("shortcut", sa.Text(), nullable=False),
        sa.Column("active", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("used", _ID, server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_ready_reply_active")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ready_reply")),
        sa.UniqueConstraint("shortcut", name=op.f("uq_ready_reply_shortcut")),
    )
    op.create_table(
        "ready_reply_text",
        sa.Column("reply_id", _ID, autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["reply_id"], ["ready_reply.id"], name=op.f("fk_ready_reply_text_reply_id")),
        sa.PrimaryKeyConstraint("reply_id", "language", name=op.f("pk_ready_reply_text")),
    )
    op.create_index("ix_ticket_opened", "ticket", ["kind", "opened_at"])
    ends = sa.text("step IN ('reopen', 'resolve', 'settle')")
    op.create_index(
        "ix_ticket_event_ends", "ticket_event", ["ticket_id", "at"], sqlite_where=ends, postgresql_where=ends
    )


def downgrade() -> None:
    op.drop_index("ix_ticket_event_ends", "ticket_event")
    op.drop_index("ix_ticket_opened", "ticket")
    op.drop_table("ready_reply_text")
    op.drop_table("ready_reply")
