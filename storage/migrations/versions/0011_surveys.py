"""Surveys: what is asked, whose turn it was, and sums that name nobody"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0011"
down_revision = "0017"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = storage.types.Instant(timezone=True)


def upgrade() -> None:
    op.create_table(
        "survey",
        sa.Column("id", _ID, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("campaign_id", _ID, nullable=True),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.CheckConstraint("state IN ('draft', 'on', 'closed')", name=op.f("ck_survey_state")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_survey_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "survey_turn",
        sa.Column("id", _ID, nullable=False),
        sa.Column("member_id", _ID, nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("survey_id", _ID, nullable=True),
        sa.Column("send_id", _ID, nullable=True),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("draft_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", _INSTANT, nullable=True),
        sa.Column("staff_id", _ID, nullable=True),
        sa.Column("willing", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint("willing IN (0, 1)", name=op.f("ck_survey_turn_willing")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_survey_turn_member_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_survey_turn_survey_id")),
        sa.ForeignKeyConstraint(["send_id"], ["campaign_send.id"], name=op.f("fk_survey_turn_send_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_turn")),
        sa.UniqueConstraint("member_id", "period", name=op.f("uq_survey_turn_member_id_period")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_survey_turn_round", "survey_turn", ["survey_id", "period", "answered_at"])
    op.create_index("ix_survey_turn_asked_at", "survey_turn", ["survey_id", "asked_at"])
    op.create_index("ix_survey_turn_send_id", "survey_turn", ["send_id"])
    op.create_table(
        "survey_tally",
        sa.Column("survey_id", _ID, autoincrement=False, nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("value", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_survey_tally_survey_id")),
        sa.PrimaryKeyConstraint("survey_id", "period", "item", "value", name=op.f("pk_survey_tally")),
    )


def downgrade() -> None:
    for table in ("survey_tally", "survey_turn", "survey"):
        op.drop_table(table)
