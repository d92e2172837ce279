"""Tables of weights learned from outcomes, each with how it did beside the one in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base
from matcher.storage.feedback import Introduction


class LearnedWeights(Base):
    """One training. `beside` is the version it was compared with (0: shipped), `comparison` the figures.

    In force is the newest that was `published` and not withdrawn; none: the shipped table.
    """

    __tablename__ = "learned_weights"
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    made_at: Mapped[datetime]
    beside: Mapped[int]
    weights: Mapped[dict[str, Any]]
    slope: Mapped[float]
    intercept: Mapped[float]
    comparison: Mapped[dict[str, Any]]
    published: Mapped[bool]
    withdrawn_at: Mapped[datetime | None]


def in_force(session: Session) -> LearnedWeights | None:
    """The table that the next snapshot carries; None for the shipped one."""
    statement = sa.select(LearnedWeights).where(
        LearnedWeights.published, LearnedWeights.withdrawn_at.is_(None)
    )
    return session.scalars(statement.order_by(LearnedWeights.version.desc()).limit(1)).first()


def newest(session: Session, limit: int) -> Sequence[LearnedWeights]:
    """The newest trainings, newest first."""
    return session.scalars(
        sa.select(LearnedWeights).order_by(LearnedWeights.version.desc()).limit(limit)
    ).all()


def suggested(session: Session, limit: int) -> Sequence[Introduction]:
    """The newest introductions whose parts of the score were kept, oldest first."""
    statement = sa.select(Introduction).where(Introduction.parts.is_not(None))
    order = (Introduction.created_at.desc(), Introduction.introduction_id.desc())
    return list(reversed(session.scalars(statement.order_by(*order).limit(limit)).all()))
