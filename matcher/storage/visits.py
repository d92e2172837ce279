"""Officers and towers (包楼联企): who looks after which building, and visits planned and made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base


class TowerOfficer(Base):
    """That an officer looked after a building from one moment to another; `until` None: still does."""

    __tablename__ = "tower_officers"
    tower_officer_id: Mapped[str] = mapped_column(primary_key=True)
    building_id: Mapped[str] = mapped_column(sa.ForeignKey("buildings.building_id"), index=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.account_id"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    assigned_by: Mapped[str]


class Visit(Base):
    """A visit to an enterprise: planned for a day, then made or called off. `note` is the station's own."""

    __tablename__ = "visits"
    visit_id: Mapped[str] = mapped_column(primary_key=True)
    enterprise_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    station_id: Mapped[str] = mapped_column(sa.ForeignKey("stations.station_id"), index=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.account_id"), index=True)
    planned_for: Mapped[date]
    starts_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default="planned")
    asked: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


# Queries. Each runs one statement.


def looking_after(session: Session, building_ids: Collection[str]) -> Sequence[TowerOfficer]:
    """Who looks after these buildings now."""
    now = (TowerOfficer.building_id.in_(building_ids), TowerOfficer.until.is_(None))
    return session.scalars(sa.select(TowerOfficer).where(*now).order_by(TowerOfficer.since)).all()


def kept_by(session: Session, building_id: str) -> Sequence[TowerOfficer]:
    """All who have looked after a building, newest first."""
    statement = sa.select(TowerOfficer).where(TowerOfficer.building_id == building_id)
    return session.scalars(statement.order_by(TowerOfficer.since.desc())).all()


def buildings_of(session: Session, account_id: str) -> frozenset[str]:
    """The buildings that an account looks after now."""
    mine = (TowerOfficer.account_id == account_id, TowerOfficer.until.is_(None))
    return frozenset(session.scalars(sa.select(TowerOfficer.building_id).where(*mine)))


def of_enterprise(session: Session, enterprise_id: str) -> Sequence[Visit]:
    """An enterprise's visits, the latest day first."""
    statement = sa.select(Visit).where(Visit.enterprise_id == enterprise_id)
    return session.scalars(statement.order_by(Visit.planned_for.desc(), Visit.visit_id)).all()


def planned(session: Session, station_id: str, account_id: str | None = None) -> Sequence[Visit]:
    """A station's visits that are still to be made, the earliest first; `account_id`: one officer's."""
    statement = sa.select(Visit).where(Visit.station_id == station_id, Visit.state == "planned")
    if account_id is not None:
        statement = statement.where(Visit.account_id == account_id)
    return session.scalars(statement.order_by(Visit.planned_for, Visit.starts_at, Visit.visit_id)).all()


def last_made(session: Session, station_id: str) -> dict[str, date]:
    """The day on which each enterprise of a station was last visited."""
    made = (Visit.station_id == station_id, Visit.state == "made")
    query = sa.select(Visit.enterprise_id, sa.func.max(Visit.planned_for)).where(*made)
    return {row[0]: row[1] for row in session.execute(query.group_by(Visit.enterprise_id))}
