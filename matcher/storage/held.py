"""Rows of an import that were kept apart: nothing is guessed, somebody must be asked first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Sought:
    """Whose waiting rows (None: of no station), holding a text, for one reason; "" seeks all."""

    station_id: str | None
    text: str = ""
    reason: str = ""


def waiting(session: Session, sought: Sought, n: int, after: str = "") -> Sequence[HeldRow]:
    """The next `n` rows that wait, from the one behind `after`; by file and line."""
    order = sa.tuple_(HeldRow.file, HeldRow.line, HeldRow.held_id)
    statement = sa.select(HeldRow).where(*_waits(sought))
    last = session.get(HeldRow, after) if after else None
    if last is not None:
        statement = statement.where(order > sa.tuple_(sa.literal(last.file), last.line, sa.literal(after)))
    return session.scalars(statement.order_by(HeldRow.file, HeldRow.line, HeldRow.held_id).limit(n)).all()


def reasons(session: Session, sought: Sought) -> Sequence[tuple[str, int]]:
    """Why rows wait, and how many for each reason, the most first."""
    number = sa.func.count()
    counted = sa.select(HeldRow.reason, number).where(*_waits(sought)).group_by(HeldRow.reason)
    found = session.execute(counted.order_by(number.desc(), HeldRow.reason)).all()
    return [(reason, count) for reason, count in found]


def count(session: Session, sought: Sought) -> int:
    """How many rows wait."""
    counted = sa.select(sa.func.count()).select_from(HeldRow).where(*_waits(sought))
    return int(session.scalar(counted) or 0)


def _waits(sought: Sought) -> list[sa.ColumnElement[bool]]:
    station, given = HeldRow.station_id, sought.station_id
    conditions = [HeldRow.resolved_at.is_(None), station.is_(None) if given is None else station == given]
    if sought.reason:
        conditions.append(HeldRow.reason == sought.reason)
    if sought.text:
        # As it stands within the JSON of the cells.
        written = json.dumps(sought.text, ensure_ascii=False)[1:-1]
        cells = sa.cast(HeldRow.cells, sa.Text).contains(written, autoescape=True)
        conditions.append(sa.or_(HeldRow.file == sought.text, cells))
    return conditions


def locked(session: Session, held_id: str) -> HeldRow | None:
    """The row as it stands now, and nobody else changes it before this transaction ends."""
    statement = sa.select(HeldRow).where(HeldRow.held_id == held_id).with_for_update()
    return session.scalar(statement, execution_options={"populate_existing": True})
