"""Grants are found by enterprise and grantee, and counted for one grantee, by an index each."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_consents_grant", "consents", ["enterprise_id", "grantee", "purpose"])
    op.drop_index("ix_consents_enterprise_id", "consents")
    op.drop_index("ix_consents_stamp", "consents")
    op.create_index("ix_consents_stamp", "consents", ["grantee", "purpose", "revoked_at"])


def downgrade() -> None:
    op.drop_index("ix_consents_stamp", "consents")
    op.create_index("ix_consents_stamp", "consents", ["grantee", "purpose", "granted_at", "revoked_at"])
    op.create_index("ix_consents_enterprise_id", "consents", ["enterprise_id"])
    op.drop_index("ix_consents_grant", "consents")
