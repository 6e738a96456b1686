"""The knowledge base: entries, the ways to ask for them, what was asked, what was learnt; opening hours"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types
from storage.tables.base import append_only_ddl

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("branch", sa.Column("hours", sa.Text(), server_default="", nullable=False))
    _entries()
    _asked_and_learnt()


def _entries() -> None:
    op.create_table(
        "knowledge_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), server_default="", nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("active", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_entry")),
        sa.UniqueConstraint("name", name=op.f("uq_knowledge_entry_name")),
    )
    op.create_table(
        "knowledge_text",
        sa.Column("entry_id", ID, autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["knowledge_entry.id"], name=op.f("fk_knowledge_text_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "language", name=op.f("pk_knowledge_text")),
    )
    op.create_table(
        "knowledge_phrasing",
        sa.Column("id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["knowledge_entry.id"], name=op.f("fk_knowledge_phrasing_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_phrasing")),
        sa.UniqueConstraint("key", name=op.f("uq_knowledge_phrasing_key")),
    )
    op.create_index(op.f("ix_knowledge_phrasing_entry_id"), "knowledge_phrasing", ["entry_id"])
    op.create_table(
        "knowledge_version",
        sa.Column("id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("at", storage.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["knowledge_entry.id"], name=op.f("fk_knowledge_version_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_version")),
    )
    op.create_index(op.f("ix_knowledge_version_entry_id"), "knowledge_version", ["entry_id"])
    for statement in append_only_ddl("knowledge_version", op.get_bind().dialect.name):
        op.execute(statement)


def _asked_and_learnt() -> None:
    op.create_table(
        "knowledge_question",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("entry_id", ID, nullable=True),
        sa.Column("helpful", sa.SmallInteger(), nullable=True),
        sa.Column("settled", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("at", storage.types.Instant(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('answered', 'offered', 'passed_on')", name=op.f("ck_knowledge_question_outcome")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_knowledge_question_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_question")),
    )
    op.create_index(op.f("ix_knowledge_question_member_id"), "knowledge_question", ["member_id"])
    op.create_index("ix_knowledge_question_at", "knowledge_question", ["at"])
    op.create_table(
        "knowledge_model",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("estimated", sa.SmallInteger(), nullable=False),
        sa.Column("right_answers", sa.Float(), nullable=True),
        sa.Column("false_answers", sa.Float(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", storage.types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_model")),
    )


def downgrade() -> None:
    for table in (
        "knowledge_model",
        "knowledge_question",
        "knowledge_version",
        "knowledge_phrasing",
        "knowledge_text",
        "knowledge_entry",
    ):
        op.drop_table(table)
    op.execute("ALTER TABLE branch DROP COLUMN hours")  # in place: a copy would have to drop the table
