"""The staff group's topics, its change of id, and which message is about which request"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0016"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("ticket_id", _ID, nullable=True))
    op.add_column("outbox", sa.Column("quotes", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("outbox", sa.Column("album", sa.Text(), nullable=True))
    with_album = sa.text("album IS NOT NULL")
    op.create_index(
        "ix_ticket_message_album",
        "ticket_message",
        ["album"],
        sqlite_where=with_album,
        postgresql_where=with_album,
    )
    op.create_table(
        "staff_group",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("was", _ID, nullable=True),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.CheckConstraint("topics IN ('none', 'on', 'denied')", name=op.f("ck_staff_group_topics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_group")),
        sa.UniqueConstraint("was", name=op.f("uq_staff_group_was")),
    )
    op.create_table(
        "topic",
        sa.Column("id", _ID, nullable=False),
        sa.Column("chat_id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("thread_id", _ID, nullable=True),
        sa.Column("title_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("wanted_version", sa.Integer(), nullable=False),
        sa.Column("shown_version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("closed", sa.SmallInteger(), nullable=False),
        sa.Column("shown_closed", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("given_up", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_topic_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("chat_id", "ticket_id", name=op.f("uq_topic_chat_id_ticket_id")),
    )
    op.create_index("ix_topic_thread", "topic", ["chat_id", "thread_id"])
    op.create_table(
        "ticket_link",
        sa.Column("chat_id", _ID, autoincrement=False, nullable=False),
        sa.Column("message_id", _ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_link_ticket_id")),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name=op.f("pk_ticket_link")),
    )
    op.create_table(
        "digest_ticket",
        sa.Column("ticket_id", _ID, autoincrement=False, nullable=False),
        sa.Column("digest", _ID, nullable=False),
        sa.Column("opened", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_digest_ticket_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_digest_ticket")),
    )
    op.create_index(op.f("ix_digest_ticket_digest"), "digest_ticket", ["digest"])


def downgrade() -> None:
    op.drop_index("ix_ticket_message_album", "ticket_message")
    for table in ("digest_ticket", "ticket_link", "topic", "staff_group"):
        op.drop_table(table)
    for column in ("album", "quotes", "ticket_id"):
        op.execute(f"ALTER TABLE outbox DROP COLUMN {column}")  # in place: a copy would have to drop the table
