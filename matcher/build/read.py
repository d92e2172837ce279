"""Rows as they leave the database, a chunk at a time in key order; only the rows a snapshot holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.need import NeedState
from matcher.storage.db import Base
from matcher.storage.enterprises import Building, Enterprise, Relation, Station
from matcher.storage.events import Attendance, Event, Opening, Talent
from matcher.storage.needs import Deal, Need, Offer
from matcher.storage.products import Product
from matcher.storage.stream import stream

Progress = Callable[[str, int, int], None]  # (stage, done, total); it may raise to cancel
Slice = Sequence[str] | None  # the enterprises whose rows are wanted; None for all
Row = sa.Row[Any]

SOURCES: Final[dict[str, type[Base]]] = {
    "stations": Station,
    "buildings": Building,
    "firms": Enterprise,
    "relations": Relation,
    "offers": Offer,
    "needs": Need,
    "deals": Deal,
    "products": Product,
    "openings": Opening,
    "talents": Talent,
    "events": Event,
    "attendances": Attendance,
}
# By which columns a row belongs to an enterprise. The other tables are read whole or not at all.
OWNED: Final[dict[str, tuple[str, ...]]] = {
    "firms": ("enterprise_id",),
    "relations": ("a", "b"),
    "offers": ("enterprise_id",),
    "needs": ("enterprise_id",),
    "deals": ("buyer_id", "seller_id"),
    "openings": ("enterprise_id",),
    "attendances": ("enterprise_id",),
}
FIRM: Final = (
    *("enterprise_id", "code", "name", "industry_code", "scope", "region_code", "address", "building_id"),
    *("floor", "latitude", "longitude", "founded_on", "registered_capital_fen", "employees", "revenue_fen"),
    *("tax_paid_fen", "assets_fen", "tax_grade", "tax_grade_year", "certificates", "owner_group", "listed"),
    *("allows_invitations", "status", "contact_phone", "station_id"),
)
OFFER: Final = ("offer_id", "enterprise_id", "title", "text", "industry_code", "capacity", "serves")
DEAL: Final = ("buyer_id", "seller_id", "stage", "date", "amount_fen")

IDS_AT_ONCE: Final = 500

# Needs that are closed or withdrawn are history, not questions.
_OPEN: Final = frozenset({NeedState.OPEN.value, NeedState.MATCHING.value})


def rows(session: Session, table: str, progress: Progress, only: Slice = None) -> Iterator[Row]:
    """The rows of one table that belong in a snapshot, once each. Reports after each chunk read."""
    total, done = count(session, table) if only is None else len(only), 0
    progress(table, 0, total)
    for chunk in _chunks(session, table, DEAL if table == "deals" else None, only):
        chosen = [row for row in chunk if table != "needs" or row.state in _OPEN]
        yield from chosen
        done += len(chosen)
        progress(table, min(done, total), total)
    progress(table, total, total)


def firms(session: Session, progress: Progress, only: Slice = None) -> Iterator[tuple[list[Row], list[Row]]]:
    """Chunks of enterprises by id, and with each the offers of exactly these."""
    total, done = count(session, "firms") if only is None else len(only), 0
    progress("firms", 0, total)
    for chunk in _chunks(session, "firms", FIRM, only):
        yield chunk, _offers(session, chunk, only)
        done += len(chunk)
        progress("firms", min(done, total), total)
    progress("firms", total, total)


def _chunks(session: Session, table: str, columns: Sequence[str] | None, only: Slice) -> Iterator[list[Row]]:
    if only is None or table not in OWNED:
        yield from stream(session, SOURCES[table], columns)
        return
    source, seen = SOURCES[table].__table__, set[Any]()
    names = [column.key for column in source.columns] if columns is None else list(columns)
    keys = list(sa.inspect(SOURCES[table]).primary_key)
    for start in range(0, len(only), IDS_AT_ONCE):
        some = only[start : start + IDS_AT_ONCE]
        belongs = sa.or_(*(source.c[name].in_(some) for name in OWNED[table]))
        picked = [*(source.c[name] for name in names), *(key.label(f"_{key.key}") for key in keys)]
        found = session.execute(sa.select(*picked).where(belongs)).all()
        # A deal of two wanted enterprises may turn up with each of them.
        fresh = [row for row in found if tuple(row[len(names) :]) not in seen]
        seen.update(tuple(row[len(names) :]) for row in fresh)
        yield fresh


def _offers(session: Session, chunk: Sequence[Row], only: Slice) -> list[Row]:
    if not chunk:
        return []
    source = Offer.__table__.c
    statement = sa.select(*(source[name] for name in OFFER))
    if only is None:
        statement = statement.where(
            source.enterprise_id.between(chunk[0].enterprise_id, chunk[-1].enterprise_id)
        )
    else:
        statement = statement.where(source.enterprise_id.in_([row.enterprise_id for row in chunk]))
    return list(session.execute(statement))


def count(session: Session, table: str) -> int:
    """How many rows the table has; of the needs, how many are open."""
    statement = sa.select(sa.func.count()).select_from(SOURCES[table])
    if table == "needs":
        statement = statement.where(Need.state.in_(sorted(_OPEN)))
    return session.scalar(statement) or 0
