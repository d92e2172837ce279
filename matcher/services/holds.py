"""Spaces held for a firm until a day, and let go again."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.product import Product, ProductKind
from matcher.domain.product.room import HOLD_DAYS, Hold, free_area
from matcher.errors import Conflict, InvalidInput, NotFound
from matcher.services.asked import today
from matcher.services.firm_rows import product_of
from matcher.services.partners import own_enterprise
from matcher.storage import journal, products
from matcher.storage.enterprises import Building
from matcher.storage.products import SpaceHold


@dataclass(frozen=True)
class HoldForm:
    """For whom, until when (None: as long as the space is held), how much of it (None: the whole)."""

    enterprise_id: str
    until: date | None = None
    area_m2: float | None = None


def in_force(session: Session, day: date) -> tuple[Hold, ...]:
    """All holds of that day."""
    rows = products.holds_on(session, day)
    return tuple(Hold(row.product_id, row.enterprise_id, row.area_m2, row.until) for row in rows)


def lettable(session: Session, actor: Actor, product_id: str) -> Product:
    """A space that the actor lets: its own, or one in a building of its station. Raises NotFound else."""
    row = products.by_id(session, product_id)
    if row is not None and row.kind == ProductKind.SPACE.value:
        building = None if row.building_id is None else session.get(Building, row.building_id)
        if row.owner == actor.scope or (building is not None and building.station_id == actor.scope):
            return product_of(row)
    raise NotFound("products.no_such_product", value=product_id)


def hold(session: Session, actor: Actor, product_id: str, form: HoldForm, now: datetime) -> SpaceHold:
    """Keep a space, or a part of it, for a firm of the own station.

    Raises Conflict where it is held for others, InvalidInput for a day or an area that does not fit.
    """
    require(actor, "spaces.let")
    product, day = lettable(session, actor, product_id), today(now)
    own_enterprise(session, actor, form.enterprise_id)
    until = _until(product, form.until, day)
    _check_free(session, product, form, day)
    row = SpaceHold(
        hold_id=secrets.token_hex(16),
        product_id=product_id,
        enterprise_id=form.enterprise_id,
        area_m2=form.area_m2,
        until=until,
        held_by=actor.account_id,
        held_at=now,
    )
    session.add(row)
    subject = ("product", product_id, form.enterprise_id)
    journal.record(session, actor, "spaces.hold", subject, now, until=until.isoformat())
    session.flush()
    return row


def release(session: Session, actor: Actor, hold_id: str, now: datetime) -> SpaceHold:
    """Let a held space go before its day. A second time is a Conflict."""
    require(actor, "spaces.let")
    row = session.get(SpaceHold, hold_id)
    if row is None:
        raise NotFound("spaces.no_such_hold", value=hold_id)
    lettable(session, actor, row.product_id)
    if row.released_at is not None:
        raise Conflict("spaces.released_already", value=hold_id)
    row.released_at = now
    journal.record(session, actor, "spaces.release", ("product", row.product_id, row.enterprise_id), now)
    session.flush()
    return row


def of_space(session: Session, actor: Actor, product_id: str, now: datetime) -> Sequence[SpaceHold]:
    """A space's holds in force, to whoever lets it."""
    require(actor, "spaces.let")
    lettable(session, actor, product_id)
    return products.holds_on(session, today(now), [product_id])


def _until(product: Product, asked: date | None, day: date) -> date:
    own = None if product.space is None else product.space.hold_days
    last = day + timedelta(days=own or HOLD_DAYS)
    if asked is None:
        return last
    if not day <= asked <= last:
        raise InvalidInput("spaces.bad_day", value=asked, last=last)
    return asked


def _check_free(session: Session, product: Product, form: HoldForm, day: date) -> None:
    held = [one for one in in_force(session, day) if one.product_id == product.product_id]
    if any(one.enterprise_id == form.enterprise_id for one in held):
        raise Conflict("spaces.held_already", value=form.enterprise_id)
    area = None if product.space is None else product.space.area_m2
    free = free_area(product, held)
    least = None if product.space is None else product.space.least_area_m2
    if form.area_m2 is None:
        if held:
            raise Conflict("spaces.not_free", value=product.product_id)
    elif area is None or least is None or not least <= form.area_m2 <= area:
        raise InvalidInput("spaces.cannot_split", value=form.area_m2, least=least or area)
    elif free is not None and form.area_m2 > free:
        raise Conflict("spaces.not_free", value=product.product_id)
