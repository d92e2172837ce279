"""A station's loan needs spread over the banks that its firms consented to, and why each got what it got."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.consent import Purpose
from matcher.domain.enterprise import TRADING
from matcher.domain.need import NeedKind
from matcher.domain.product import Product, ProductKind, Truth
from matcher.domain.take_up import ALIVE
from matcher.messages import LANGUAGES, say
from matcher.recommend.loans import best_products
from matcher.recommend.portfolio import Asker, Place, spread
from matcher.services import take_ups as lines
from matcher.services.asked import today
from matcher.services.finance import wish_of
from matcher.services.firm_rows import criteria_facts, product_of
from matcher.storage import consents, enterprises, journal, needs, products, take_ups
from matcher.storage.needs import Need

MOST: Final = 2_000  # needs a plan looks at, those that wait longest
Names = Mapping[str, str]


@dataclass(frozen=True)
class Given:
    """One firm of a plan: the product it is offered first, or None and why not."""

    need_id: str
    enterprise_id: str
    name: str
    waited_days: int
    product_id: str | None
    product: str | None
    owner_name: str | None
    others: Sequence[str]
    why: Names


@dataclass(frozen=True)
class BankShare:
    """A bank in the plan: places it has, firms it is offered, share of its quota (0 where it has none)."""

    owner: str
    owner_name: str
    places: int | None
    firms: int
    share: float


@dataclass(frozen=True)
class Plan:
    """Who is offered what, and the proof that no other plan is better in the stated order."""

    items: Sequence[Given]
    banks: Sequence[BankShare]
    served: int
    value: float
    bound: float
    proven: bool
    envies: int
    prices: Mapping[str, float]
    fairness: Names


def plan(session: Session, actor: Actor, now: datetime) -> Plan:
    """For every open loan need of the station's firms that no bank looks at yet. Stores nothing.

    A firm is offered only what it can have today at banks that it consented to.
    """
    require(actor, "portfolio.plan")
    day = today(now)
    offered = [product_of(row) for row in products.valid_on(session, ProductKind.LOAN.value, day)]
    waiting = _waiting(session, actor.scope)
    firms = enterprises.by_ids(session, [need.enterprise_id for need in waiting])
    options = {need.need_id: _options(session, firms[need.enterprise_id], offered, now) for need in waiting}
    held = take_ups.held_places(session, [one.product_id for one in offered])
    places = [Place(one.product_id, one.owner, _left(one, held.get(one.product_id, 0))) for one in offered]
    askers = [
        Asker(need.need_id, float((now - need.created_at).days), options[need.need_id]) for need in waiting
    ]
    found = spread(askers, places)
    named = {one.product_id: one for one in offered}
    items = [
        _given(need, firms[need.enterprise_id].name, found.given.get(need.need_id), options, named, now)
        for need in waiting
    ]
    subject = ("station", actor.scope, None)
    journal.record(session, actor, "portfolio.plan", subject, now, served=len(found.given))
    proof = found.certificate
    return Plan(
        items=tuple(items),
        banks=_banks(places, named, found.given),
        served=len(found.given),
        value=proof.value,
        bound=proof.bound,
        proven=proof.proven,
        envies=proof.envies,
        prices={name: round(price, 6) for name, price in proof.prices.items() if price > 0},
        fairness={language: say("portfolio.fairness", language) for language in LANGUAGES},
    )


def start(session: Session, actor: Actor, now: datetime) -> Plan:
    """The same plan, and each firm served is put to its bank first, then to the others that fit."""
    found = plan(session, actor, now)
    for one in found.items:
        if one.product_id is not None:
            lines.start(session, actor, one.need_id, [one.product_id, *one.others], now)
    return found


def _waiting(session: Session, station_id: str) -> list[Need]:
    """One loan need a firm that trades, the oldest; none that a bank looks at."""
    found: dict[str, Need] = {}
    rows = [one for one in needs.open_needs(session, station_id) if one.kind == NeedKind.FINANCING.value]
    firms = enterprises.by_ids(session, sorted({one.enterprise_id for one in rows}))
    rows = [one for one in rows if firms[one.enterprise_id].status in TRADING]
    for need in sorted(rows, key=lambda one: (one.created_at, one.need_id))[:MOST]:
        line = take_ups.of_need(session, need.need_id)
        if need.enterprise_id not in found and not any(row.state in ALIVE for row in line):
            found[need.enterprise_id] = need
    return list(found.values())


def _options(
    session: Session, firm: enterprises.Enterprise, offered: Sequence[Product], now: datetime
) -> dict[str, float]:
    """Products of consenting banks that the firm can have, by how well they fit, in [0, 1]."""
    day, purpose = today(now), Purpose.FINANCING.value
    owners = {
        owner
        for owner in {one.owner for one in offered}
        if consents.granted(session, firm.enterprise_id, owner, purpose, now)
    }
    own = [one for one in offered if one.owner in owners]
    fits = best_products(own, criteria_facts(firm, day), wish_of(session, firm, ProductKind.LOAN), day)
    return {fit.product.product_id: fit.score for fit in fits if fit.verdict.truth is Truth.YES}


def _left(product: Product, held: int) -> int | None:
    return None if product.quota is None else max(0, product.quota - held)


# One argument a part of the plan; each is read once.
def _given(
    need: Need, name: str, product_id: str | None, options: Mapping[str, Mapping[str, float]],
    named: Mapping[str, Product], now: datetime,
) -> Given:  # fmt: skip
    own = options[need.need_id]
    chosen = None if product_id is None else named[product_id]
    others = sorted((one for one in own if one != product_id), key=lambda one: (-own[one], one))
    waited = (now - need.created_at).days
    if chosen is not None:
        best = max(own.values()) - own[chosen.product_id] < 1e-9
        key, told = ("best" if best else "shared"), {"days": waited}
    else:
        key, told = ("full" if own else "nothing"), {"days": waited}
    why = {language: say(f"portfolio.why_{key}", language, **told) for language in LANGUAGES}
    return Given(
        need_id=need.need_id,
        enterprise_id=need.enterprise_id,
        name=name,
        waited_days=waited,
        product_id=product_id,
        product=None if chosen is None else chosen.title,
        owner_name=None if chosen is None else chosen.owner_name,
        others=others,
        why=why,
    )


def _banks(
    places: Sequence[Place], named: Mapping[str, Product], given: Mapping[str, str]
) -> tuple[BankShare, ...]:
    shares: dict[str, BankShare] = {}
    by_owner: dict[str, list[Place]] = {}
    for place in places:
        by_owner.setdefault(place.owner, []).append(place)
    for owner, own in sorted(by_owner.items()):
        limited = [one.quota for one in own if one.quota is not None]
        total = sum(limited) if len(limited) == len(own) else None
        keys = {one.product_id for one in own}
        firms = sum(product in keys for product in given.values())
        name = named[own[0].product_id].owner_name
        shares[owner] = BankShare(owner, name, total, firms, firms / total if total else 0.0)
    return tuple(shares.values())
