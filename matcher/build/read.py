"""Rows as they leave the database, one stream a table, in key order; only the rows a snapshot holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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

# Needs that are closed or withdrawn are history, not questions.
_OPEN: Final = frozenset({NeedState.OPEN.value, NeedState.MATCHING.value})


def rows(session: Session, table: str, progress: Progress) -> Iterator[sa.Row[Any]]:
    """All rows of one table that belong in a snapshot. Reports after each chunk read."""
    total, done = count(session, table), 0
    progress(table, 0, total)
    for chunk in stream(session, SOURCES[table]):
        chosen = [row for row in chunk if table != "needs" or row.state in _OPEN]
        yield from chosen
        done += len(chosen)
        progress(table, done, total)


def count(session: Session, table: str) -> int:
    """How many rows the table has; of the needs, how many are open."""
    statement = sa.select(sa.func.count()).select_from(SOURCES[table])
    if table == "needs":
        statement = statement.where(Need.state.in_(sorted(_OPEN)))
    return session.scalar(statement) or 0
