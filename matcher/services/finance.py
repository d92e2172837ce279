"""Products and firms: a firm's best loans, policies and spaces, its next questions (for the firm and its
station). The bank's side is in services.eligible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.need import NeedKind
from matcher.domain.product import ProductKind
from matcher.graph.graph import Graph
from matcher.recommend.loans import OpenQuestion, ProductFit, Wish, best_products
from matcher.recommend.loans import next_questions as questions_of
from matcher.services import holds
from matcher.services.asked import today
from matcher.services.eligible import eligible_firms, snapshot_of
from matcher.services.eligible_counts import counts
from matcher.services.eligible_lines import EligiblePage, FirmLine, RoundedCounts
from matcher.services.firm_rows import criteria_facts, product_of, yuan
from matcher.services.partners import OPEN, own_enterprise
from matcher.storage import journal, needs, products
from matcher.storage.enterprises import Enterprise

__all__ = [
    "EligiblePage",
    "FirmLine",
    "FirmProducts",
    "RoundedCounts",
    "counts",
    "eligible_firms",
    "loans_for",
    "next_questions",
    "policies_for",
    "snapshot_of",
    "spaces_for",
]

_WISHES: Final = {ProductKind.LOAN: NeedKind.FINANCING, ProductKind.SPACE: NeedKind.SPACE}


@dataclass(frozen=True)
class FirmProducts:
    """A firm's products of one kind, best first, and what was known of its wish."""

    enterprise_id: str
    kind: str
    wish: Wish
    fits: tuple[ProductFit, ...]
    questions: tuple[OpenQuestion, ...]
    snapshot_id: str
    as_of: datetime


def loans_for(
    session: Session, graph: Graph, actor: Actor, enterprise_id: str, now: datetime
) -> FirmProducts:
    """The best loans of a firm, under every criterion with all failing and missing facts; see FirmProducts.

    Facts are those of this moment's row. Raises NotFound out of scope. Reads all products of the kind.
    """
    return _products(session, graph, actor, enterprise_id, ProductKind.LOAN, now)


def policies_for(
    session: Session, graph: Graph, actor: Actor, enterprise_id: str, now: datetime
) -> FirmProducts:
    """The policies a firm can have, nearly has, or could have if a fact were known."""
    return _products(session, graph, actor, enterprise_id, ProductKind.POLICY, now)


def spaces_for(
    session: Session, graph: Graph, actor: Actor, enterprise_id: str, now: datetime
) -> FirmProducts:
    """Spaces for a firm, by area, rent and its chain's neighbours."""
    return _products(session, graph, actor, enterprise_id, ProductKind.SPACE, now)


def next_questions(
    session: Session, graph: Graph, actor: Actor, enterprise_id: str, now: datetime
) -> list[OpenQuestion]:
    """The missing facts of a firm over all its loans, policies and spaces: what settles most comes first."""
    fits = [
        fit for kind in ProductKind for fit in _products(session, graph, actor, enterprise_id, kind, now).fits
    ]
    return questions_of(fits)


def _products(
    session: Session, graph: Graph, actor: Actor, enterprise_id: str, kind: ProductKind, now: datetime
) -> FirmProducts:
    require(actor, "products.suggest")
    row = own_enterprise(session, actor, enterprise_id)
    offered = [product_of(one) for one in products.valid_on(session, kind.value, today(now))]
    wish = wish_of(session, row, kind)
    position = graph.firms.position(enterprise_id)
    facts = criteria_facts(row, today(now))
    if kind is ProductKind.SPACE:
        from matcher.recommend.spaces import Letting, Seeker, best_spaces

        letting = Letting(offered, holds.in_force(session, today(now)), today(now))
        fits = best_spaces(graph, letting, Seeker(enterprise_id, position, facts, wish))
    else:
        fits = best_products(offered, facts, wish, today(now))
    subject = ("enterprise", enterprise_id, enterprise_id)
    journal.record(session, actor, "products.suggest", subject, now, kind=kind.value)
    return FirmProducts(
        enterprise_id,
        kind.value,
        wish,
        tuple(fits),
        tuple(questions_of(fits)),
        graph.snapshot_id,
        graph.as_of,
    )


def wish_of(session: Session, row: Enterprise, kind: ProductKind) -> Wish:
    """How much the firm's newest open need of that kind asks for."""
    wanted = _WISHES.get(kind)
    rows = [
        need
        for need in needs.needs_of(session, row.enterprise_id)
        if wanted is not None and need.kind == wanted.value and need.state in OPEN
    ]
    if not rows:
        return Wish()
    need = max(rows, key=lambda one: (one.created_at, one.need_id))
    slots: Sequence[dict[str, Any]] = (need.understood or {}).get("slots", ())
    areas = [slot["value"] for slot in slots if slot.get("name") == "area_m2"]
    return Wish(yuan(need.amount_fen), float(areas[0]) if areas else None, by=need.deadline)
