"""Enterprises and where they are: stations, buildings, enterprises, relations between them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base, chunks


class Station(Base):
    """A service station of a street office."""

    __tablename__ = "stations"
    station_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    region_code: Mapped[str | None]


class Building(Base):
    """A tower or a house of a street that holds enterprises."""

    __tablename__ = "buildings"
    building_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    region_code: Mapped[str | None]
    address: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    station_id: Mapped[str | None] = mapped_column(sa.ForeignKey("stations.station_id"), index=True)
    aliases: Mapped[list[str]] = mapped_column(default=list)  # other spellings of the name


class BuildingMerge(Base):
    """Two buildings found to be one: what was moved, on what evidence, so that it can be undone."""

    __tablename__ = "building_merges"
    merge_id: Mapped[str] = mapped_column(primary_key=True)
    kept_id: Mapped[str] = mapped_column(index=True)
    gone_id: Mapped[str] = mapped_column(index=True)
    gone: Mapped[dict[str, Any]]  # the row that was taken away
    moved: Mapped[dict[str, Any]]  # by table, the ids that stood in it
    evidence: Mapped[list[str]]
    merged_by: Mapped[str]
    merged_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class Enterprise(Base):
    """One enterprise, one file. Money is integer fen; None is unknown, never zero."""

    __tablename__ = "enterprises"
    __table_args__ = (sa.Index("ix_enterprises_desk", "address", "contact_phone"),)
    enterprise_id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(unique=True)
    code_verdict: Mapped[str | None]
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)
    industry_code: Mapped[str | None] = mapped_column(index=True)
    industry_inferred: Mapped[bool] = mapped_column(default=False)
    # How sure an inferred industry is; None or 0: name and scope not read yet; below 0: too unsure to say.
    industry_confidence: Mapped[float | None]
    scope: Mapped[str | None]
    region_code: Mapped[str | None] = mapped_column(index=True)
    address: Mapped[str | None]
    building_id: Mapped[str | None] = mapped_column(sa.ForeignKey("buildings.building_id"), index=True)
    floor: Mapped[str | None]
    # The tower that the address names, as a key for all its spellings; "" none, None: not read yet.
    place_key: Mapped[str | None] = mapped_column(index=True)
    # Whether region, building or floor were read from the address rather than given.
    place_inferred: Mapped[bool] = mapped_column(default=False)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    founded_on: Mapped[date | None]
    registered_capital_fen: Mapped[int | None]
    employees: Mapped[int | None]
    revenue_fen: Mapped[int | None]
    tax_paid_fen: Mapped[int | None]
    assets_fen: Mapped[int | None]
    tax_grade: Mapped[str | None]
    tax_grade_year: Mapped[int | None]
    certificates: Mapped[list[str]] = mapped_column(default=list)
    owner_group: Mapped[str | None] = mapped_column(index=True)
    listed: Mapped[bool] = mapped_column(default=True)
    allows_invitations: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(default="active")
    contact_name: Mapped[str | None]
    contact_phone: Mapped[str | None]
    station_id: Mapped[str | None] = mapped_column(sa.ForeignKey("stations.station_id"), index=True)
    # The enterprise it turned out to be (see identities.py); what belonged to it belongs to that one.
    merged_into: Mapped[str | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)
    # A digest of the line a file last told of the row, and the version up to which nobody edited it since.
    told_line: Mapped[int | None]
    told_version: Mapped[int | None]
    updated_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}


class Relation(Base):
    """What two enterprises are to each other beside trade: rival, dispute, owner_group, keep_apart."""

    __tablename__ = "relations"
    a: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), primary_key=True)
    b: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str | None]
    entered_by: Mapped[str | None]
    until: Mapped[date | None]
    contested: Mapped[bool] = mapped_column(default=False)


def version_after_inference() -> dict[str, sa.ColumnElement[int | None]]:
    """The next version of a row that the house filled in: no edit, a file is still the last to speak."""
    version, told = Enterprise.__table__.c.version, Enterprise.__table__.c.told_version
    return {"version": version + 1, "told_version": sa.case((told == version, version + 1), else_=told)}


# Queries. Each runs one statement.


def by_id(session: Session, enterprise_id: str) -> Enterprise | None:
    """The enterprise with this id."""
    return session.get(Enterprise, enterprise_id)


def by_code(session: Session, code: str) -> Enterprise | None:
    """The enterprise with this unified social credit code."""
    return session.scalar(sa.select(Enterprise).where(Enterprise.code == code))


def named_like(session: Session, text: str, limit: int) -> list[Enterprise]:
    """At most `limit` enterprises with `text` in their name, by id; reads names until it has them."""
    found = sa.select(Enterprise).where(Enterprise.name.contains(text, autoescape=True))
    return list(session.scalars(found.order_by(Enterprise.enterprise_id).limit(limit)))


def by_ids(session: Session, enterprise_ids: Collection[str]) -> dict[str, Enterprise]:
    """Those of `enterprise_ids` that exist, by id."""
    found: dict[str, Enterprise] = {}
    for some in chunks(enterprise_ids):
        rows = session.scalars(sa.select(Enterprise).where(Enterprise.enterprise_id.in_(some)))
        found |= {row.enterprise_id: row for row in rows}
    return found


class Visibility(NamedTuple):
    """Of an enterprise's row, what decides whether it may be shown at all."""

    enterprise_id: str
    code: str | None
    status: str
    listed: bool
    station_id: str | None


