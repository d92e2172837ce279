"""Recruitment fairs and their two sides; salons and meetings and who sat there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base, chunks

LATELY: Final = timedelta(days=180)  # events since count as asked to of late


class Opening(Base):
    """A vacancy. Wages are fen a month.

    `occupation` was given; `occupation_read` is what was read from the title: {"text", "found"}, the latter
    pairs of code and confidence, best first.
    """

    __tablename__ = "openings"
    opening_id: Mapped[str] = mapped_column(primary_key=True)
    enterprise_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    title: Mapped[str]
    text: Mapped[str | None]
    occupation: Mapped[str | None]
    headcount: Mapped[int | None]
    wage_min_fen: Mapped[int | None]
    wage_max_fen: Mapped[int | None]
    education: Mapped[str | None]
    place: Mapped[str | None]
    occupation_read: Mapped[dict[str, Any] | None]
    updated_at: Mapped[datetime]


class Talent(Base):
    """A class of graduates of one school, or a pool. Never a named person.

    `occupation_read` is what its major and its wishes lead to, as an opening's.
    """

    __tablename__ = "talents"
    talent_id: Mapped[str] = mapped_column(primary_key=True)
    school: Mapped[str | None]
    pool: Mapped[str | None]
    major: Mapped[str | None]
    skills: Mapped[list[str]] = mapped_column(default=list)
    education: Mapped[str | None]
    wants: Mapped[str | None]
    headcount: Mapped[int | None]
    occupation_read: Mapped[dict[str, Any] | None]
    updated_at: Mapped[datetime]


class Event(Base):
    """A fair, a salon or a day of one-to-one meetings; `plan` is the newest plan as JSON."""

    __tablename__ = "events"
    event_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    theme: Mapped[str | None]
    organizer: Mapped[str | None] = mapped_column(index=True)
    station_id: Mapped[str | None] = mapped_column(sa.ForeignKey("stations.station_id"), index=True)
    place: Mapped[str | None]
    region_code: Mapped[str | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    capacity: Mapped[int | None]
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    plan: Mapped[dict[str, Any] | None]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}


class Attendance(Base):
    """That an enterprise was invited to, registered for or sat at an event, and at which tables."""

    __tablename__ = "attendances"
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("events.event_id"), primary_key=True)
    enterprise_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), primary_key=True)
    state: Mapped[str]
    tables: Mapped[list[str]] = mapped_column(default=list)


class Asked(NamedTuple):
    """That an enterprise was asked to an event, when it began and whose it was."""

    enterprise_id: str
    state: str
    starts_at: datetime | None
    organizer: str | None
    station_id: str | None


# Queries. Each runs one statement.


def by_id(session: Session, event_id: str) -> Event | None:
    """The event with this id."""
    return session.get(Event, event_id)


def of_kind(session: Session, kind: str, since: datetime | None = None) -> Sequence[Event]:
    """Events of a kind in the order they begin, from `since` on; undated ones are left out then."""
    statement = sa.select(Event).where(Event.kind == kind)
    if since is not None:
        statement = statement.where(Event.starts_at >= since)
    return session.scalars(statement.order_by(Event.starts_at, Event.event_id)).all()


def attendances(session: Session, event_id: str) -> Sequence[Attendance]:
    """Who was invited to, registered for or sat at an event, by enterprise."""
    statement = sa.select(Attendance).where(Attendance.event_id == event_id)
    return session.scalars(statement.order_by(Attendance.enterprise_id)).all()


def attended_by(session: Session, enterprise_id: str) -> Sequence[Attendance]:
    """The events one enterprise had to do with, by event."""
    statement = sa.select(Attendance).where(Attendance.enterprise_id == enterprise_id)
    return session.scalars(statement.order_by(Attendance.event_id)).all()


def asked_to(
    session: Session, enterprise_ids: Collection[str], since: datetime | None = None
) -> Sequence[Asked]:
    """All that these enterprises were asked to; from `since` on, if given.

    One statement for some hundreds of them. Plans, which may be large, are not read.
    """
    columns = (Attendance.enterprise_id, Attendance.state, Event.starts_at, Event.organizer, Event.station_id)
    found: list[Asked] = []
    for some in chunks(enterprise_ids):
        statement = sa.select(*columns).join(Event, Event.event_id == Attendance.event_id)
        statement = statement.where(Attendance.enterprise_id.in_(some))
        if since is not None:
            statement = statement.where(Event.starts_at >= since)
        rows = session.execute(statement.order_by(Attendance.enterprise_id, Event.event_id))
        found += [Asked(*row) for row in rows]
    return found


def openings_of(session: Session, enterprise_ids: Collection[str]) -> Sequence[Opening]:
    """The vacancies of these enterprises, by id."""
    statement = sa.select(Opening).where(Opening.enterprise_id.in_(enterprise_ids))
    return session.scalars(statement.order_by(Opening.opening_id)).all()


def talents_there(session: Session, talent_ids: Collection[str]) -> frozenset[str]:
    """Those of the ids that classes and pools still have."""
    return frozenset(session.scalars(sa.select(Talent.talent_id).where(Talent.talent_id.in_(talent_ids))))
