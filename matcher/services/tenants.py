"""The landlord's view: firms of the own station for one space, those that seek rooms first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.need import NeedKind, NeedState
from matcher.domain.product import Product, ProductKind
from matcher.errors import InvalidInput
from matcher.graph.graph import Graph
from matcher.messages import LANGUAGES
from matcher.recommend.explain import sentences
from matcher.recommend.loans import ProductFit, Wish
from matcher.services import holds
from matcher.services.asked import today
from matcher.services.eligible import MOST
from matcher.services.finance import wish_of
from matcher.services.firm_rows import criteria_facts, product_of
from matcher.services.partners import ACTIVE
from matcher.storage import journal, products
from matcher.storage.enterprises import Building, Enterprise
from matcher.storage.needs import Need

if TYPE_CHECKING:
    from matcher.recommend.spaces import Seeker

_LOOKED_AT = 2_000
Told = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Tenant:
    """A firm for the space: what of it is offered to it, and what speaks for and against."""

    rank: int
    enterprise_id: str
    name: str
    seeks: bool
    newcomer: bool
    truth: str
    near_miss: bool
    score: float
    wanted_m2: float | None
    wanted_by: date | None
    offered_m2: float | None
    units: Sequence[str]
    held_until: date | None
    pros: Told
    cons: Told


@dataclass(frozen=True)
class Tenants:
    """Firms for one space, best first."""

    product_id: str
    items: Sequence[Tenant]
    snapshot_id: str
    as_of: datetime


def spaces_of(session: Session, actor: Actor, now: datetime) -> Sequence[Product]:
    """Every space the actor lets: its own and those in the buildings of its station."""
    require(actor, "spaces.let")
    houses = set(session.scalars(sa.select(Building.building_id).where(Building.station_id == actor.scope)))
    rows = products.valid_on(session, ProductKind.SPACE.value, today(now))
    return [product_of(row) for row in rows if row.owner == actor.scope or row.building_id in houses]


def tenants(session: Session, graph: Graph, actor: Actor, product_id: str, n: int, now: datetime) -> Tenants:
    """Firms of the own station that seek rooms, and those that are young or have no building yet.

    Raises NotFound for a space the actor does not let. Facts and wishes are of this moment's rows.
    """
    from matcher.recommend.spaces import Letting, Seeker, best_tenants

    require(actor, "spaces.let")
    if not 1 <= n <= MOST:
        raise InvalidInput("products.bad_limit", value=n, most=MOST)
    product, day = holds.lettable(session, actor, product_id), today(now)
    offered = [product_of(row) for row in products.valid_on(session, ProductKind.SPACE.value, day)]
    seeking = _seeking(session, actor.scope)
    seekers, rows = [], {}
    for row in _candidates(session, actor.scope, seeking, day):
        facts, key = criteria_facts(row, day), row.enterprise_id
        wish = wish_of(session, row, ProductKind.SPACE) if key in seeking else Wish()
        seekers.append(Seeker(key, graph.firms.position(key), facts, wish, key in seeking))
        rows[key] = row
    letting = Letting([one for one in offered if one.product_id != product_id] + [product],
                      holds.in_force(session, day), day)  # fmt: skip
    found = best_tenants(graph, letting, product, seekers)[:n]
    journal.record(session, actor, "spaces.tenants", ("product", product_id, None), now)
    items = [
        _view(rank, seeker, fit, rows[seeker.enterprise_id].name)
        for rank, (seeker, fit) in enumerate(found, 1)
    ]
    return Tenants(product_id, items, graph.snapshot_id, graph.as_of)


def _seeking(session: Session, station_id: str) -> set[str]:
    """Firms of the station with an open need for rooms. One query."""
    waiting = [NeedState.OPEN.value, NeedState.MATCHING.value]
    statement = (
        sa.select(Need.enterprise_id)
        .join(Enterprise, Enterprise.enterprise_id == Need.enterprise_id)
        .where(Enterprise.station_id == station_id, Need.kind == NeedKind.SPACE.value)
    )
    return set(session.scalars(statement.where(Need.state.in_(waiting))))


def _candidates(session: Session, station_id: str, seeking: set[str], day: date) -> Sequence[Enterprise]:
    """Those that seek, the young, and those without a building; at most _LOOKED_AT."""
    young = sa.and_(Enterprise.founded_on.is_not(None), Enterprise.founded_on > _year_before(day))
    wanted = sa.or_(Enterprise.enterprise_id.in_(seeking), young, Enterprise.building_id.is_(None))
    mine = (Enterprise.station_id == station_id, Enterprise.status == ACTIVE)
    statement = sa.select(Enterprise).where(*mine, wanted).order_by(Enterprise.enterprise_id)
    return session.scalars(statement.limit(_LOOKED_AT)).all()


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28))


def _view(rank: int, seeker: Seeker, fit: ProductFit, name: str) -> Tenant:
    room = fit.room
    return Tenant(
        rank=rank,
        enterprise_id=seeker.enterprise_id,
        name=name,
        seeks=seeker.seeks,
        newcomer=seeker.newcomer,
        truth=fit.verdict.truth.value,
        near_miss=fit.verdict.near_miss,
        score=fit.score,
        wanted_m2=seeker.wish.area_m2,
        wanted_by=seeker.wish.by,
        offered_m2=None if room is None else room.area_m2,
        units=() if room is None else room.units,
        held_until=None if room is None else room.held_until,
        pros={language: sentences(fit.pros, language) for language in LANGUAGES},
        cons={language: sentences(fit.cons, language) for language in LANGUAGES},
    )
