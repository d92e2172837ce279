"""Recruitment fairs and their two sides; salons and meetings and who sat there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.storage.db import Base


class Opening(Base):
    """A vacancy. Wages are fen a month."""

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
    updated_at: Mapped[datetime]


class Talent(Base):
    """A class of graduates of one school, or a pool. Never a named person."""

    __tablename__ = "talents"
    talent_id: Mapped[str] = mapped_column(primary_key=True)
    school: Mapped[str | None]
    pool: Mapped[str | None]
    major: Mapped[str | None]
    skills: Mapped[list[str]] = mapped_column(default=list)
    education: Mapped[str | None]
    wants: Mapped[str | None]
    headcount: Mapped[int | None]
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
