"""Products with criteria: loans, policies, spaces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base


class Product(Base):
    """A loan, a policy or a space. `owner` is the bank, office or landlord whose account may edit it.

    `criteria` is the list of domain.product.Criterion as JSON objects. Money is fen, `rate` is a
    yearly fraction (0.0385 = 3.85 %), `term_months` months, `area_m2` square metres,
    `rent_fen` fen a square metre and month.
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
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}


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
