"""The two sides of an introduction: what each answered, and what passed between them through the relay."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base

ASKER, CANDIDATE = "asker", "candidate"


class SideAnswer(Base):
    """A side's answer to an introduction, the newest one. `proof` names the paper an officer answered on.

    `direct`: the other side may read the contact person and number, once both have accepted.
    """

    __tablename__ = "introduction_answers"
    introduction_id: Mapped[str] = mapped_column(
        sa.ForeignKey("introductions.introduction_id"), primary_key=True
    )
    side: Mapped[str] = mapped_column(primary_key=True)
    accepted: Mapped[bool]
    direct: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None]
    proof: Mapped[str | None]
    at: Mapped[datetime]
    role: Mapped[str]
    account_id: Mapped[str]


class RelayMessage(Base):
    """A word of one side to the other. Neither reads a number that the other has not given."""

    __tablename__ = "relay_messages"
    message_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    introduction_id: Mapped[str] = mapped_column(sa.ForeignKey("introductions.introduction_id"), index=True)
    side: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    account_id: Mapped[str]


# Queries. Each runs one statement.


def answers_of(session: Session, introduction_ids: Collection[str]) -> Sequence[SideAnswer]:
    """The answers to these introductions."""
    statement = sa.select(SideAnswer).where(SideAnswer.introduction_id.in_(introduction_ids))
    return session.scalars(statement.order_by(SideAnswer.introduction_id, SideAnswer.side)).all()


def messages_of(session: Session, introduction_id: str) -> Sequence[RelayMessage]:
    """What passed between the two, oldest first."""
    statement = sa.select(RelayMessage).where(RelayMessage.introduction_id == introduction_id)
    return session.scalars(statement.order_by(RelayMessage.message_id)).all()
