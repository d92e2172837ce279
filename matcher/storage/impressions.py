"""What was suggested to whom, kept so that it can be computed again: question, snapshot, configuration.

A journal line tells who asked; the words of the question stand here alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base


class Impression(Base):
    """One answered question. `question` holds what the recommender was asked, `listed` whom it may show.

    `counted` is whether it is among the counts of `shown`.
    """

    __tablename__ = "impressions"
    impression_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(index=True)
    snapshot_id: Mapped[str]
    configuration: Mapped[str]
    question: Mapped[dict[str, Any]]
    listed: Mapped[list[str]] = mapped_column(default=list)
    digest: Mapped[str]
    counted: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


_ADD: Final = sa.insert(Impression.__table__).returning(Impression.impression_id)  # type: ignore[arg-type]


def add(session: Session, values: Mapping[str, Any]) -> int:
    """Keep one, by its columns; its number."""
    return session.execute(_ADD, dict(values)).scalar_one()


def by_id(session: Session, impression_id: int) -> Impression | None:
    """The impression of this number."""
    return session.get(Impression, impression_id)


def remove_before(session: Session, moment: datetime) -> int:
    """Remove what is older: its snapshots are gone. Returns how many went."""
    gone = sa.delete(Impression).where(Impression.at < moment).returning(Impression.impression_id)
    return len(session.scalars(gone).all())
