"""What staff and a member have set out to reach together: a goal, a date, who looks after it; and what became of it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table, Text, text

from storage.tables.base import append_only, metadata
from storage.types import Id, Instant

joint_plan = Table(
    "joint_plan",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
    Column("goal_sealed", LargeBinary),
    Column("owner_id", Id, nullable=False),  # the colleague who looks after it, by Telegram id
    Column("due_at", Instant, nullable=False),  # the morning of its day, where the club is
    Column("state", Text, nullable=False),
    Column("told_at", Instant),  # when whoever looks after it heard that its day has come
    CheckConstraint("state IN ('proposed', 'agreed', 'reached', 'dropped')", name="state"),
    Index(
        "ix_joint_plan_open",  # one at a time with each member
        "member_id",
        unique=True,
        sqlite_where=text("state IN ('proposed', 'agreed')"),
        postgresql_where=text("state IN ('proposed', 'agreed')"),
    ),
    Index(
        "ix_joint_plan_due",
        "due_at",
        "id",
        sqlite_where=text("state IN ('proposed', 'agreed')"),
        postgresql_where=text("state IN ('proposed', 'agreed')"),
    ),
    sqlite_autoincrement=True,  # a button of one that is gone must not mean another
)

joint_plan_event = append_only(
    Table(
        "joint_plan_event",
        metadata,
        Column("id", Id, primary_key=True),
        Column("plan_id", Id, ForeignKey("joint_plan.id"), nullable=False, index=True),
        Column("step", Text, nullable=False),
        Column("actor_id", Id),  # the colleague's Telegram id; null: the member
        Column("due_at", Instant, nullable=False),  # from then on
        Column("at", Instant, nullable=False),
        CheckConstraint("step IN ('propose', 'agree', 'counter', 'change', 'move', 'reach', 'drop')", name="step"),
    )
)
