"""What was read as the occupation of vacancies and of classes of graduates."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("openings", sa.Column("occupation_read", sa.JSON()))
    op.add_column("talents", sa.Column("occupation_read", sa.JSON()))


def downgrade() -> None:
    op.drop_column("talents", "occupation_read")
    op.drop_column("openings", "occupation_read")
