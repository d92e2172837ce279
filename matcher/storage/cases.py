"""The ledger of each case, append-only, and the terms of stations that differ from the shipped ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base, chunks


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


class StationHead(Base):
    """The account that a station's overdue cases are escalated to."""

    __tablename__ = "station_heads"
    station_id: Mapped[str] = mapped_column(sa.ForeignKey("stations.station_id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.account_id"))
    set_at: Mapped[datetime]


class CaseReminder(Base):
    """That somebody was reminded: once a need, deadline and grade, however often the job looks."""

    __tablename__ = "case_reminders"
    need_id: Mapped[str] = mapped_column(sa.ForeignKey("needs.need_id"), primary_key=True)
    deadline: Mapped[str] = mapped_column(primary_key=True)  # contact or answer
    grade: Mapped[str] = mapped_column(primary_key=True)  # soon or overdue
    by: Mapped[datetime]
    at: Mapped[datetime]


# Queries. Each runs one statement a thousand needs.


def steps_of(session: Session, need_ids: Collection[str]) -> Sequence[CaseStep]:
    """The lines of these needs' cases, oldest first."""
    found: list[CaseStep] = []
    for some in chunks(need_ids):
        statement = sa.select(CaseStep).where(CaseStep.need_id.in_(some))
        found += session.scalars(statement.order_by(CaseStep.step_id))
    return found


def reminded(session: Session, need_ids: Collection[str]) -> set[tuple[str, str, str]]:
    """(need, deadline, grade) of the reminders given of these needs."""
    found: set[tuple[str, str, str]] = set()
    columns = (CaseReminder.need_id, CaseReminder.deadline, CaseReminder.grade)
    for some in chunks(need_ids):
        rows = session.execute(sa.select(*columns).where(CaseReminder.need_id.in_(some)))
        found |= {(row[0], row[1], row[2]) for row in rows}
    return found


def head_of(session: Session, station_id: str) -> str | None:
    """The account of the station's head, None where nobody was named."""
    row = session.get(StationHead, station_id)
    return None if row is None else row.account_id


def terms_of(session: Session, station_id: str | None) -> StationTerms | None:
    """A station's own terms, None where the shipped ones hold."""
    return None if station_id is None else session.get(StationTerms, station_id)
