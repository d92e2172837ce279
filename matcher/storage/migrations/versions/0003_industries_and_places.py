"""How sure an inferred industry is; the tower an address names; buildings by several names, and their merges."""

import sqlalchemy as sa
from alembic import op

from matcher.storage import db as rows

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = rows.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.add_column("enterprises", sa.Column("industry_confidence", sa.Double()))
    op.add_column("enterprises", sa.Column("place_key", sa.Text()))
    # The default fills the rows that are there; new rows bring their value.
    op.add_column(
        "enterprises", sa.Column("place_inferred", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index("ix_enterprises_place_key", "enterprises", ["place_key"])
    op.add_column("buildings", sa.Column("aliases", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "building_merges",
        sa.Column("merge_id", sa.Text(), nullable=False),
        sa.Column("kept_id", sa.Text(), nullable=False),
        sa.Column("gone_id", sa.Text(), nullable=False),
        sa.Column("gone", sa.JSON(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=False),
        sa.Column("merged_at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT),
        sa.PrimaryKeyConstraint("merge_id", name=op.f("pk_building_merges")),
    )
    op.create_index("ix_building_merges_kept_id", "building_merges", ["kept_id"])
    op.create_index("ix_building_merges_gone_id", "building_merges", ["gone_id"])


def downgrade() -> None:
    op.drop_table("building_merges")
    op.drop_index("ix_enterprises_place_key", "enterprises")
    for table, column in (
        ("buildings", "aliases"),
        ("enterprises", "place_inferred"),
        ("enterprises", "place_key"),
        ("enterprises", "industry_confidence"),
    ):
        op.drop_column(table, column)
