"""What was read as the occupation of vacancies and classes; how often each enterprise was shown."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("openings", sa.Column("occupation_read", sa.JSON()))
    op.add_column("talents", sa.Column("occupation_read", sa.JSON()))
    counted = sa.Column("counted", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("impressions", counted)
    op.create_table(
        "shown",
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("times", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", name=op.f("pk_shown")),
    )


def downgrade() -> None:
    op.drop_table("shown")
    op.drop_column("impressions", "counted")
    op.drop_column("talents", "occupation_read")
    op.drop_column("openings", "occupation_read")
