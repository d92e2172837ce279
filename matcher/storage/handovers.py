"""Files handed over from one station to another: who offered, on what ground, who took it, when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base

OFFERED, ACCEPTED, REFUSED, WITHDRAWN = "offered", "accepted", "refused", "withdrawn"


class Handover(Base):
    """One offer of an enterprise's file. `state` is one of the four above; the file moves when accepted."""

    __tablename__ = "handovers"
    handover_id: Mapped[str] = mapped_column(primary_key=True)
    enterprise_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    from_station: Mapped[str] = mapped_column(sa.ForeignKey("stations.station_id"), index=True)
    to_station: Mapped[str] = mapped_column(sa.ForeignKey("stations.station_id"), index=True)
    ground: Mapped[str]
    state: Mapped[str] = mapped_column(default=OFFERED)
    offered_by: Mapped[str]
    offered_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    said: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


# Queries. Each runs one statement.


def of_station(session: Session, station_id: str, limit: int = 200) -> Sequence[Handover]:
    """What a station gave or was offered, newest first."""
    mine = sa.or_(Handover.from_station == station_id, Handover.to_station == station_id)
    newest = (Handover.offered_at.desc(), Handover.handover_id)
    return session.scalars(sa.select(Handover).where(mine).order_by(*newest).limit(limit)).all()


def of_enterprise(session: Session, enterprise_id: str) -> Sequence[Handover]:
    """Every offer of a file, newest first."""
    statement = sa.select(Handover).where(Handover.enterprise_id == enterprise_id)
    return session.scalars(statement.order_by(Handover.offered_at.desc(), Handover.handover_id)).all()


def taken(session: Session, enterprise_ids: Collection[str]) -> Sequence[Handover]:
    """The hand-overs of these enterprises that took place, oldest first."""
    statement = sa.select(Handover).where(
        Handover.enterprise_id.in_(enterprise_ids), Handover.state == ACCEPTED
    )
    return session.scalars(statement.order_by(Handover.decided_at, Handover.handover_id)).all()


def given_away(session: Session, station_id: str) -> Sequence[str]:
    """The enterprises whose files a station has given away at some time."""
    statement = sa.select(Handover.enterprise_id).where(
        Handover.from_station == station_id, Handover.state == ACCEPTED
    )
    return session.scalars(statement.distinct().order_by(Handover.enterprise_id)).all()
