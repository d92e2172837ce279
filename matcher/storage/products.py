"""Products with criteria: loans, policies, spaces."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base


class Product(Base):
    """A loan, a policy or a space. `owner` is the bank, office or landlord whose account may edit it.

    `criteria` is the list of domain.product.Criterion as JSON objects. Money is fen, `rate` is a
    yearly fraction (0.0385 = 3.85 %), `term_months` months, `area_m2` square metres,
    `rent_fen` fen a square metre and month. `documents` are the papers asked for, `repairs` the facts
    that it gives or stands in for, `stories` its owner's own as YAML. `quota` is how many firms it can
    take, `take_up_minutes` how long its owner has to take one up. A space may be split down to
    `least_area_m2` and joined with the adjoining units `joins`; `hold_days` is how long it is held.
    """

    __tablename__ = "products"
    product_id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    owner_name: Mapped[str]
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(index=True)
    text: Mapped[str | None]
    amount_fen: Mapped[int | None]
    term_months: Mapped[int | None]
    rate: Mapped[float | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    source: Mapped[str | None]
    criteria: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON(), default=list)
    building_id: Mapped[str | None] = mapped_column(sa.ForeignKey("buildings.building_id"))
    floor: Mapped[str | None]
    area_m2: Mapped[float | None]
    rent_fen: Mapped[int | None]
    use: Mapped[str | None]
    free_from: Mapped[date | None]
    hold_period: Mapped[str | None]
    fit_out: Mapped[str | None]
    documents: Mapped[list[str]] = mapped_column(default=list)
    repairs: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON(), default=list)
    stories: Mapped[str | None]
    quota: Mapped[int | None]
    take_up_minutes: Mapped[int | None]
    least_area_m2: Mapped[float | None]
    joins: Mapped[list[str]] = mapped_column(default=list)
    transitional: Mapped[bool] = mapped_column(default=False)
    hold_days: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}


class ProductVersion(Base):
    """A product as one edit left it: `content` are its columns as JSON, by their names."""

    __tablename__ = "product_versions"
    product_id: Mapped[str] = mapped_column(sa.ForeignKey("products.product_id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    account_id: Mapped[str]
    content: Mapped[dict[str, Any]]


class PolicyTelling(Base):
    """A version of a policy of which the stations were told, once an occasion (news, deadline)."""

    __tablename__ = "policy_tellings"
    product_id: Mapped[str] = mapped_column(sa.ForeignKey("products.product_id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    occasion: Mapped[str] = mapped_column(primary_key=True)
    told_at: Mapped[datetime]
    stations: Mapped[int]
    firms: Mapped[int]


class SpaceHold(Base):
    """A space, or a part of it, kept free for one firm up to and including the day `until`."""

    __tablename__ = "space_holds"
    hold_id: Mapped[str] = mapped_column(primary_key=True)
    product_id: Mapped[str] = mapped_column(sa.ForeignKey("products.product_id"), index=True)
    enterprise_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    area_m2: Mapped[float | None]
    until: Mapped[date]
    held_by: Mapped[str]
    held_at: Mapped[datetime]
    released_at: Mapped[datetime | None]


# Queries. Each runs one statement.


def by_id(session: Session, product_id: str) -> Product | None:
    """The product with this id."""
    return session.get(Product, product_id)


def of_owner(session: Session, owner: str) -> Sequence[Product]:
    """A bank's, office's or landlord's products by id, also those out of date."""
    statement = sa.select(Product).where(Product.owner == owner)
    return session.scalars(statement.order_by(Product.product_id)).all()


def page_of_owner(
    session: Session, owner: str, kind: str | None, after: str, limit: int
) -> Sequence[Product]:
    """At most `limit` products of one owner by id, behind `after`."""
    return _page(session, Product.owner == owner, kind, after, limit)


def page_on_offer(
    session: Session, today: date, owner: str | None, kind: str | None, after: str, limit: int
) -> Sequence[Product]:
    """At most `limit` products that can be had on `today`, and all of `owner`, by id behind `after`."""
    on_offer = _valid(today)
    mine = on_offer if owner is None else sa.or_(on_offer, Product.owner == owner)
    return _page(session, mine, kind, after, limit)


def _page(
    session: Session, condition: sa.ColumnElement[bool], kind: str | None, after: str, limit: int
) -> Sequence[Product]:
    statement = sa.select(Product).where(condition, Product.product_id > after)
    if kind is not None:
        statement = statement.where(Product.kind == kind)
    return session.scalars(statement.order_by(Product.product_id).limit(limit)).all()


def _valid(today: date) -> sa.ColumnElement[bool]:
    begun = sa.or_(Product.valid_from.is_(None), Product.valid_from <= today)
    return sa.and_(begun, sa.or_(Product.valid_until.is_(None), Product.valid_until >= today))


def valid_on(session: Session, kind: str, today: date) -> Sequence[Product]:
    """Products of a kind that can be had on `today`, by id. Both limits are days that count."""
    statement = sa.select(Product).where(Product.kind == kind, _valid(today))
    return session.scalars(statement.order_by(Product.product_id)).all()


def all_valid_on(session: Session, today: date) -> Sequence[Product]:
    """Products of every kind that can be had on `today`, by id."""
    return session.scalars(sa.select(Product).where(_valid(today)).order_by(Product.product_id)).all()


def versions_of(session: Session, product_id: str) -> Sequence[ProductVersion]:
    """What each edit left, newest first."""
    statement = sa.select(ProductVersion).where(ProductVersion.product_id == product_id)
    return session.scalars(statement.order_by(ProductVersion.version.desc())).all()


def holds_on(
    session: Session, today: date, product_ids: Collection[str] | None = None
) -> Sequence[SpaceHold]:
    """Holds in force on `today`, of these spaces or of all, oldest first."""
    statement = sa.select(SpaceHold).where(SpaceHold.released_at.is_(None), SpaceHold.until >= today)
    if product_ids is not None:
        statement = statement.where(SpaceHold.product_id.in_(product_ids))
    return session.scalars(statement.order_by(SpaceHold.held_at, SpaceHold.hold_id)).all()


def tellings(session: Session) -> set[tuple[str, int, str]]:
    """(product, version, occasion) of what stations were told."""
    row = PolicyTelling
    found = session.execute(sa.select(row.product_id, row.version, row.occasion))
    return {(one[0], one[1], one[2]) for one in found}
