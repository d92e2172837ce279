"""A bank's own past decisions, and what was learned from them. Nobody else's question ever reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base


class BankDecision(Base):
    """How one past loan of the bank ended. `figures` are of recommend.risk.figures, none of a person."""

    __tablename__ = "bank_decisions"
    owner: Mapped[str] = mapped_column(primary_key=True)
    decision_id: Mapped[str] = mapped_column(primary_key=True)
    figures: Mapped[dict[str, Any]]
    bad: Mapped[bool]
    at: Mapped[datetime]


class BankLearning(Base):
    """Whether a bank lets its decisions order its lists, and the model: numbers alone, no code."""

    __tablename__ = "bank_learning"
    owner: Mapped[str] = mapped_column(primary_key=True)
    switched_on: Mapped[bool] = mapped_column(default=False)
    model: Mapped[dict[str, Any] | None]
    learned_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


# Queries. Each runs one statement.


def of_owner(session: Session, owner: str) -> Sequence[BankDecision]:
    """All decisions of one bank, by id."""
    statement = sa.select(BankDecision).where(BankDecision.owner == owner)
    return session.scalars(statement.order_by(BankDecision.decision_id)).all()


def learning(session: Session, owner: str) -> BankLearning | None:
    """The bank's own switch and model; None where it never touched them."""
    return session.get(BankLearning, owner)


def forget(session: Session, owner: str) -> int:
    """Delete all decisions of one bank; how many there were."""
    found = of_owner(session, owner)
    session.execute(sa.delete(BankDecision).where(BankDecision.owner == owner))
    return len(found)
