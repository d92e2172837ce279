"""Counts of firms without consent, one a product version and day; an index over consents."""

import sqlalchemy as sa
from alembic import op

from matcher.storage import db as rows

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = rows.UtcDateTime(timezone=True)
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "told_counts",
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("product_version", WHOLE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("eligible", WHOLE),
        sa.Column("open", WHOLE),
        sa.Column("near_miss", WHOLE),
        sa.Column("snapshot_id", sa.Text(), nullable=False),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("product_id", "product_version", "day", name=op.f("pk_told_counts")),
    )
    op.create_index("ix_consents_stamp", "consents", ["grantee", "purpose", "granted_at", "revoked_at"])
    op.create_index("ix_told_counts_owner", "told_counts", ["owner"])


def downgrade() -> None:
    op.drop_index("ix_consents_stamp", "consents")
    op.drop_table("told_counts")
