"""Rows of an import that were kept apart: nothing is guessed, somebody must be asked first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base


class HeldRow(Base):
    """One row that was not loaded. `cells` is the row as it stood in the file.

    `reason` is a catalogue key (file ``imports``) that says what to ask. `held_id` is a digest of
    kind and cells, so the same file twice holds the same row once.
    """

    __tablename__ = "held_rows"
    held_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    identifier: Mapped[str] = mapped_column(index=True)
    station_id: Mapped[str | None] = mapped_column(sa.ForeignKey("stations.station_id"), index=True)
    file: Mapped[str]
    line: Mapped[int]
    column: Mapped[str]
    value: Mapped[str]
    reason: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    cells: Mapped[dict[str, Any]] = mapped_column(default=dict)
    held_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    # The map its file was read by, None without one.
    column_map: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    resolution: Mapped[str | None]
    resolved_by: Mapped[str | None]


def waiting(session: Session, station_id: str | None, n: int, after: str = "") -> Sequence[HeldRow]:
    """The next `n` rows of a station that wait (None: of no station), from the one behind `after`."""
    order = sa.tuple_(HeldRow.file, HeldRow.line, HeldRow.held_id)
    statement = sa.select(HeldRow).where(*_waits(station_id))
    last = session.get(HeldRow, after) if after else None
    if last is not None:
        statement = statement.where(order > sa.tuple_(sa.literal(last.file), last.line, sa.literal(after)))
    return session.scalars(statement.order_by(HeldRow.file, HeldRow.line, HeldRow.held_id).limit(n)).all()


def count(session: Session, station_id: str | None) -> int:
    """How many rows of a station wait (None: of no station)."""
    counted = sa.select(sa.func.count()).select_from(HeldRow).where(*_waits(station_id))
    return int(session.scalar(counted) or 0)


def _waits(station_id: str | None) -> list[sa.ColumnElement[bool]]:
    station = HeldRow.station_id
    return [HeldRow.resolved_at.is_(None), station.is_(None) if station_id is None else station == station_id]


def locked(session: Session, held_id: str) -> HeldRow | None:
    """The row as it stands now, and nobody else changes it before this transaction ends."""
    statement = sa.select(HeldRow).where(HeldRow.held_id == held_id).with_for_update()
    return session.scalar(statement, execution_options={"populate_existing": True})
