"""Events of the club, and who comes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Instant

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("branch_id", ID, nullable=True),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("cancelled", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("seats > 0", name=op.f("ck_event_seats")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_event_branch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_starts", "event", ["starts_at"])
    op.create_table(
        "event_guest",
        sa.Column("id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("news", sa.Text(), nullable=True),
        sa.CheckConstraint("seats > 0", name=op.f("ck_event_guest_seats")),
        sa.CheckConstraint("state IN ('coming', 'waiting', 'off', 'missed')", name=op.f("ck_event_guest_state")),
        sa.CheckConstraint("news IN ('let_in', 'changed', 'cancelled')", name=op.f("ck_event_guest_news")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_guest_event_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_event_guest_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_guest")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_event_guest_member_id"), "event_guest", ["member_id"])
    op.create_index("ix_event_guest_once", "event_guest", ["event_id", "member_id"], unique=True)
    untold = sa.text("news IS NOT NULL")
    op.create_index("ix_event_guest_untold", "event_guest", ["id"], sqlite_where=untold, postgresql_where=untold)


def downgrade() -> None:
    op.drop_table("event_guest")
    op.drop_table("event")
