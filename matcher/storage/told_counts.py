"""What banks were told of firms that have not consented: one count a product version and day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base


class ToldCount(Base):
    """One answer. `criteria` are those counted, on the published grid; `own` tells whether they were counted
    or answered as an earlier question that hardly differs. None of a count: below ten.
    """

    __tablename__ = "told_counts"
    product_id: Mapped[str] = mapped_column(primary_key=True)
    product_version: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    criteria: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON())
    own: Mapped[bool]
    eligible: Mapped[int | None]
    open: Mapped[int | None]
    near_miss: Mapped[int | None]
    snapshot_id: Mapped[str]
    as_of: Mapped[datetime]
    told_at: Mapped[datetime]


# Queries. Each runs one statement.


def told(session: Session, product_id: str, version: int, day: date) -> ToldCount | None:
    """What was told of that version on that day."""
    return session.get(ToldCount, (product_id, version, day))


def told_on(session: Session, owner: str, day: date) -> int:
    """How many counts an owner was told on a day."""
    statement = sa.select(sa.func.count()).where(ToldCount.owner == owner, ToldCount.day == day)
    return session.scalar(statement.select_from(ToldCount)) or 0


def counted(session: Session, owner: str, most: int) -> Sequence[ToldCount]:
    """The owner's questions that were counted themselves, the oldest first."""
    statement = sa.select(ToldCount).where(ToldCount.owner == owner, ToldCount.own)
    return session.scalars(statement.order_by(ToldCount.told_at, ToldCount.product_id).limit(most)).all()
