"""Products in their owner's hands: a bank's loans, an office's policies and spaces; the list for firms."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.product import ProductKind, parse_criteria, parse_repairs, to_json
from matcher.domain.take_up import LEAST_MINUTES, MOST_MINUTES
from matcher.errors import InvalidInput, NotFound
from matcher.services import product_stories, product_versions
from matcher.services.asked import today
from matcher.services.product_names import owner_name
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
    """A product as its owner enters it. Money is fen; `criteria` are JSON objects as documented.

    Without `owner_name` the owner is called as on its other products.
    """

    title: str
    kind: ProductKind
    owner_name: str | None = None
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
    documents: Sequence[str] = ()
    repairs: Sequence[Mapping[str, Any]] = ()
    stories: str | None = None
    quota: int | None = None
    take_up_minutes: int | None = None
    least_area_m2: float | None = None
    joins: Sequence[str] = ()
    transitional: bool = False
    hold_days: int | None = None


def page(
    session: Session, actor: Actor, kind: ProductKind | None, limit: int, after: str, now: datetime
) -> Sequence[Product]:
    """Products by id behind `after`: a bank's own alone; for others what can be had today and their own."""
    require(actor, "products.read")
    wanted = None if kind is None else kind.value
    if actor.role is Role.BANK:
        return products.page_of_owner(session, actor.scope, wanted, after, limit)
    mine = actor.scope if actor.role is Role.OFFICER else None
    return products.page_on_offer(session, today(now), mine, wanted, after, limit)


def get(session: Session, actor: Actor, product_id: str, now: datetime) -> Product:
    """One product that the actor's list would hold. Raises NotFound for any other."""
    require(actor, "products.read")
    row = products.by_id(session, product_id)
    if row is None or not _visible(actor, row, today(now)):
        raise NotFound("products.no_such_product", value=product_id)
    return row


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
    """Store a product in the actor's name. Raises InvalidInput naming what of it is wrong.

    It is among a firm's answers at once; a bank's counts know it from its own criteria, likewise at once.
    """
    require(actor, "products.write")
    _check_kind(actor, form.kind)
    values = asdict(form) | {
        "kind": form.kind.value,
        "owner_name": form.owner_name or owner_name(session, actor),
        "documents": list(form.documents),
        "joins": list(form.joins),
    }
    row = Product(product_id=secrets.token_hex(16), owner=actor.scope, updated_at=now, **_read(values))
    _check(session, row, now)
    session.add(row)
    journal.record(session, actor, "products.create", ("product", row.product_id, None), now)
    session.flush()
    product_versions.keep(session, actor, row, now)
    return row


def edit(
    session: Session, actor: Actor, product_id: str, version: int, changes: Mapping[str, Any], now: datetime
) -> Product:
    """Change one's own product as read in `version`. Raises VersionMismatch, NotFound for another's.

    Where the owner's stories no longer come so, InvalidInput names them and nothing changes.
    """
    row = own(session, actor, product_id)
    expect_version(row, version)
    if "kind" in changes:
        _check_kind(actor, ProductKind(changes["kind"]))
    product_versions.keep_first(session, row)
    with session.no_autoflush:
        for name, value in _read(changes).items():
            setattr(row, name, value)
        row.updated_at = now
        _check(session, row, now)
    told = sorted(changes)
    journal.record(session, actor, "products.edit", ("product", product_id, None), now, changed=told)
    save_edit(session)
    product_versions.keep(session, actor, row, now)
    return row


def _check_kind(actor: Actor, kind: ProductKind) -> None:
    if kind not in KEEPS.get(actor.role, frozenset()):
        raise InvalidInput("api.kind_not_yours", role=actor.role, kind=kind.value)


def _read(values: Mapping[str, Any]) -> dict[str, Any]:
    """Criteria and what a product repairs in canonical fields and units, so that everybody reads one form."""
    found = dict(values)
    if "criteria" in found:
        found["criteria"] = to_json(parse_criteria(list(found["criteria"])))
    if "repairs" in found:
        found["repairs"] = [one.to_json() for one in parse_repairs(list(found["repairs"]))]
    return found


def _check(session: Session, row: Product, now: datetime) -> None:
    if not row.title.strip():
        raise InvalidInput("console.product_no_title")
    start, end = row.valid_from, row.valid_until
    if start is not None and end is not None and end < start:
        raise InvalidInput("api.ends_before_start", start=start, end=end)
    if row.building_id is not None and session.get(Building, row.building_id) is None:
        raise InvalidInput("api.no_such_building", value=row.building_id)
    minutes = row.take_up_minutes
    if minutes is not None and not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise InvalidInput("take_ups.bad_minutes", value=minutes, least=LEAST_MINUTES, most=MOST_MINUTES)
    for other in row.joins:
        _check_joined(session, row, other)
    product_stories.check(parse_criteria(row.criteria), row.stories, today(now))


def _check_joined(session: Session, row: Product, other: str) -> None:
    """Units are joined within one owner's building alone."""
    found = session.get(Product, other)
    same = found is not None and found.owner == row.owner and found.building_id == row.building_id
    if not same or other == row.product_id:
        raise InvalidInput("spaces.cannot_join", value=other)


def _visible(actor: Actor, row: Product, day: date) -> bool:
    if actor.role is not Role.ENTERPRISE and row.owner == actor.scope:
        return True
    begun = row.valid_from is None or row.valid_from <= day
    over = row.valid_until is not None and row.valid_until < day
    return actor.role is not Role.BANK and begun and not over
