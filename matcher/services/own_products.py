"""The products of a bank or an office: listing, reading, writing them down."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.product import ProductKind, parse_criteria, to_json
from matcher.errors import InvalidInput, NotFound, VersionMismatch
from matcher.services.products import KEEPS
from matcher.storage import journal, products
from matcher.storage.enterprises import Building, Station
from matcher.storage.products import Product


@dataclass(frozen=True)
class ProductForm:
    """A product as written by hand. `criteria` are JSON as parse_criteria reads them."""

    title: str
    kind: ProductKind
    criteria: Sequence[Mapping[str, Any]]
    amount_fen: int | None = None
    term_months: int | None = None
    rate: float | None = None
    valid_until: date | None = None
    source: str | None = None
    text: str | None = None


def of_actor(session: Session, actor: Actor) -> Sequence[Product]:
    """The actor's own products, also those out of date, by id."""
    require(actor, "products.write")
    return products.of_owner(session, actor.scope)


def own(session: Session, actor: Actor, product_id: str) -> Product:
    """One of them. Raises NotFound for another's and for none, alike."""
    require(actor, "products.write")
    row = products.by_id(session, product_id)
    if row is None or row.owner != actor.scope:
        raise NotFound("products.no_such_product", value=product_id)
    return row


def create(session: Session, actor: Actor, form: ProductForm, now: datetime) -> Product:
    """Write a new product down, with a journal line. Raises InvalidInput (``products.*``).

    Firms are judged by it at once; it needs no recomputation.
    """
    require(actor, "products.write")
    _check_kind(actor, form.kind)
    row = Product(
        product_id=f"PR-{secrets.token_hex(6)}",
        owner=actor.scope,
        owner_name=_owner_name(session, actor),
        text=form.text,
        valid_from=None,
        use=None,
        updated_at=now,
        **_values(form),
    )
    session.add(row)
    session.flush()
    journal.record(session, actor, "products.create", ("product", row.product_id, None), now)
    return row


def edit(
    session: Session, actor: Actor, product_id: str, version: int, form: ProductForm, now: datetime
) -> Product:
    """Change a product read as `version`. Raises VersionMismatch if it was changed since."""
    row = own(session, actor, product_id)
    _check_kind(actor, form.kind)
    if row.version != version:
        raise VersionMismatch("console.product_changed", value=product_id, version=row.version)
    for name, value in _values(form).items():
        setattr(row, name, value)
    row.updated_at = now
    session.flush()
    journal.record(session, actor, "products.edit", ("product", product_id, None), now)
    return row


def grantees(session: Session) -> dict[str, str]:
    """Banks and offices that a consent can be given to: their scope and name."""
    query = sa.select(Product.owner, sa.func.min(Product.owner_name)).group_by(Product.owner)
    rows = session.execute(query.order_by(Product.owner))
    return {row[0]: row[1] for row in rows}


def building_names(session: Session) -> dict[str, str]:
    """All buildings by id, for criteria that name one."""
    rows = session.execute(sa.select(Building.building_id, Building.name).order_by(Building.name))
    return {row[0]: row[1] for row in rows}


def _check_kind(actor: Actor, kind: ProductKind) -> None:
    if kind not in KEEPS.get(actor.role, frozenset()):
        raise InvalidInput("api.kind_not_yours", role=actor.role, kind=kind.value)


def _values(form: ProductForm) -> dict[str, Any]:
    if not form.title.strip():
        raise InvalidInput("console.product_no_title")
    return {
        "title": form.title.strip(),
        "kind": form.kind.value,
        "criteria": to_json(parse_criteria(list(form.criteria))),
        "amount_fen": form.amount_fen,
        "term_months": form.term_months,
        "rate": form.rate,
        "valid_until": form.valid_until,
        "source": form.source,
    }


def _owner_name(session: Session, actor: Actor) -> str:
    """As on its other products, else the station's name, else the scope itself."""
    known = grantees(session).get(actor.scope)
    if known is not None:
        return known
    station = session.get(Station, actor.scope) if actor.role is Role.OFFICER else None
    return actor.scope if station is None else station.name
