"""What a file last said of an enterprise, so that a line that says it again need not be read."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = ("told_line", "told_version")


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("enterprises", sa.Column(column, WHOLE))


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_column("enterprises", column)
