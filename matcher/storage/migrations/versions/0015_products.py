"""Products: versions, stories, quotas, what they repair; spaces held and joined; loans taken up; decisions."""

import sqlalchemy as sa
from alembic import op

from matcher.storage import db as rows

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = rows.UtcDateTime(timezone=True)
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT, DAY, JSON = sa.Text(), sa.Date(), sa.JSON()


def upgrade() -> None:
    _columns()
    op.create_table(
        "product_versions",
        sa.Column("product_id", TEXT, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("content", JSON, nullable=False),
        _key("product_versions", "product_id", "products"),
        sa.PrimaryKeyConstraint("product_id", "version", name=op.f("pk_product_versions")),
    )
    op.create_table(
        "policy_tellings",
        sa.Column("product_id", TEXT, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("occasion", TEXT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("stations", WHOLE, nullable=False),
        sa.Column("firms", WHOLE, nullable=False),
        _key("policy_tellings", "product_id", "products"),
        sa.PrimaryKeyConstraint("product_id", "version", "occasion", name=op.f("pk_policy_tellings")),
    )
    _holds()
    _take_ups()
    _decisions()


def _columns() -> None:
    # The defaults fill the rows that are there; new rows bring their value.
    for name, kind, default in (
        ("documents", JSON, "[]"),
        ("repairs", JSON, "[]"),
        ("joins", JSON, "[]"),
        ("transitional", sa.Boolean(), sa.false()),
    ):
        op.add_column("products", sa.Column(name, kind, nullable=False, server_default=default))
    for name, kind in (
        ("stories", TEXT),
        ("quota", WHOLE),
        ("take_up_minutes", WHOLE),
        ("least_area_m2", sa.Double()),
        ("hold_days", WHOLE),
    ):
        op.add_column("products", sa.Column(name, kind))


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.{column}"], name=op.f(f"fk_{table}_{column}_{other}"))


def _holds() -> None:
    op.create_table(
        "space_holds",
        sa.Column("hold_id", TEXT, nullable=False),
        sa.Column("product_id", TEXT, nullable=False),
        sa.Column("enterprise_id", TEXT, nullable=False),
        sa.Column("area_m2", sa.Double()),
        sa.Column("until", DAY, nullable=False),
        sa.Column("held_by", TEXT, nullable=False),
        sa.Column("held_at", MOMENT, nullable=False),
        sa.Column("released_at", MOMENT),
        _key("space_holds", "product_id", "products"),
        _key("space_holds", "enterprise_id", "enterprises"),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_space_holds")),
    )
    op.create_index("ix_space_holds_product_id", "space_holds", ["product_id"])
    op.create_index("ix_space_holds_enterprise_id", "space_holds", ["enterprise_id"])


def _take_ups() -> None:
    op.create_table(
        "take_ups",
        sa.Column("take_up_id", TEXT, nullable=False),
        sa.Column("need_id", TEXT, nullable=False),
        sa.Column("enterprise_id", TEXT, nullable=False),
        sa.Column("product_id", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("place", WHOLE, nullable=False),
        sa.Column("minutes", WHOLE, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("offered_at", MOMENT),
        sa.Column("due_at", MOMENT),
        sa.Column("taken_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("reason", TEXT),
        sa.Column("said", TEXT),
        sa.Column("amount_fen", WHOLE),
        sa.Column("rate", sa.Double()),
        sa.Column("version", WHOLE, nullable=False),
        _key("take_ups", "need_id", "needs"),
        _key("take_ups", "enterprise_id", "enterprises"),
        _key("take_ups", "product_id", "products"),
        sa.PrimaryKeyConstraint("take_up_id", name=op.f("pk_take_ups")),
    )
    op.create_index("ix_take_ups_need_id", "take_ups", ["need_id"])
    op.create_index("ix_take_ups_enterprise_id", "take_ups", ["enterprise_id"])
    op.create_index("ix_take_ups_product_id", "take_ups", ["product_id"])
    op.create_index("ix_take_ups_owner_state", "take_ups", ["owner", "state"])
    op.create_index("ix_take_ups_state_due", "take_ups", ["state", "due_at"])


def _decisions() -> None:
    op.create_table(
        "bank_decisions",
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("decision_id", TEXT, nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("bad", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("owner", "decision_id", name=op.f("pk_bank_decisions")),
    )
    op.create_table(
        "bank_learning",
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("switched_on", sa.Boolean(), nullable=False),
        sa.Column("model", JSON),
        sa.Column("learned_at", MOMENT),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_bank_learning")),
    )


def downgrade() -> None:
    for table in ("bank_learning", "bank_decisions"):
        op.drop_table(table)
    for name in ("state_due", "owner_state", "product_id", "enterprise_id", "need_id"):
        op.drop_index(f"ix_take_ups_{name}", "take_ups")
    op.drop_table("take_ups")
    for name in ("enterprise_id", "product_id"):
        op.drop_index(f"ix_space_holds_{name}", "space_holds")
    for table in ("space_holds", "policy_tellings", "product_versions"):
        op.drop_table(table)
    for column in (
        "hold_days", "least_area_m2", "take_up_minutes", "quota", "stories", "transitional", "joins",
        "repairs", "documents",
    ):  # fmt: skip
        op.drop_column("products", column)
