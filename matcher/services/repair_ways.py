"""A refused firm is shown what in the graph would repair it, with the path; and what to do instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.need import Direction
from matcher.domain.product import Truth
from matcher.domain.ranking import PathStep, Suggestion
from matcher.errors import NotFound
from matcher.graph.graph import Graph
from matcher.graph.schema import NodeKind
from matcher.messages import LANGUAGES, say
from matcher.recommend.loans import Wish, best_products
from matcher.recommend.repair_ways import CONTRACTED, Way, ways
from matcher.services import partner_view, partners, repair_view
from matcher.services.asked import today
from matcher.services.fact_words import fact, field_name
from matcher.services.firm_rows import criteria_facts, product_of
from matcher.services.partners import own_enterprise
from matcher.services.repair_view import RepairView
from matcher.storage import journal, products

BUYERS: Final = 3
Names = Mapping[str, str]


@dataclass(frozen=True)
class WayView:
    """One way out: a sentence in each language and the path to draw."""

    kind: str
    field: str
    adds: object
    truth: str
    first: str
    product_id: str | None
    enterprise_id: str | None
    path: Sequence[PathStep]
    sentence: Names


@dataclass(frozen=True)
class RepairWays:
    """A firm and a product that it cannot have: the cheapest repair, and the ways the graph knows."""

    enterprise_id: str
    product_id: str
    title: str
    truth: str
    repair: RepairView | None
    ways: Sequence[WayView]
    snapshot_id: str
    as_of: datetime


def ways_for(
    session: Session, graph: Graph, actor: Actor, enterprise_id: str, product_id: str, now: datetime
) -> RepairWays:
    """What repairs a refusal. Raises NotFound for a firm out of scope or a product that cannot be had today.

    Judged by this moment's row over all products on offer; partners are asked of the graph where a contract
    would help.
    """
    require(actor, "products.suggest")
    row, day = own_enterprise(session, actor, enterprise_id), today(now)
    offered = [product_of(one) for one in products.all_valid_on(session, day)]
    facts = criteria_facts(row, day)
    fits = best_products(offered, facts, Wish(), day)
    fit = next((one for one in fits if one.product.product_id == product_id), None)
    if fit is None:
        raise NotFound("products.no_such_product", value=product_id)
    lacking = {one.criterion.field for one in fit.verdict.failing}
    buyers = _buyers(session, graph, actor, enterprise_id, now) if lacking & CONTRACTED else []
    firm = PathStep(NodeKind.ENTERPRISE.value, enterprise_id, row.name)
    found = ways(firm, fit, facts, fits, buyers, day)
    instead = next(
        (one for one in fits if one.verdict.truth is Truth.YES and one.product.kind is fit.product.kind), None
    )
    journal.record(session, actor, "products.repairs", ("product", product_id, enterprise_id), now)
    return RepairWays(
        enterprise_id=enterprise_id,
        product_id=product_id,
        title=fit.product.title,
        truth=fit.verdict.truth.value,
        repair=repair_view.repair(fit, instead),
        ways=tuple(_view(one) for one in found),
        snapshot_id=graph.snapshot_id,
        as_of=graph.as_of,
    )


def _buyers(
    session: Session, graph: Graph, actor: Actor, enterprise_id: str, now: datetime
) -> list[Suggestion]:
    """Partners downstream, as far as the actor may read of them."""
    if graph.firms.position(enterprise_id) is None:
        return []
    ranking = partners.for_enterprise(session, graph, actor, enterprise_id, Direction.DOWNSTREAM, BUYERS, now)
    shown = partner_view.partners(session, actor, ranking)
    return [Suggestion(one.enterprise_id, one.score, one.parts, path=one.path) for one in shown]


def _view(way: Way) -> WayView:
    return WayView(
        kind=way.kind.value,
        field=way.field,
        adds=list(way.adds) if isinstance(way.adds, tuple) else way.adds,
        truth=way.truth.value,
        first=way.first.value,
        product_id=way.product_id,
        enterprise_id=way.enterprise_id,
        path=way.path,
        sentence={language: _sentence(way, language) for language in LANGUAGES},
    )


def _sentence(way: Way, language: str) -> str:
    told = {
        "by": way.path[-2].label,
        "field": field_name(way.field, language),
        "adds": "" if way.adds is None else fact(way.field, way.adds, language),
    }
    said = say(f"repairs.{way.kind.value}", language, **told)
    after = say(f"repairs.then_{way.truth.value}", language)
    before = "" if way.first is Truth.YES else say("repairs.first_unknown", language)
    return f"{said}{after}{before}"
