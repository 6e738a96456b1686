"""What requests and customers are found by"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = storage.types.Instant(timezone=True)


def upgrade() -> None:
    for noun in ("ticket", "member"):
        table = f"{noun}_word"
        op.create_table(
            table,
            sa.Column("word", _ID, autoincrement=False, nullable=False),
            sa.Column(f"{noun}_id", _ID, autoincrement=False, nullable=False),
            sa.ForeignKeyConstraint([f"{noun}_id"], [f"{noun}.id"], name=op.f(f"fk_{table}_{noun}_id")),
            sa.PrimaryKeyConstraint("word", f"{noun}_id", name=op.f(f"pk_{table}")),
            sqlite_with_rowid=False,
        )
        op.create_index(f"ix_{table}_{noun}_id", table, [f"{noun}_id"])
    op.create_table(
        "search",
        sa.Column("id", _ID, nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_search_at"), "search", ["at"])
    # What was said before is sealed. It is made searchable while the bot works, the newest first (club/search.py).
    op.execute(
        "INSERT INTO bot_state (key, value) "
        "SELECT 'searchable_from', CAST(max(id) + 1 AS TEXT) FROM ticket_message HAVING max(id) IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DELETE FROM bot_state WHERE key IN ('searchable_from', 'names_searchable_to')")
    for table in ("search", "member_word", "ticket_word"):
        op.drop_table(table)
