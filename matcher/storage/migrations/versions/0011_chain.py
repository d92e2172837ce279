"""Links of the chain that an installation knows beside the built-in ones."""

import sqlalchemy as sa
from alembic import op

from matcher.storage import db as rows

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chain_links",
        sa.Column("upstream", sa.Text(), nullable=False),
        sa.Column("downstream", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("updated_at", rows.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("upstream", "downstream", name=op.f("pk_chain_links")),
    )


def downgrade() -> None:
    op.drop_table("chain_links")
