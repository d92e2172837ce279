"""Imports with a staging area; merges and splits of enterprises."""

import sqlalchemy as sa
from alembic import op

from matcher.storage import db as rows

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = rows.UtcDateTime(timezone=True)
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("import_id", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempt", WHOLE, nullable=False),
        sa.Column("holder", sa.Text()),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("done", WHOLE, nullable=False),
        sa.Column("total", WHOLE, nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("stage_began_at", MOMENT),
        sa.Column("beat_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_imports")),
    )
    op.create_index("ix_imports_state", "imports", ["state"])
    op.create_table(
        "staged_chunks",
        sa.Column("import_id", sa.Text(), nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("lines", WHOLE, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.import_id"], name=op.f("fk_staged_chunks_import_id_imports")
        ),
        sa.PrimaryKeyConstraint("import_id", "position", name=op.f("pk_staged_chunks")),
    )
    op.add_column("enterprises", sa.Column("merged_into", sa.Text()))
    op.create_index("ix_enterprises_merged_into", "enterprises", ["merged_into"])
    _identity_changes()


def _identity_changes() -> None:
    op.create_table(
        "identity_changes",
        sa.Column("change_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("kept_id", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("undone_by", sa.Text()),
        sa.Column("undone_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["enterprises.enterprise_id"], name=op.f("fk_identity_changes_kept_id_enterprises")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["enterprises.enterprise_id"], name=op.f("fk_identity_changes_other_id_enterprises")
        ),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_identity_changes")),
    )
    op.create_index("ix_identity_changes_kept_id", "identity_changes", ["kept_id"])
    op.create_index("ix_identity_changes_other_id", "identity_changes", ["other_id"])


def downgrade() -> None:
    op.drop_table("identity_changes")
    op.drop_index("ix_enterprises_merged_into", "enterprises")
    with op.batch_alter_table("enterprises") as table:
        table.drop_column("merged_into")
    op.drop_table("staged_chunks")
    op.drop_table("imports")
