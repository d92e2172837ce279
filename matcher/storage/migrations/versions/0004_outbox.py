"""What has changed since it was last compiled, noted by triggers; and an index on the desk of a firm."""

import sqlalchemy as sa
from alembic import op

from matcher.storage import outbox

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

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


def downgrade() -> None:
    outbox.uninstall(op.get_bind())
    op.drop_index("ix_enterprises_desk", table_name="enterprises")
    op.drop_table("touched")
