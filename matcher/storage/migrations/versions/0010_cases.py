"""The ledger of cases and the terms of stations."""

import sqlalchemy as sa
from alembic import op

from matcher.storage import db as rows

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = rows.UtcDateTime(timezone=True)
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "case_steps",
        sa.Column("step_id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("need_id", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("satisfaction", WHOLE, nullable=True),
        sa.Column("contact_by", MOMENT, nullable=True),
        sa.Column("answer_by", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["need_id"], ["needs.need_id"], name=op.f("fk_case_steps_need_id_needs")),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_case_steps")),
    )
    op.create_index("ix_case_steps_need_id", "case_steps", ["need_id"])
    op.create_table(
        "station_terms",
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("contact_minutes", WHOLE, nullable=False),
        sa.Column("question_minutes", WHOLE, nullable=False),
        sa.Column("other_minutes", WHOLE, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.station_id"], name=op.f("fk_station_terms_station_id_stations")
        ),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_station_terms")),
    )


def downgrade() -> None:
    op.drop_table("station_terms")
    op.drop_index("ix_case_steps_need_id", "case_steps")
    op.drop_table("case_steps")
