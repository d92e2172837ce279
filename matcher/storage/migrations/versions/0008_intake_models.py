"""Models of the kinds of needs, learned from corrections."""

import sqlalchemy as sa
from alembic import op

from matcher.storage import db as rows

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = rows.UtcDateTime(timezone=True)
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "intake_models",
        sa.Column("model_id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("examples", WHOLE, nullable=False),
        sa.Column("held_out", WHOLE, nullable=False),
        sa.Column("right_before", WHOLE, nullable=False),
        sa.Column("right_after", WHOLE, nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("model_id", name=op.f("pk_intake_models")),
    )


def downgrade() -> None:
    op.drop_table("intake_models")
