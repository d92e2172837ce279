"""Models of the kinds of needs, each with how it did on corrections it had not seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base
from matcher.storage.needs import Need

CONFIRMED: Final = 1.0  # the confidence of a kind that a person gave


class IntakeModel(Base):
    """One training. `right_before` and `right_after` count held-out corrections that were read rightly.

    Only a `published` one is read by; it holds `weights`, the others none.
    """

    __tablename__ = "intake_models"
    model_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    made_at: Mapped[datetime]
    examples: Mapped[int]
    held_out: Mapped[int]
    right_before: Mapped[int]
    right_after: Mapped[int]
    published: Mapped[bool]
    weights: Mapped[dict[str, Any]] = mapped_column(default=dict)


def newest(session: Session) -> tuple[int, datetime] | None:
    """Number and moment of the newest published model."""
    statement = sa.select(IntakeModel.model_id, IntakeModel.made_at).where(IntakeModel.published)
    row = session.execute(statement.order_by(IntakeModel.model_id.desc()).limit(1)).first()
    return None if row is None else (row.model_id, row.made_at)


def model_by_id(session: Session, model_id: int) -> IntakeModel | None:
    """The model of this number."""
    return session.get(IntakeModel, model_id)


def confirmed(session: Session) -> Sequence[tuple[str, str]]:
    """Text and kind of every need whose kind a person gave or corrected, oldest first."""
    statement = sa.select(Need.text, Need.kind, Need.understood).where(Need.kind.is_not(None))
    rows = session.execute(statement.order_by(Need.created_at, Need.need_id))
    return [(text, kind) for text, kind, told in rows if kind and told.get("confidence") == CONFIRMED]
