"""What has changed since it was last compiled: one line a change, written by triggers in its transaction.

Triggers, because rows are changed in many ways (a form, an import of a million rows, a correction by hand)
and a change that nobody notes would stay unseen until the night.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base

FIRM: Final = "firm"
BUILDING: Final = "building"  # its firms inherit where it stands

# Table -> (kind, column that names what is touched). No column: the table is compiled whole.
WATCHED: Final[dict[str, tuple[tuple[str, str | None], ...]]] = {
    "enterprises": ((FIRM, "enterprise_id"),),
    "offers": ((FIRM, "enterprise_id"),),
    "needs": ((FIRM, "enterprise_id"),),
    "openings": ((FIRM, "enterprise_id"),),
    "deals": ((FIRM, "buyer_id"), (FIRM, "seller_id")),
    "relations": ((FIRM, "a"), (FIRM, "b")),
    "buildings": ((BUILDING, "building_id"),),
    "stations": (("stations", None),),
    "products": (("products", None),),
    "talents": (("talents", None),),
    "events": (("events", None),),
    "attendances": (("attendances", None), (FIRM, "enterprise_id")),
    "introductions": ((FIRM, "enterprise_id"),),
}
_ROWS: Final = {"insert": ("new",), "update": ("old", "new"), "delete": ("old",)}


class Touched(Base):
    """One change. `identifier` is empty where a whole table is meant."""

    __tablename__ = "touched"
    # Without it SQLite gives the number of a deleted last row out again.
    __table_args__ = {"sqlite_autoincrement": True}
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str]
    identifier: Mapped[str]


@dataclass(frozen=True)
class Seen:
    """The lines that a reading transaction saw, as runs of numbers: on PostgreSQL a line with a lower number
    may become visible later, and must then not be taken for seen.
    """

    runs: tuple[tuple[int, int], ...] = ()


def seen(session: Session) -> Seen:
    """The lines there are. Read it in the transaction that reads the rows."""
    number = sa.func.row_number().over(order_by=Touched.seq)
    gaps = sa.select(Touched.seq, (Touched.seq - number).label("gap")).subquery()
    runs = sa.select(sa.func.min(gaps.c.seq), sa.func.max(gaps.c.seq)).group_by(gaps.c.gap)
    return Seen(tuple((first, last) for first, last in session.execute(runs)))


def count(session: Session) -> int:
    """How many lines there are."""
    return session.scalar(sa.select(sa.func.count()).select_from(Touched)) or 0


def touched(session: Session) -> dict[str, set[str]]:
    """What has changed, by kind."""
    found: dict[str, set[str]] = {}
    for kind, identifier in session.execute(sa.select(Touched.kind, Touched.identifier).distinct()):
        found.setdefault(kind, set()).add(identifier)
    return found


def forget(session: Session, lines: Seen) -> None:
    """Remove lines that a published snapshot holds. In the transaction that publishes it."""
    for first, last in lines.runs:
        session.execute(sa.delete(Touched).where(Touched.seq.between(first, last)))


def install(connection: sa.Connection) -> None:
    """Make the triggers anew. A step of the schema that builds a table anew on SQLite loses its triggers."""
    for statement in (*_removals(connection), *_creations(connection)):
        connection.exec_driver_sql(statement)


def uninstall(connection: sa.Connection) -> None:
    """Take the triggers away."""
    for statement in _removals(connection):
        connection.exec_driver_sql(statement)


def _removals(connection: sa.Connection) -> Iterator[str]:
    on_table = connection.dialect.name == "postgresql"
    for table, action in _pairs():
        yield f"DROP TRIGGER IF EXISTS touch_{table}_{action}" + (f" ON {table}" if on_table else "")
        if on_table:
            yield f"DROP FUNCTION IF EXISTS touch_{table}_{action}()"


def _creations(connection: sa.Connection) -> Iterator[str]:
    for table, action in _pairs():
        lines = " ".join(_lines(table, action))
        if connection.dialect.name == "postgresql":
            yield (
                f"CREATE FUNCTION touch_{table}_{action}() RETURNS trigger LANGUAGE plpgsql"
                f" AS $$ BEGIN {lines} RETURN NULL; END $$"
            )
            yield (
                f"CREATE TRIGGER touch_{table}_{action} AFTER {action} ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION touch_{table}_{action}()"
            )
        else:
            yield f"CREATE TRIGGER touch_{table}_{action} AFTER {action} ON {table} BEGIN {lines} END"


def _lines(table: str, action: str) -> Iterator[str]:
    """Both the old and the new owner of a row that has moved; the same twice is once."""
    rows = _ROWS[action]
    for kind, column in WATCHED[table]:
        for row in rows if column is not None else rows[:1]:
            named = "''" if column is None else f"{row}.{column}"
            unless = (
                f" WHERE new.{column} <> old.{column}" if column and row == "old" and len(rows) == 2 else ""
            )
            yield f"INSERT INTO touched (kind, identifier) SELECT '{kind}', {named}{unless};"


def _pairs() -> Iterator[tuple[str, str]]:
    return ((table, action) for table in WATCHED for action in _ROWS)
