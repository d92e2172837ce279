"""The ledger of each case, append-only, and the terms of stations that differ from the shipped ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base


class CaseStep(Base):
    """A line of a case: `act` is of domain.promise; an opening keeps the deadlines promised that moment."""

    __tablename__ = "case_steps"
    step_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    need_id: Mapped[str] = mapped_column(sa.ForeignKey("needs.need_id"), index=True)
    at: Mapped[datetime]
    act: Mapped[str]
    role: Mapped[str]
    account_id: Mapped[str]
    said: Mapped[str | None]  # the evidence, or the reason
    satisfaction: Mapped[int | None]
    contact_by: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]


class StationTerms(Base):
    """How long a station promises to take, in minutes."""

    __tablename__ = "station_terms"
    station_id: Mapped[str] = mapped_column(sa.ForeignKey("stations.station_id"), primary_key=True)
    contact_minutes: Mapped[int]
    question_minutes: Mapped[int]
    other_minutes: Mapped[int]
    updated_at: Mapped[datetime]


# Queries. Each runs one statement a thousand needs.

_AT_ONCE = 1000


def steps_of(session: Session, need_ids: Collection[str]) -> Sequence[CaseStep]:
    """The lines of these needs' cases, oldest first."""
    found: list[CaseStep] = []
    wanted = sorted(need_ids)
    for first in range(0, len(wanted), _AT_ONCE):
        statement = sa.select(CaseStep).where(CaseStep.need_id.in_(wanted[first : first + _AT_ONCE]))
        found += session.scalars(statement.order_by(CaseStep.step_id))
    return found


def terms_of(session: Session, station_id: str | None) -> StationTerms | None:
    """A station's own terms, None where the shipped ones hold."""
    return None if station_id is None else session.get(StationTerms, station_id)
