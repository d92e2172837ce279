"""Notes, hand-overs, reminders, heads of stations, both sides of introductions, contested relations."""

import sqlalchemy as sa
from alembic import op

from matcher.storage import db as rows

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = rows.UtcDateTime(timezone=True)
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEW = (
    "case_notes",
    "handovers",
    "case_reminders",
    "station_heads",
    "introduction_answers",
    "relay_messages",
    "relation_contests",
)


def upgrade() -> None:
    _files()
    _deadlines()
    _introductions()
    _contests()
    # No choice was ever written there: the column held what the account was made with.
    op.execute("UPDATE accounts SET language = ''")


def downgrade() -> None:
    for name in reversed(NEW):
        op.drop_table(name)
    op.execute("UPDATE accounts SET language = 'zh' WHERE language = ''")


def _text(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, MOMENT, nullable=null)


def _refers(table: str, column: str, other: str, key: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=name)


def _files() -> None:
    op.create_table(
        "case_notes",
        sa.Column("note_id", WHOLE, autoincrement=True, nullable=False),
        *(_text("enterprise_id"), _text("need_id", null=True), _text("text"), _text("reference", null=True)),
        *(_moment("at"), _text("account_id"), _text("station_id")),
        _refers("case_notes", "enterprise_id", "enterprises", "enterprise_id"),
        _refers("case_notes", "need_id", "needs", "need_id"),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_case_notes")),
    )
    op.create_index("ix_case_notes_enterprise_id", "case_notes", ["enterprise_id"])
    op.create_table(
        "handovers",
        *(_text("handover_id"), _text("enterprise_id"), _text("from_station"), _text("to_station")),
        *(_text("ground"), _text("state"), _text("offered_by"), _moment("offered_at")),
        *(_text("decided_by", null=True), _moment("decided_at", null=True), _text("said", null=True)),
        sa.Column("version", WHOLE, nullable=False),
        _refers("handovers", "enterprise_id", "enterprises", "enterprise_id"),
        _refers("handovers", "from_station", "stations", "station_id"),
        _refers("handovers", "to_station", "stations", "station_id"),
        sa.PrimaryKeyConstraint("handover_id", name=op.f("pk_handovers")),
    )
    for column in ("enterprise_id", "from_station", "to_station"):
        op.create_index(f"ix_handovers_{column}", "handovers", [column])


def _deadlines() -> None:
    op.create_table(
        "case_reminders",
        *(_text("need_id"), _text("deadline"), _text("grade"), _moment("by"), _moment("at")),
        _refers("case_reminders", "need_id", "needs", "need_id"),
        sa.PrimaryKeyConstraint("need_id", "deadline", "grade", name=op.f("pk_case_reminders")),
    )
    op.create_table(
        "station_heads",
        *(_text("station_id"), _text("account_id"), _moment("set_at")),
        _refers("station_heads", "station_id", "stations", "station_id"),
        _refers("station_heads", "account_id", "accounts", "account_id"),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_station_heads")),
    )


def _introductions() -> None:
    op.create_table(
        "introduction_answers",
        *(_text("introduction_id"), _text("side")),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        *(_text("reason", null=True), _text("proof", null=True)),
        *(_moment("at"), _text("role"), _text("account_id")),
        _refers("introduction_answers", "introduction_id", "introductions", "introduction_id"),
        sa.PrimaryKeyConstraint("introduction_id", "side", name=op.f("pk_introduction_answers")),
    )
    op.create_table(
        "relay_messages",
        sa.Column("message_id", WHOLE, autoincrement=True, nullable=False),
        *(_text("introduction_id"), _text("side"), _text("text"), _moment("at"), _text("account_id")),
        _refers("relay_messages", "introduction_id", "introductions", "introduction_id"),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_relay_messages")),
    )
    op.create_index("ix_relay_messages_introduction_id", "relay_messages", ["introduction_id"])


def _contests() -> None:
    op.create_table(
        "relation_contests",
        *(_text("contest_id"), _text("a"), _text("b"), _text("kind"), _text("party"), _text("reason")),
        *(_moment("at"), _text("role"), _text("account_id"), _moment("settled_at", null=True)),
        *(_text("settled_by", null=True), _text("outcome", null=True), _text("said", null=True)),
        _refers("relation_contests", "a", "enterprises", "enterprise_id"),
        _refers("relation_contests", "b", "enterprises", "enterprise_id"),
        sa.PrimaryKeyConstraint("contest_id", name=op.f("pk_relation_contests")),
    )
    for column in ("a", "b"):
        op.create_index(f"ix_relation_contests_{column}", "relation_contests", [column])
