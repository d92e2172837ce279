"""Products in their owner's hands: a bank's loans, an office's policies and spaces; the list for firms."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.product import ProductKind, parse_criteria, to_json
from matcher.errors import InvalidInput, NotFound
from matcher.services.asked import today
from matcher.storage import journal, products
from matcher.storage.enterprises import Building
from matcher.storage.products import Product
from matcher.storage.versions import expect_version, save_edit

# Whose products a role keeps. Others read what can be had today.
KEEPS: Final[Mapping[Role, frozenset[ProductKind]]] = {
    Role.BANK: frozenset({ProductKind.LOAN}),
    Role.OFFICER: frozenset({ProductKind.POLICY, ProductKind.SPACE}),
}


@dataclass(frozen=True)
class ProductForm:
    """A product as its owner enters it. Money is fen; `criteria` are JSON objects as documented."""

    title: str
    owner_name: str
    kind: ProductKind
    text: str | None = None
    amount_fen: int | None = None
    term_months: int | None = None
    rate: float | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    source: str | None = None
    criteria: Sequence[Mapping[str, Any]] = ()
    building_id: str | None = None
    floor: str | None = None
    area_m2: float | None = None
    rent_fen: int | None = None
    use: str | None = None
    free_from: date | None = None
    hold_period: str | None = None
    fit_out: str | None = None


def page(
    session: Session, actor: Actor, kind: ProductKind | None, limit: int, after: str, now: datetime
) -> Sequence[Product]:
    """Products by id behind `after`: a bank's own alone; for others what can be had today and their own."""
    require(actor, "products.read")
    wanted = None if kind is None else kind.value
    if actor.role is Role.BANK:
        return products.page_of_owner(session, actor.scope, wanted, after, limit)
    own = actor.scope if actor.role is Role.OFFICER else None
    return products.page_on_offer(session, today(now), own, wanted, after, limit)


def get(session: Session, actor: Actor, product_id: str, now: datetime) -> Product:
    """One product that the actor's list would hold. Raises NotFound for any other."""
    require(actor, "products.read")
    row = products.by_id(session, product_id)
    if row is None or not _visible(actor, row, today(now)):
        raise NotFound("products.no_such_product", value=product_id)
    return row


def create(session: Session, actor: Actor, form: ProductForm, now: datetime) -> Product:
    """Store a product in the actor's name. Raises InvalidInput naming what of it is wrong.

    It is among a firm's answers at once; a bank's counts know it from its own criteria, likewise at once.
    """
    require(actor, "products.write")
    if form.kind not in KEEPS.get(actor.role, frozenset()):
        raise InvalidInput("api.kind_not_yours", role=actor.role, kind=form.kind.value)
    values = {**asdict(form), "kind": form.kind.value, "criteria": _read(form.criteria)}
    row = Product(product_id=secrets.token_hex(16), owner=actor.scope, updated_at=now, **values)
    _check(session, row)
    session.add(row)
    journal.record(session, actor, "products.create", ("product", row.product_id, None), now)
    session.flush()
    return row


def edit(
    session: Session, actor: Actor, product_id: str, version: int, changes: Mapping[str, Any], now: datetime
) -> Product:
    """Change one's own product as read in `version`. Raises VersionMismatch, NotFound for another's."""
    require(actor, "products.write")
    row = products.by_id(session, product_id)
    if row is None or row.owner != actor.scope:
        raise NotFound("products.no_such_product", value=product_id)
    expect_version(row, version)
    for name, value in changes.items():
        setattr(row, name, _read(value) if name == "criteria" else value)
    row.updated_at = now
    with session.no_autoflush:
        _check(session, row)
    told = sorted(changes)
    journal.record(session, actor, "products.edit", ("product", product_id, None), now, changed=told)
    save_edit(session)
    return row


def _read(criteria: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """In canonical fields and units, so that everybody reads one form."""
    return to_json(parse_criteria(list(criteria)))


def _check(session: Session, row: Product) -> None:
    start, end = row.valid_from, row.valid_until
    if start is not None and end is not None and end < start:
        raise InvalidInput("api.ends_before_start", start=start, end=end)
    if row.building_id is not None and session.get(Building, row.building_id) is None:
        raise InvalidInput("api.no_such_building", value=row.building_id)


def _visible(actor: Actor, row: Product, day: date) -> bool:
    if actor.role is not Role.ENTERPRISE and row.owner == actor.scope:
        return True
    begun = row.valid_from is None or row.valid_from <= day
    over = row.valid_until is not None and row.valid_until < day
    return actor.role is not Role.BANK and begun and not over
