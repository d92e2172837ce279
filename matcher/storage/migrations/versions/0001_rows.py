"""The first schema: every table of the service."""

import sqlalchemy as sa
from alembic import op

from matcher.storage import db as rows

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = rows.UtcDateTime(timezone=True)
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("status", WHOLE, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "route", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
    op.create_table(
        "journal",
        sa.Column(
            "line_id",
            WHOLE,
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text()),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_journal")),
    )
    op.create_index("ix_journal_at", "journal", ["at"])
    op.create_index("ix_journal_subject", "journal", ["subject"])
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("fence", WHOLE, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "runs",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("slot", MOMENT),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT),
        sa.Column("heartbeat_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.Column("stage", sa.Text()),
        sa.Column("done", WHOLE, nullable=False),
        sa.Column("total", WHOLE, nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_runs")),
        sa.UniqueConstraint("job", "slot", name=op.f("uq_runs_job")),
    )
    op.create_index("ix_runs_job", "runs", ["job"])
    op.create_index("ix_runs_state", "runs", ["state"])
    op.create_table(
        "stations",
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("region_code", sa.Text()),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_stations")),
    )
    op.create_table(
        "talents",
        sa.Column("talent_id", sa.Text(), nullable=False),
        sa.Column("school", sa.Text()),
        sa.Column("pool", sa.Text()),
        sa.Column("major", sa.Text()),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("education", sa.Text()),
        sa.Column("wants", sa.Text()),
        sa.Column("headcount", WHOLE),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("talent_id", name=op.f("pk_talents")),
    )
    op.create_table(
        "api_keys",
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_api_keys_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_api_keys")),
    )
    op.create_index("ix_api_keys_account_id", "api_keys", ["account_id"])
    op.create_table(
        "buildings",
        sa.Column("building_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("region_code", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("latitude", sa.Double()),
        sa.Column("longitude", sa.Double()),
        sa.Column("station_id", sa.Text()),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.station_id"], name=op.f("fk_buildings_station_id_stations")
        ),
        sa.PrimaryKeyConstraint("building_id", name=op.f("pk_buildings")),
    )
    op.create_index("ix_buildings_station_id", "buildings", ["station_id"])
    op.create_table(
        "events",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text()),
        sa.Column("organizer", sa.Text()),
        sa.Column("station_id", sa.Text()),
        sa.Column("place", sa.Text()),
        sa.Column("region_code", sa.Text()),
        sa.Column("starts_at", MOMENT),
        sa.Column("ends_at", MOMENT),
        sa.Column("capacity", WHOLE),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON()),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.station_id"], name=op.f("fk_events_station_id_stations")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_kind", "events", ["kind"])
    op.create_index("ix_events_organizer", "events", ["organizer"])
    op.create_index("ix_events_station_id", "events", ["station_id"])
    op.create_table(
        "held_rows",
        sa.Column("held_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Text()),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("line", WHOLE, nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("held_at", MOMENT, nullable=False),
        sa.Column("resolved_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.station_id"], name=op.f("fk_held_rows_station_id_stations")
        ),
        sa.PrimaryKeyConstraint("held_id", name=op.f("pk_held_rows")),
    )
    op.create_index("ix_held_rows_identifier", "held_rows", ["identifier"])
    op.create_index("ix_held_rows_station_id", "held_rows", ["station_id"])
    op.create_table(
        "publications",
        sa.Column(
            "generation",
            WHOLE,
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("snapshot_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text()),
        sa.Column("fence", WHOLE, nullable=False),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_publications_run_id_runs")),
        sa.PrimaryKeyConstraint("generation", name=op.f("pk_publications")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_publications_snapshot_id", "publications", ["snapshot_id"])
    op.create_table(
        "enterprises",
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text()),
        sa.Column("code_verdict", sa.Text()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("industry_code", sa.Text()),
        sa.Column("industry_inferred", sa.Boolean(), nullable=False),
        sa.Column("scope", sa.Text()),
        sa.Column("region_code", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("building_id", sa.Text()),
        sa.Column("floor", sa.Text()),
        sa.Column("latitude", sa.Double()),
        sa.Column("longitude", sa.Double()),
        sa.Column("founded_on", sa.Date()),
        sa.Column("registered_capital_fen", WHOLE, nullable=True),
        sa.Column("employees", WHOLE),
        sa.Column("revenue_fen", WHOLE),
        sa.Column("tax_paid_fen", WHOLE),
        sa.Column("assets_fen", WHOLE),
        sa.Column("tax_grade", sa.Text()),
        sa.Column("tax_grade_year", WHOLE),
        sa.Column("certificates", sa.JSON(), nullable=False),
        sa.Column("owner_group", sa.Text()),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("allows_invitations", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.Text()),
        sa.Column("contact_phone", sa.Text()),
        sa.Column("station_id", sa.Text()),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["building_id"], ["buildings.building_id"], name=op.f("fk_enterprises_building_id_buildings")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.station_id"], name=op.f("fk_enterprises_station_id_stations")
        ),
        sa.PrimaryKeyConstraint("enterprise_id", name=op.f("pk_enterprises")),
        sa.UniqueConstraint("code", name=op.f("uq_enterprises_code")),
    )
    op.create_index("ix_enterprises_building_id", "enterprises", ["building_id"])
    op.create_index("ix_enterprises_industry_code", "enterprises", ["industry_code"])
    op.create_index("ix_enterprises_name_key", "enterprises", ["name_key"])
    op.create_index("ix_enterprises_owner_group", "enterprises", ["owner_group"])
    op.create_index("ix_enterprises_region_code", "enterprises", ["region_code"])
    op.create_index("ix_enterprises_station_id", "enterprises", ["station_id"])
    op.create_table(
        "products",
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("amount_fen", WHOLE),
        sa.Column("term_months", WHOLE),
        sa.Column("rate", sa.Double()),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_until", sa.Date()),
        sa.Column("source", sa.Text()),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("building_id", sa.Text()),
        sa.Column("floor", sa.Text()),
        sa.Column("area_m2", sa.Double()),
        sa.Column("rent_fen", WHOLE),
        sa.Column("use", sa.Text()),
        sa.Column("free_from", sa.Date()),
        sa.Column("hold_period", sa.Text()),
        sa.Column("fit_out", sa.Text()),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["building_id"], ["buildings.building_id"], name=op.f("fk_products_building_id_buildings")
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_products")),
    )
    op.create_index("ix_products_kind", "products", ["kind"])
    op.create_index("ix_products_owner", "products", ["owner"])
    op.create_table(
        "attendances",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tables", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprises.enterprise_id"],
            name=op.f("fk_attendances_enterprise_id_enterprises"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.event_id"], name=op.f("fk_attendances_event_id_events")
        ),
        sa.PrimaryKeyConstraint("event_id", "enterprise_id", name=op.f("pk_attendances")),
    )
    op.create_table(
        "consents",
        sa.Column("consent_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("grantee", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text()),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("valid_from", MOMENT, nullable=False),
        sa.Column("valid_to", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.Column("revoked_by", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprises.enterprise_id"],
            name=op.f("fk_consents_enterprise_id_enterprises"),
        ),
        sa.PrimaryKeyConstraint("consent_id", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_enterprise_id", "consents", ["enterprise_id"])
    op.create_index("ix_consents_grantee", "consents", ["grantee"])
    op.create_table(
        "needs",
        sa.Column("need_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("kind", sa.Text()),
        sa.Column("industry_code", sa.Text()),
        sa.Column("amount_fen", WHOLE),
        sa.Column("quantity", sa.Double()),
        sa.Column("deadline", sa.Date()),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("understood", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Text()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprises.enterprise_id"], name=op.f("fk_needs_enterprise_id_enterprises")
        ),
        sa.PrimaryKeyConstraint("need_id", name=op.f("pk_needs")),
    )
    op.create_index("ix_needs_enterprise_id", "needs", ["enterprise_id"])
    op.create_index("ix_needs_state", "needs", ["state"])
    op.create_table(
        "offers",
        sa.Column("offer_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("industry_code", sa.Text()),
        sa.Column("capacity", sa.Double()),
        sa.Column("serves", sa.JSON(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprises.enterprise_id"], name=op.f("fk_offers_enterprise_id_enterprises")
        ),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_offers")),
    )
    op.create_index("ix_offers_enterprise_id", "offers", ["enterprise_id"])
    op.create_table(
        "openings",
        sa.Column("opening_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("occupation", sa.Text()),
        sa.Column("headcount", WHOLE),
        sa.Column("wage_min_fen", WHOLE),
        sa.Column("wage_max_fen", WHOLE),
        sa.Column("education", sa.Text()),
        sa.Column("place", sa.Text()),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprises.enterprise_id"],
            name=op.f("fk_openings_enterprise_id_enterprises"),
        ),
        sa.PrimaryKeyConstraint("opening_id", name=op.f("pk_openings")),
    )
    op.create_index("ix_openings_enterprise_id", "openings", ["enterprise_id"])
    op.create_table(
        "relations",
        sa.Column("a", sa.Text(), nullable=False),
        sa.Column("b", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text()),
        sa.Column("entered_by", sa.Text()),
        sa.Column("until", sa.Date()),
        sa.Column("contested", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["a"], ["enterprises.enterprise_id"], name=op.f("fk_relations_a_enterprises")
        ),
        sa.ForeignKeyConstraint(
            ["b"], ["enterprises.enterprise_id"], name=op.f("fk_relations_b_enterprises")
        ),
        sa.PrimaryKeyConstraint("a", "b", "kind", name=op.f("pk_relations")),
    )
    op.create_index("ix_relations_b", "relations", ["b"])
    op.create_table(
        "deals",
        sa.Column("deal_id", sa.Text(), nullable=False),
        sa.Column("buyer_id", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.Text(), nullable=False),
        sa.Column("date", sa.Date()),
        sa.Column("amount_fen", WHOLE),
        sa.Column("need_id", sa.Text()),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["enterprises.enterprise_id"], name=op.f("fk_deals_buyer_id_enterprises")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["needs.need_id"], name=op.f("fk_deals_need_id_needs")),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["enterprises.enterprise_id"], name=op.f("fk_deals_seller_id_enterprises")
        ),
        sa.PrimaryKeyConstraint("deal_id", name=op.f("pk_deals")),
    )
    op.create_index("ix_deals_buyer_id", "deals", ["buyer_id"])
    op.create_index("ix_deals_need_id", "deals", ["need_id"])
    op.create_index("ix_deals_seller_id", "deals", ["seller_id"])
    op.create_table(
        "introductions",
        sa.Column("introduction_id", sa.Text(), nullable=False),
        sa.Column("need_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("snapshot_id", sa.Text()),
        sa.Column("score", sa.Double()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprises.enterprise_id"],
            name=op.f("fk_introductions_enterprise_id_enterprises"),
        ),
        sa.ForeignKeyConstraint(["need_id"], ["needs.need_id"], name=op.f("fk_introductions_need_id_needs")),
        sa.PrimaryKeyConstraint("introduction_id", name=op.f("pk_introductions")),
    )
    op.create_index("ix_introductions_enterprise_id", "introductions", ["enterprise_id"])
    op.create_index("ix_introductions_need_id", "introductions", ["need_id"])


def downgrade() -> None:
    for table in (
        "introductions",
        "deals",
        "relations",
        "openings",
        "offers",
        "needs",
        "consents",
        "attendances",
        "products",
        "enterprises",
        "publications",
        "held_rows",
        "events",
        "buildings",
        "api_keys",
        "talents",
        "stations",
        "runs",
        "leases",
        "journal",
        "idempotency_keys",
        "accounts",
    ):
        op.drop_table(table)
