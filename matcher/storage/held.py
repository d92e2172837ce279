"""Rows of an import that were kept apart: nothing is guessed, somebody must be asked first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.errors import NotFound
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


def resolve(session: Session, held_id: str, now: datetime) -> HeldRow:
    """Somebody has asked: the row waits no longer. Raises NotFound."""
    row = session.get(HeldRow, held_id)
    if row is None:
        raise NotFound("storage.no_such_held_row", held_id=held_id)
    row.resolved_at = now
    return row