# Kept, as putting a statement together takes longer than asking for a few rows by key.
_VISIBILITIES: Final = sa.select(
    Enterprise.enterprise_id, Enterprise.code, Enterprise.status, Enterprise.listed, Enterprise.station_id
).where(Enterprise.enterprise_id.in_(sa.bindparam("keys", expanding=True)))


def visibilities(session: Session, enterprise_ids: Collection[str]) -> dict[str, Visibility]:
    """Those of `enterprise_ids` that exist, by id, without the rest of their rows."""
    found: dict[str, Visibility] = {}
    for some in chunks(enterprise_ids):
        rows = session.execute(_VISIBILITIES, {"keys": some})
        found |= {row.enterprise_id: row for row in map(Visibility._make, rows)}
    return found


def by_name_key(session: Session, name_key: str) -> Sequence[Enterprise]:
    """All with this matching key: two firms may bear one name."""
    statement = sa.select(Enterprise).where(Enterprise.name_key == name_key)
    return session.scalars(statement.order_by(Enterprise.enterprise_id)).all()


def of_station(
    session: Session, station_id: str, after: str = "", limit: int | None = None
) -> Sequence[Enterprise]:
    """A station's enterprises by id, from the one behind `after`."""
    mine = (Enterprise.station_id == station_id, Enterprise.enterprise_id > after)
    statement = sa.select(Enterprise).where(*mine).order_by(Enterprise.enterprise_id).limit(limit)
    return session.scalars(statement).all()


def relations_in_force(session: Session, enterprise_ids: Collection[str], today: date) -> Sequence[Relation]:
    """Relations of these enterprises, whichever side they stand on, that hold on `today`.

    `until` is the last day. One that a party contests is not in force until it is settled.
    """
    concerned = sa.or_(Relation.a.in_(enterprise_ids), Relation.b.in_(enterprise_ids))
    holds = sa.or_(Relation.until.is_(None), Relation.until >= today)
    statement = sa.select(Relation).where(concerned, holds, Relation.contested.is_(False))
    return session.scalars(statement.order_by(Relation.a, Relation.b, Relation.kind)).all()


_BESIDE: Final = sa.union_all(
    *(
        sa.select(other).where(
            one == sa.bindparam("asker"),
            sa.or_(Relation.until.is_(None), Relation.until >= sa.bindparam("today", type_=sa.Date())),
            Relation.contested.is_(False),
        )
        for one, other in ((Relation.a, Relation.b), (Relation.b, Relation.a))
    )
)


def related_in_force(session: Session, enterprise_id: str, today: date) -> frozenset[str]:
    """The other side of each of its relations_in_force."""
    return frozenset(session.scalars(_BESIDE, {"asker": enterprise_id, "today": today}))


def buildings_of(session: Session, station_id: str) -> Sequence[Building]:
    """A station's buildings by name."""
    statement = sa.select(Building).where(Building.station_id == station_id)
    return session.scalars(statement.order_by(Building.name, Building.building_id)).all()


def building_names(session: Session, building_ids: Collection[str]) -> dict[str, str]:
    """Names by id."""
    if not building_ids:
        return {}
    rows = session.execute(_BUILDING_NAMES, {"keys": sorted(building_ids)})
    return {row.building_id: row.name for row in rows}


_BUILDING_NAMES: Final = sa.select(Building.building_id, Building.name).where(
    Building.building_id.in_(sa.bindparam("keys", expanding=True))
)


def stations(session: Session) -> Sequence[Station]:
    """All stations, by id."""
    return session.scalars(sa.select(Station).order_by(Station.station_id)).all()
