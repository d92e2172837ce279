"""A run tells its pace: pieces a second of the stage it is in."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("rate", sa.Double()))


def downgrade() -> None:
    op.drop_column("runs", "rate")
