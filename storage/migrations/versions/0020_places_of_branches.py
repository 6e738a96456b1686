"""Where a branch stands: its city, and its place on the map"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("branch", sa.Column("city", sa.Text(), server_default="", nullable=False))
    op.add_column("branch", sa.Column("latitude", sa.Double(), nullable=True))
    op.add_column("branch", sa.Column("longitude", sa.Double(), nullable=True))


def downgrade() -> None:
    for column in ("longitude", "latitude", "city"):  # in place: a copy would have to drop the table
        op.execute(f"ALTER TABLE branch DROP COLUMN {column}")
