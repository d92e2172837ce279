"""What has changed since it was last compiled, noted by triggers; what was suggested, to compute it again."""

import sqlalchemy as sa
from alembic import op

from matcher.storage import db as rows
from matcher.storage import outbox

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = rows.UtcDateTime(timezone=True)
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "touched",
        sa.Column("seq", WHOLE, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_touched")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_enterprises_desk", "enterprises", ["address", "contact_phone"])
    outbox.install(op.get_bind())
    op.create_table(
        "impressions",
        sa.Column("impression_id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("snapshot_id", sa.Text(), nullable=False),
        sa.Column("configuration", sa.Text(), nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("listed", sa.JSON(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("impression_id", name=op.f("pk_impressions")),
    )
    op.create_index(op.f("ix_impressions_at"), "impressions", ["at"])


def downgrade() -> None:
    op.drop_table("impressions")
    outbox.uninstall(op.get_bind())
    op.drop_index("ix_enterprises_desk", table_name="enterprises")
    op.drop_table("touched")
