"""Spaces for a firm: area, rent, the day they are free, and neighbours in its chain of industries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from matcher.domain.product import Product
from matcher.domain.ranking import Reason
from matcher.graph.graph import Graph
from matcher.graph.schema import Flag
from matcher.recommend.loans import ProductFit, Wish, best_products, standing

_LINK = 0.1  # a chain strength from which two industries are neighbours worth naming
_WEIGHTS = {"area": 0.5, "rent": 0.25, "neighbours": 0.25}
_FIT = 0.3
_ENOUGH = 5.0  # neighbours beyond these add little


def best_spaces(
    graph: Graph,
    products: Sequence[Product],
    facts: Mapping[str, object],
    position: int | None,
    wish: Wish,
    today: date,
) -> list[ProductFit]:
    """All spaces, best first: may the firm have it at all, then area, rent and neighbours. Ties by id.

    `position` is the firm's in the snapshot; without one its neighbours are not counted.
    """
    rents = [
        one.space.rent_yuan for one in products if one.space is not None and one.space.rent_yuan is not None
    ]
    lowest = min(rents, default=None)
    fits = [
        _with_place(graph, fit, position, wish, lowest)
        for fit in best_products(products, facts, Wish(), today)
    ]
    return sorted(fits, key=lambda fit: (-fit.score, fit.product.product_id))


def neighbours(graph: Graph, position: int, building_id: str) -> int:
    """Active firms in the building whose division supplies the firm's or buys from it."""
    building = graph.buildings.position(building_id)
    own = int(graph.firms.numbers("industry")[position])
    if building is None or own < 0:
        return 0
    firms, divisions = graph.firms, graph.industries.numbers("division")
    here = (firms.numbers("building") == building) & ((firms.numbers("flags") & Flag.ACTIVE) != 0)
    here[position] = False
    industry = firms.numbers("industry")[here]
    other = divisions[industry[industry >= 0]]
    mine = int(divisions[own])
    if mine < 0:
        return 0
    links = np.maximum(graph.supply[other, mine], graph.supply[mine, other])
    return int(((links >= _LINK) & (other >= 0)).sum())


def _with_place(
    graph: Graph, fit: ProductFit, position: int | None, wish: Wish, lowest: float | None
) -> ProductFit:
    space = fit.product.space
    if space is None:
        return fit
    near = 0
    if position is not None and space.building_id is not None:
        near = neighbours(graph, position, space.building_id)
    parts = {"area": _area(space.area_m2, wish), "neighbours": min(1.0, near / _ENOUGH)}
    parts["rent"] = 0.5 if space.rent_yuan is None or lowest is None else (lowest + 1) / (space.rent_yuan + 1)
    score = standing(fit.verdict) + _FIT * sum(_WEIGHTS[name] * part for name, part in parts.items())
    pros, cons = list(fit.pros), list(fit.cons)
    if space.area_m2 is not None and wish.area_m2 is not None:
        shown = {"area": space.area_m2, "wanted": wish.area_m2}
        (pros if parts["area"] >= 0.7 else cons).append(
            Reason("products.pro_area" if parts["area"] >= 0.7 else "products.con_area", shown)
        )
    if near:
        pros.append(Reason("products.pro_neighbours", {"count": near}))
    if space.rent_yuan is not None:
        pros.append(Reason("products.pro_rent", {"rent": space.rent_yuan}))
    return replace(fit, score=round(score, 6), pros=tuple(pros), cons=tuple(cons))


def _area(area: float | None, wish: Wish) -> float:
    if area is None or wish.area_m2 is None or area <= 0 or wish.area_m2 <= 0:
        return 0.5
    return min(area, wish.area_m2) / max(area, wish.area_m2)
