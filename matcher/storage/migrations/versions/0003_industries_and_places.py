"""How sure an inferred industry is."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("enterprises", sa.Column("industry_confidence", sa.Double()))


def downgrade() -> None:
    op.drop_column("enterprises", "industry_confidence")
