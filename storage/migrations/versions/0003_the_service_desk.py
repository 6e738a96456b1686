"""Requests in more states, with a cause; a history that only grows; what complaints are made up for with"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types
from storage.tables.base import append_only_ddl

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_STEPS = {"opened": "open", "taken": "take", "replied": "reply", "resolved": "resolve"}
_STATES = {"opened": "new", "taken": "taken", "replied": "taken", "resolved": "closed"}
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.drop_constraint(op.f("ck_ticket_state"), type_="check")
        batch_op.drop_constraint(op.f("ck_ticket_owned"), type_="check")
        batch_op.add_column(sa.Column("cause", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("joined_to", _ID, nullable=True))
        batch_op.create_foreign_key(op.f("fk_ticket_joined_to"), "ticket", ["joined_to"], ["id"])
    op.execute("UPDATE ticket SET state = 'closed' WHERE state = 'resolved'")
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_ticket_state"),
            "state IN ('new', 'taken', 'investigating', 'waiting', 'fixed', 'explained', 'compensated', 'feedback', "
            "'closed')",
        )
        batch_op.create_check_constraint(
            op.f("ck_ticket_owned"), "state = 'new' OR owner_id IS NOT NULL OR joined_to IS NOT NULL"
        )
        batch_op.create_check_constraint(
            op.f("ck_ticket_resolved"), "(state IN ('feedback', 'closed')) = (resolved_at IS NOT NULL)"
        )
    with op.batch_alter_table("ticket_message") as batch_op:
        batch_op.drop_constraint(op.f("ck_ticket_message_author"), type_="check")
        batch_op.create_check_constraint(op.f("ck_ticket_message_author"), "author IN ('member', 'staff', 'note')")
    _renew_events()
    _add_compensations()


def _add_compensations() -> None:
    op.create_table(
        "compensation",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("points", _ID, nullable=True),
        sa.Column("value", _ID, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", _ID, nullable=False),
        sa.Column("asked_at", storage.types.Instant(timezone=True), nullable=False),
        sa.Column("decided_by", _ID, nullable=True),
        sa.Column("decided_at", storage.types.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'given', 'declined', 'taken_back')", name=op.f("ck_compensation_state")),
        sa.CheckConstraint(
            "(points > 0 AND value IS NULL) OR (value > 0 AND points IS NULL)", name=op.f("ck_compensation_something")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_compensation_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compensation")),
    )
    op.create_index("ix_compensation_ticket_id", "compensation", ["ticket_id"])
    waits = sa.text("state = 'asked'")
    op.create_index(
        "ix_compensation_asked",
        "compensation",
        ["ticket_id"],
        unique=True,
        sqlite_where=waits,
        postgresql_where=waits,
    )


def _renew_events() -> None:
    """The history names the state that each step led to, and no customer: so nothing in it ever has to change."""
    op.execute("CREATE TABLE ticket_event_before AS SELECT * FROM ticket_event")
    op.drop_table("ticket_event")
    op.create_table(
        "ticket_event",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("actor_id", _ID, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("old", sa.Text(), nullable=True),
        sa.Column("new", sa.Text(), nullable=True),
        sa.Column("at", storage.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_event_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_event")),
    )
    op.create_index(op.f("ix_ticket_event_ticket_id"), "ticket_event", ["ticket_id"])
    for kind, step in _STEPS.items():
        op.get_bind().execute(
            sa.text(
                "INSERT INTO ticket_event (id, ticket_id, step, actor_id, state, at) SELECT id, ticket_id, :step, "
                "CASE WHEN kind = 'opened' THEN NULL ELSE actor_id END, :state, at FROM ticket_event_before "
                "WHERE kind = :kind"
            ),
            {"kind": kind, "step": step, "state": _STATES[kind]},
        )
    op.drop_table("ticket_event_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('ticket_event', 'id'), max(id)) FROM ticket_event")
    for statement in append_only_ddl("ticket_event", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("compensation")
    _go_back_to_kinds()
    op.execute("DELETE FROM ticket_message WHERE author = 'note'")
    with op.batch_alter_table("ticket_message") as batch_op:
        batch_op.drop_constraint(op.f("ck_ticket_message_author"), type_="check")
        batch_op.create_check_constraint(op.f("ck_ticket_message_author"), "author IN ('member', 'staff')")
    with op.batch_alter_table("ticket") as batch_op:
        for name in ("state", "owned", "resolved"):
            batch_op.drop_constraint(op.f(f"ck_ticket_{name}"), type_="check")
        batch_op.drop_constraint(op.f("fk_ticket_joined_to"), type_="foreignkey")
        batch_op.drop_column("joined_to")
        batch_op.drop_column("cause")
    op.execute("UPDATE ticket SET state = 'resolved' WHERE resolved_at IS NOT NULL")
    op.execute("UPDATE ticket SET state = 'new' WHERE owner_id IS NULL")
    op.execute("UPDATE ticket SET state = 'taken' WHERE state NOT IN ('new', 'resolved')")
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.create_check_constraint(op.f("ck_ticket_state"), "state IN ('new', 'taken', 'resolved')")
        batch_op.create_check_constraint(op.f("ck_ticket_owned"), "state = 'new' OR owner_id IS NOT NULL")


def _go_back_to_kinds() -> None:
    op.execute("CREATE TABLE ticket_event_after AS SELECT * FROM ticket_event")
    op.drop_table("ticket_event")
    op.create_table(
        "ticket_event",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("actor_id", _ID, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", storage.types.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('opened', 'taken', 'replied', 'resolved')", name=op.f("ck_ticket_event_kind")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_event_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_event")),
    )
    op.create_index(op.f("ix_ticket_event_ticket_id"), "ticket_event", ["ticket_id"])
    for kind, step in _STEPS.items():
        op.get_bind().execute(
            sa.text(
                "INSERT INTO ticket_event (id, ticket_id, kind, actor_id, at) "
                "SELECT id, ticket_id, :kind, actor_id, at FROM ticket_event_after WHERE step = :step"
            ),
            {"kind": kind, "step": step},
        )
    op.drop_table("ticket_event_after")
