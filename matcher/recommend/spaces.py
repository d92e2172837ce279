"""Spaces for a firm, firms for a space: area, rent, the day, and neighbours in the chain of industries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from matcher.domain.product import Product, Space
from matcher.domain.product.room import Hold, Room, best_room
from matcher.domain.ranking import Reason
from matcher.graph.graph import Graph
from matcher.graph.schema import Flag
from matcher.recommend.loans import ProductFit, Wish, best_products, standing

_LINK = 0.1  # a chain strength from which two industries are neighbours worth naming
_WEIGHTS: Final = {"area": 0.4, "rent": 0.2, "day": 0.2, "neighbours": 0.2}
_FIT = 0.3
_ENOUGH = 5.0  # neighbours beyond these add little
_NEAR_ENOUGH = 0.7
_PATIENCE = 90.0  # days late after which a space is worth half
_NOT_FOR_IT = 0.5  # what a transition office is worth to a firm that is no newcomer
NEWCOMER_MONTHS: Final = 12


@dataclass(frozen=True)
class Letting:
    """What a firm's question for spaces is asked of: all spaces on offer, and what is held in them."""

    products: Sequence[Product]
    holds: Sequence[Hold]
    today: date

    @property
    def units(self) -> dict[str, Product]:
        """By id."""
        return {one.product_id: one for one in self.products}


@dataclass(frozen=True)
class Seeker:
    """A firm that could move in. `position` is its place in the snapshot; without one it has no neighbours.

    `seeks` is whether it said that it wants rooms.
    """

    enterprise_id: str
    position: int | None
    facts: Mapping[str, object]
    wish: Wish
    seeks: bool = True

    @property
    def newcomer(self) -> bool:
        """Young, or not settled in any building yet."""
        age = self.facts.get("age_months")
        young = isinstance(age, int | float) and age < NEWCOMER_MONTHS
        return young or self.facts.get("building") is None


def best_spaces(graph: Graph, letting: Letting, seeker: Seeker) -> list[ProductFit]:
    """All spaces, best first: may the firm have it at all, then area, rent, day and neighbours. Ties by id.

    Each is offered as far as it is free: split or joined with the units beside it, where that is nearer to
    the area wanted.
    """
    rents = [rent for one in letting.products if (rent := _rent(one)) is not None]
    lowest = min(rents, default=None)
    fits = [
        _with_place(graph, letting, fit, seeker, lowest)
        for fit in best_products(letting.products, seeker.facts, Wish(), letting.today)
    ]
    return sorted(fits, key=lambda fit: (-fit.score, fit.product.product_id))


def best_tenants(
    graph: Graph, letting: Letting, product: Product, seekers: Sequence[Seeker]
) -> list[tuple[Seeker, ProductFit]]:
    """The landlord's view: firms for one space, those that seek rooms first, then as `best_spaces` scores."""
    rent = _rent(product)
    found = []
    for seeker in seekers:
        (fit,) = best_products([product], seeker.facts, Wish(), letting.today)
        found.append((seeker, _with_place(graph, letting, fit, seeker, rent)))
    return sorted(found, key=lambda one: (not one[0].seeks, -one[1].score, one[0].enterprise_id))


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
    graph: Graph, letting: Letting, fit: ProductFit, seeker: Seeker, lowest: float | None
) -> ProductFit:
    space, wish = fit.product.space, seeker.wish
    if space is None:
        return fit
    room = best_room(fit.product, letting.units, letting.holds, seeker.enterprise_id, wish.area_m2)
    near = 0
    if seeker.position is not None and space.building_id is not None:
        near = neighbours(graph, seeker.position, space.building_id)
    parts = {
        "area": _area(room.area_m2, wish),
        "rent": _cheapness(space, wish, lowest),
        "day": _in_time(room, wish, letting.today),
        "neighbours": min(1.0, near / _ENOUGH),
    }
    worth = sum(_WEIGHTS[name] * part for name, part in parts.items())
    if space.transitional and not seeker.newcomer:
        worth *= _NOT_FOR_IT
    score = 0.0 if room.held_until is not None else standing(fit.verdict) + _FIT * worth
    pros, cons = _said(space, room, seeker, parts, near)
    return replace(fit, score=round(score, 6), pros=(*fit.pros, *pros), cons=(*fit.cons, *cons), room=room)


def _said(
    space: Space, room: Room, seeker: Seeker, parts: Mapping[str, float], near: int
) -> tuple[list[Reason], list[Reason]]:
    pros: list[Reason] = []
    cons: list[Reason] = []
    wish = seeker.wish
    if room.held_until is not None:
        cons.append(Reason("spaces.con_held", {"day": room.held_until.isoformat()}))
    elif room.area_m2 is not None and wish.area_m2 is not None:
        good = parts["area"] >= _NEAR_ENOUGH
        shown = {"area": room.area_m2} if good else {"area": room.area_m2, "wanted": wish.area_m2}
        (pros if good else cons).append(Reason(f"products.{'pro' if good else 'con'}_area", shown))
    if room.own_hold:
        pros.append(Reason("spaces.pro_held", {}))
    if room.split:
        pros.append(Reason("spaces.pro_split", {"area": room.area_m2}))
    if len(room.units) > 1:
        pros.append(Reason("spaces.pro_joined", {"count": len(room.units), "area": room.area_m2}))
    if near:
        pros.append(Reason("products.pro_neighbours", {"count": near}))
    if space.rent_yuan is not None:
        pros.append(Reason("products.pro_rent", {"rent": space.rent_yuan}))
    if wish.by is not None and room.free_from is not None and room.free_from > wish.by:
        cons.append(Reason("spaces.con_late", {"day": room.free_from.isoformat()}))
    if space.transitional:
        newcomer = seeker.newcomer
        (pros if newcomer else cons).append(Reason(f"spaces.{'pro' if newcomer else 'con'}_transitional", {}))
    return pros, cons


def _area(area: float | None, wish: Wish) -> float:
    if area is None or wish.area_m2 is None or wish.area_m2 <= 0:
        return 0.5
    return min(area, wish.area_m2) / max(area, wish.area_m2)


def _rent(product: Product) -> float | None:
    return None if product.space is None else product.space.rent_yuan


def _cheapness(space: Space, wish: Wish, lowest: float | None) -> float:
    """Against what the firm can pay where it says so, else against the lowest on offer."""
    if space.rent_yuan is None:
        return 0.5
    if wish.rent_yuan is not None:
        return min(1.0, (wish.rent_yuan + 1) / (space.rent_yuan + 1))
    return 0.5 if lowest is None else (lowest + 1) / (space.rent_yuan + 1)


def _in_time(room: Room, wish: Wish, today: date) -> float:
    """1 where it is free on the day wanted (today, where none is said), half _PATIENCE days later."""
    by = max(today, wish.by) if wish.by is not None else today
    late = 0 if room.free_from is None else max(0, (room.free_from - by).days)
    return 1.0 / (1.0 + late / _PATIENCE)
