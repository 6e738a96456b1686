"""What happened lately is found by its moment: purchases, points earned, requests resolved"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_purchase_bought", "purchase", ["bought_at", "member_id"])
    op.create_index("ix_ticket_resolved", "ticket", ["resolved_at"])
    earned = sa.text("kind = 'earn'")
    op.create_index(
        "ix_point_entry_earned", "point_entry", ["at", "member_id"], sqlite_where=earned, postgresql_where=earned
    )


def downgrade() -> None:
    op.drop_index("ix_point_entry_earned", "point_entry")
    op.drop_index("ix_ticket_resolved", "ticket")
    op.drop_index("ix_purchase_bought", "purchase")
