"""What in the graph repairs a refusal: a contract from a partner, a grant, a certificate, a guarantee.

Each way is tried out: the product is judged again with the fact as it would be then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from matcher.domain.product import (
    Criterion,
    Finding,
    Gift,
    Group,
    Node,
    Quantifier,
    Truth,
    evaluate,
    field,
    holds,
)
from matcher.domain.ranking import PathStep, Suggestion
from matcher.graph.schema import NodeKind
from matcher.recommend.loans import ProductFit

CONTRACTED: Final = frozenset({"contract_amount", "revenue"})  # what a contract with a buyer adds to


class WayKind(StrEnum):
    """What repairs: a contract with a partner, a product that adds to a fact, one that stands in for it."""

    CONTRACT = "contract"
    GRANT = "grant"
    GUARANTEE = "guarantee"


@dataclass(frozen=True)
class Way:
    """One way out of one failing condition. `adds` is what the fact grows by (a number, or words).

    `truth` is the whole product's answer once it is gone; `first` is yes where the firm can have what repairs
    at once, unknown where that lacks facts. The path leads from the firm to the product.
    """

    kind: WayKind
    field: str
    adds: float | tuple[str, ...] | None
    truth: Truth
    first: Truth
    path: tuple[PathStep, ...]
    product_id: str | None = None
    enterprise_id: str | None = None
    distance: float | None = None


def ways(
    firm: PathStep,
    fit: ProductFit,
    facts: Mapping[str, object],
    others: Sequence[ProductFit],
    buyers: Sequence[Suggestion],
    today: date,
) -> list[Way]:
    """Every way out of every failing condition of `fit`, the one that opens the product alone first.

    `others` are the firm's fits for all products on offer, `buyers` its partners downstream, best first.
    """
    failing = {one.criterion.field: one for one in fit.verdict.failing}
    found = [
        way
        for one in failing.values()
        for way in (
            *_products(firm, fit, facts, one, others, today),
            *_contracts(fit, facts, one, buyers, today),
        )
    ]
    return sorted(found, key=_rank)


def _rank(way: Way) -> tuple[int, int, str, str, str]:
    order = (Truth.YES, Truth.UNKNOWN, Truth.NO)
    named = way.product_id or way.enterprise_id or ""
    return order.index(way.truth), order.index(way.first), way.kind.value, way.field, named


def _products(
    firm: PathStep,
    fit: ProductFit,
    facts: Mapping[str, object],
    failing: Finding,
    others: Sequence[ProductFit],
    today: date,
) -> Iterator[Way]:
    for other in others:
        if other.verdict.truth is Truth.NO or other.product.product_id == fit.product.product_id:
            continue
        for gift in other.product.repairs:
            if gift.field == failing.criterion.field and _heals(gift, failing, facts):
                yield _by_product(firm, fit, facts, gift, other, today)


def _by_product(
    firm: PathStep, fit: ProductFit, facts: Mapping[str, object], gift: Gift, other: ProductFit, today: date
) -> Way:
    criteria = fit.product.criteria
    if gift.value is None:
        verdict = evaluate(without(criteria, gift.field), facts, today)
    else:
        verdict = evaluate(criteria, with_gift(facts, gift), today)
    helper = PathStep(NodeKind.PRODUCT.value, other.product.product_id, other.product.title, "can_have")
    return Way(
        kind=WayKind.GUARANTEE if gift.value is None else WayKind.GRANT,
        field=gift.field,
        adds=gift.value,
        truth=verdict.truth,
        first=other.verdict.truth,
        path=(firm, helper, _goal(fit)),
        product_id=other.product.product_id,
    )


def _heals(gift: Gift, failing: Finding, facts: Mapping[str, object]) -> bool:
    """A gift that leaves its own condition failing is no way out; one that is forbidden cannot be given."""
    if failing.forbidden:
        return False
    if gift.value is None:
        return True
    return holds(failing.criterion, with_gift(facts, gift).get(gift.field)) is Truth.YES


def _contracts(
    fit: ProductFit,
    facts: Mapping[str, object],
    failing: Finding,
    buyers: Sequence[Suggestion],
    today: date,
) -> Iterator[Way]:
    short = failing.distance
    if (
        failing.criterion.field not in CONTRACTED
        or failing.forbidden
        or not short
        or not _too_low(failing, facts)
    ):
        return
    gift = Gift(failing.criterion.field, short)
    verdict = evaluate(fit.product.criteria, with_gift(facts, gift), today)
    for buyer in buyers:
        *way, last = buyer.path or (PathStep(NodeKind.ENTERPRISE.value, buyer.identifier, ""),)
        goal = replace(_goal(fit), edge="contract")
        yield Way(
            WayKind.CONTRACT, gift.field, short, verdict.truth, Truth.YES, (*way, last, goal),
            enterprise_id=buyer.identifier, distance=short,
        )  # fmt: skip


def _too_low(failing: Finding, facts: Mapping[str, object]) -> bool:
    value, limit = facts.get(failing.criterion.field), failing.criterion.value
    return isinstance(value, int | float) and isinstance(limit, int | float) and value <= limit


def _goal(fit: ProductFit) -> PathStep:
    return PathStep(NodeKind.PRODUCT.value, fit.product.product_id, fit.product.title, "repairs")


def with_gift(facts: Mapping[str, object], gift: Gift) -> dict[str, object]:
    """The facts as they would be: numbers added, words joined. An unknown number stays unknown."""
    later, had = dict(facts), facts.get(gift.field)
    if isinstance(gift.value, tuple):
        owned = had if isinstance(had, list | tuple | set | frozenset) else ()
        later[gift.field] = tuple(dict.fromkeys((*owned, *gift.value)))
    elif gift.value is not None and isinstance(had, int | float):
        later[gift.field] = had + gift.value
    return later


def without(criteria: Sequence[Node], name: str) -> tuple[Node, ...]:
    """The criteria as they stand where something else answers for every condition on one fact."""
    field(name)
    kept = (_without(node, name) for node in criteria)
    return tuple(node for node in kept if node is not None)


def _without(node: Node, name: str) -> Node | None:
    if isinstance(node, Criterion):
        return None if node.field == name else node
    members = [_without(member, name) for member in node.members]
    if node.quantifier is Quantifier.ANY_OF and None in members:
        return None  # one of several is answered for, which is enough
    kept = tuple(member for member in members if member is not None)
    return Group(node.quantifier, kept) if kept else None
