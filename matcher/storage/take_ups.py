"""Loans offered to banks one after the other, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.domain.take_up import TakeUpState
from matcher.storage.db import Base


class TakeUp(Base):
    """One bank's place in the line of one need. It has `minutes` from `offered_at` to take it up.

    `state` is of domain.take_up; `reason` is the code of a refusal, `said` what the bank adds for the firm;
    `amount_fen` and `rate` are what it approved.
    """

    __tablename__ = "take_ups"
    __table_args__ = (
        sa.Index("ix_take_ups_owner_state", "owner", "state"),
        sa.Index("ix_take_ups_state_due", "state", "due_at"),
    )
    take_up_id: Mapped[str] = mapped_column(primary_key=True)
    need_id: Mapped[str] = mapped_column(sa.ForeignKey("needs.need_id"), index=True)
    enterprise_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    product_id: Mapped[str] = mapped_column(sa.ForeignKey("products.product_id"), index=True)
    owner: Mapped[str]
    place: Mapped[int]
    minutes: Mapped[int]
    state: Mapped[str]
    made_at: Mapped[datetime]
    offered_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    said: Mapped[str | None]
    amount_fen: Mapped[int | None]
    rate: Mapped[float | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


# Queries. Each runs one statement.


def by_id(session: Session, take_up_id: str) -> TakeUp | None:
    """The place with this id."""
    return session.get(TakeUp, take_up_id)


def of_need(session: Session, need_id: str) -> Sequence[TakeUp]:
    """A need's line, every round of it, in order."""
    statement = sa.select(TakeUp).where(TakeUp.need_id == need_id)
    return session.scalars(statement.order_by(TakeUp.made_at, TakeUp.place)).all()


def of_enterprise(session: Session, enterprise_id: str) -> Sequence[TakeUp]:
    """All that was offered for an enterprise, newest first."""
    statement = sa.select(TakeUp).where(TakeUp.enterprise_id == enterprise_id)
    return session.scalars(statement.order_by(TakeUp.made_at.desc(), TakeUp.place)).all()


def of_owner(session: Session, owner: str, states: Collection[TakeUpState]) -> Sequence[TakeUp]:
    """A bank's places in these states, the one due first first."""
    wanted = [state.value for state in states]
    statement = sa.select(TakeUp).where(TakeUp.owner == owner, TakeUp.state.in_(wanted))
    return session.scalars(statement.order_by(TakeUp.due_at, TakeUp.take_up_id)).all()


def overdue(session: Session, now: datetime) -> Sequence[TakeUp]:
    """Places offered whose time is over, oldest first."""
    waiting = (TakeUp.state == TakeUpState.OFFERED.value, TakeUp.due_at <= now)
    return session.scalars(sa.select(TakeUp).where(*waiting).order_by(TakeUp.due_at, TakeUp.take_up_id)).all()


def held_places(session: Session, product_ids: Collection[str]) -> dict[str, int]:
    """How many places of each product are offered, taken or approved: they count against its quota."""
    taken = [state.value for state in (TakeUpState.OFFERED, TakeUpState.TAKEN, TakeUpState.APPROVED)]
    statement = sa.select(TakeUp.product_id, sa.func.count()).where(
        TakeUp.product_id.in_(product_ids), TakeUp.state.in_(taken)
    )
    return {row[0]: row[1] for row in session.execute(statement.group_by(TakeUp.product_id))}
