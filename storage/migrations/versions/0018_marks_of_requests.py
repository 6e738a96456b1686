"""Departments, tags and corrective actions of requests, and who knows which products"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Instant

revision = "0018"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("ticket", sa.Column("department", sa.Text(), nullable=True))
    waits = sa.text("resolved_at IS NULL AND department IS NOT NULL")
    op.create_index("ix_ticket_department", "ticket", ["department"], sqlite_where=waits, postgresql_where=waits)
    op.create_table(
        "desk_tag",
        sa.Column("id", ID, nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_tag")),
        sa.UniqueConstraint("folded", name=op.f("uq_desk_tag_folded")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ticket_tag",
        sa.Column("ticket_id", ID, autoincrement=False, nullable=False),
        sa.Column("tag_id", ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_tag_ticket_id")),
        sa.ForeignKeyConstraint(["tag_id"], ["desk_tag.id"], name=op.f("fk_ticket_tag_tag_id")),
        sa.PrimaryKeyConstraint("ticket_id", "tag_id", name=op.f("pk_ticket_tag")),
    )
    op.create_index(op.f("ix_ticket_tag_tag_id"), "ticket_tag", ["tag_id"])
    op.create_table(
        "corrective_action",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_corrective_action_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrective_action")),
    )
    op.create_index(op.f("ix_corrective_action_ticket_id"), "corrective_action", ["ticket_id"])
    op.create_index(op.f("ix_corrective_action_at"), "corrective_action", ["at"])
    op.create_table(
        "product_specialist",
        sa.Column("staff_id", ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.telegram_id"], name=op.f("fk_product_specialist_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "name", name=op.f("pk_product_specialist")),
    )


def downgrade() -> None:
    for table in ("product_specialist", "corrective_action", "ticket_tag", "desk_tag"):
        op.drop_table(table)
    op.drop_index("ix_ticket_department", "ticket")
    op.drop_column("ticket", "department")
