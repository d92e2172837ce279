"""Parts of the score of an introduction, and tables of weights learned from outcomes."""

import sqlalchemy as sa
from alembic import op

from matcher.storage import db as rows

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = rows.UtcDateTime(timezone=True)
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("introductions", sa.Column("parts", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("introductions", sa.Column("table_version", WHOLE, nullable=True))
    op.create_table(
        "learned_weights",
        sa.Column("version", WHOLE, autoincrement=True, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("beside", WHOLE, nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("slope", sa.Double(), nullable=False),
        sa.Column("intercept", sa.Double(), nullable=False),
        sa.Column("comparison", sa.JSON(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_learned_weights")),
    )


def downgrade() -> None:
    op.drop_table("learned_weights")
    op.drop_column("introductions", "table_version")
    op.drop_column("introductions", "parts")
