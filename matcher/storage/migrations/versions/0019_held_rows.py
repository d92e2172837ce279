"""Held rows keep the map they were read by, and who ended their waiting how."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("held_rows", sa.Column("column_map", sa.JSON()))
    op.add_column("held_rows", sa.Column("resolution", sa.Text()))
    op.add_column("held_rows", sa.Column("resolved_by", sa.Text()))


def downgrade() -> None:
    for column in ("resolved_by", "resolution", "column_map"):
        op.drop_column("held_rows", column)
