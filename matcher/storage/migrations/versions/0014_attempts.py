"""What hosts count together: wrong keys and wrong passwords of the last minute."""

import sqlalchemy as sa
from alembic import op

from matcher.storage import db as rows

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempts",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("moments", sa.JSON(), nullable=False),
        sa.Column("touched_at", rows.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempts")),
    )
    op.create_index("ix_attempts_touched_at", "attempts", ["touched_at"])


def downgrade() -> None:
    op.drop_table("attempts")
