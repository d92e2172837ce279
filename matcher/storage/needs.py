"""Offers, needs, and the deals that came of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from datetime import date as date_type
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.domain.need import NeedState
from matcher.storage.db import Base, chunks
from matcher.storage.enterprises import Enterprise

WAITING: Final = (NeedState.OPEN, NeedState.MATCHING)
CALLED_DONE: Final = (NeedState.SERVED, NeedState.CLOSED, NeedState.WITHDRAWN)


class Offer(Base):
    """What an enterprise can supply. `serves` are region codes; empty means everywhere."""

    __tablename__ = "offers"
    offer_id: Mapped[str] = mapped_column(primary_key=True)
    enterprise_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    title: Mapped[str]
    text: Mapped[str | None]
    industry_code: Mapped[str | None]
    capacity: Mapped[float | None]
    serves: Mapped[list[str]] = mapped_column(default=list)
    updated_at: Mapped[datetime]


class Need(Base):
    """What an enterprise is short of, in the officer's words and as understood.

    `kind` and `state` are values of domain.need; `understood` is the confirmed draft
    (topics, industries, parties, slots) as JSON; `published` lets other firms read the text.
    """

    __tablename__ = "needs"
    need_id: Mapped[str] = mapped_column(primary_key=True)
    enterprise_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    text: Mapped[str]
    title: Mapped[str | None]
    kind: Mapped[str | None]
    industry_code: Mapped[str | None]
    amount_fen: Mapped[int | None]
    quantity: Mapped[float | None]
    deadline: Mapped[date | None]
    published: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="open", index=True)
    understood: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Deal(Base):
    """A step that buyer and seller took together: introduced, met, quoted, signed, paid, declined."""

    __tablename__ = "deals"
    deal_id: Mapped[str] = mapped_column(primary_key=True)
    buyer_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    seller_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    date: Mapped[date_type | None]
    amount_fen: Mapped[int | None]
    need_id: Mapped[str | None] = mapped_column(sa.ForeignKey("needs.need_id"), index=True)
    stage: Mapped[str] = mapped_column(default="signed")
    reason: Mapped[str | None]
    updated_at: Mapped[datetime]


# Queries. Each runs one statement.


def need_by_id(session: Session, need_id: str) -> Need | None:
    """The need with this id."""
    return session.get(Need, need_id)


_OWNED: Final = (
    sa.select(Need, Enterprise.station_id)
    .join(Enterprise, Enterprise.enterprise_id == Need.enterprise_id)
    .where(Need.need_id == sa.bindparam("key"))
)


def need_and_station(session: Session, need_id: str) -> tuple[Need, str | None] | None:
    """The need with this id, and the station that looks after its enterprise."""
    row = session.execute(_OWNED, {"key": need_id}).one_or_none()
    return None if row is None else (row[0], row[1])


def by_ids(session: Session, need_ids: Collection[str]) -> Sequence[Need]:
    """Those of `need_ids` that exist, by id."""
    statement = sa.select(Need).where(Need.need_id.in_(need_ids))
    return session.scalars(statement.order_by(Need.need_id)).all()


def needs_of(session: Session, enterprise_id: str) -> Sequence[Need]:
    """An enterprise's needs, newest first."""
    statement = sa.select(Need).where(Need.enterprise_id == enterprise_id)
    return session.scalars(statement.order_by(Need.created_at.desc(), Need.need_id)).all()


def open_needs(session: Session, station_id: str | None = None) -> Sequence[Need]:
    """Needs that still wait for an answer, of one station's enterprises or of all, by id."""
    statement = sa.select(Need).where(Need.state.in_(WAITING)).order_by(Need.need_id)
    if station_id is not None:
        owners = sa.select(Enterprise.enterprise_id).where(Enterprise.station_id == station_id)
        statement = statement.where(Need.enterprise_id.in_(owners))
    return session.scalars(statement).all()


def waiting_page(
    session: Session,
    limit: int,
    after: str = "",
    station_id: str | None = None,
    enterprise_id: str | None = None,
) -> Sequence[Need]:
    """At most `limit` waiting needs of one station or one enterprise, by id, behind `after`."""
    statement = sa.select(Need).where(Need.state.in_(WAITING), Need.need_id > after)
    if station_id is not None:
        owners = sa.select(Enterprise.enterprise_id).where(Enterprise.station_id == station_id)
        statement = statement.where(Need.enterprise_id.in_(owners))
    if enterprise_id is not None:
        statement = statement.where(Need.enterprise_id == enterprise_id)
    return session.scalars(statement.order_by(Need.need_id).limit(limit)).all()


def offers_of(session: Session, enterprise_ids: Collection[str]) -> Sequence[Offer]:
    """The offers of these enterprises, by id."""
    statement = sa.select(Offer).where(Offer.enterprise_id.in_(enterprise_ids))
    return session.scalars(statement.order_by(Offer.offer_id)).all()


def deals_of(session: Session, enterprise_id: str) -> Sequence[Deal]:
    """Every deal an enterprise took part in, whichever side, by id."""
    mine = sa.or_(Deal.buyer_id == enterprise_id, Deal.seller_id == enterprise_id)
    return session.scalars(sa.select(Deal).where(mine).order_by(Deal.deal_id)).all()


def deals_for(session: Session, need_ids: Collection[str]) -> Sequence[Deal]:
    """The deals that came of these needs, by id; one statement a thousand needs."""
    found: list[Deal] = []
    for some in chunks(need_ids):
        found += session.scalars(sa.select(Deal).where(Deal.need_id.in_(some)))
    return sorted(found, key=lambda row: row.deal_id)


def came_since(
    session: Session, station_id: str, since: datetime, also: Collection[str] = ()
) -> Sequence[Need]:
    """The needs of one station's enterprises, and of those `also` named, that came at `since` or later."""
    owners = sa.select(Enterprise.enterprise_id).where(Enterprise.station_id == station_id)
    found = list(
        session.scalars(sa.select(Need).where(Need.enterprise_id.in_(owners), Need.created_at >= since))
    )
    for some in chunks(also):
        found += session.scalars(
            sa.select(Need).where(Need.enterprise_id.in_(some), Need.created_at >= since)
        )
    return sorted(set(found), key=lambda row: row.need_id)


def called_done(
    session: Session, since: datetime, station_id: str | None = None, enterprise_id: str | None = None
) -> Sequence[Need]:
    """Needs of one station or enterprise that were called done or taken back, changed since."""
    statement = sa.select(Need).where(Need.state.in_(CALLED_DONE), Need.updated_at >= since)
    if station_id is not None:
        owners = sa.select(Enterprise.enterprise_id).where(Enterprise.station_id == station_id)
        statement = statement.where(Need.enterprise_id.in_(owners))
    if enterprise_id is not None:
        statement = statement.where(Need.enterprise_id == enterprise_id)
    return session.scalars(statement.order_by(Need.need_id)).all()
