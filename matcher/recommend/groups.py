"""Common needs pooled, and links of the chain that a district lacks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.domain.need import NeedKind
from matcher.graph.graph import Graph
from matcher.graph.schema import Flag

LEAST: Final = 3  # firms that make a group
_LINK: Final = 0.1  # a chain strength that counts as buying
_EXAMPLES: Final = 3
# How far one order, one table or one course serves all who need the same: lunch does, a customer does not.
_SHARED: Final[Mapping[NeedKind, float]] = {
    NeedKind.STAFF_SERVICES: 1.0,
    NeedKind.COORDINATION: 0.9,
    NeedKind.SUPPLY: 0.8,
    NeedKind.POLICY: 0.7,
    NeedKind.RECRUITMENT: 0.7,
    NeedKind.TECHNOLOGY: 0.6,
    NeedKind.LEGAL: 0.5,
    NeedKind.FINANCING: 0.5,
    NeedKind.SPACE: 0.3,
    NeedKind.CUSTOMERS: 0.3,
}


@dataclass(frozen=True)
class OpenNeed:
    """One open need with what it is about and the place of its firm; None is unknown.

    `topics` are those it is chiefly about: what it mentions beside them is not what it shares with others.
    """

    need_id: str
    enterprise_id: str
    topics: tuple[str, ...]
    street: str | None
    building: str | None
    quantity: float | None = None
    amount_yuan: float | None = None


@dataclass(frozen=True)
class Group:
    """Firms of one street (or one building, where all are in it) that need the same.

    `quantity` and `amount_yuan` add up what is known; `told` is how many said how much.
    """

    topic: str
    street: str | None
    building: str | None
    needs: tuple[OpenNeed, ...]
    firms: tuple[str, ...]
    quantity: float | None
    amount_yuan: float | None
    told: int


@dataclass(frozen=True)
class ChainGap:
    """A division of industries that `buyers` firms of the district buy from and nobody there is in."""

    division: str
    buyers: int
    strength: float
    examples: tuple[str, ...]


def pool(
    needs: Sequence[OpenNeed], kinds: Mapping[str, NeedKind] = MappingProxyType({}), least: int = LEAST
) -> list[Group]:
    """Groups of at least `least` firms with the same topic in the same place, what is best shared first.

    The order is by how many firms, how many of them under one roof, and whether the topic's kind can be
    served in common; ties by topic. A firm counts once a group however often it asks.
    """
    together: defaultdict[tuple[str, str], list[OpenNeed]] = defaultdict(list)
    for need in needs:
        place = need.street if need.street is not None else need.building
        if place is not None:
            for topic in dict.fromkeys(need.topics):
                together[topic, place].append(need)
    groups = [_group(topic, members) for (topic, _), members in together.items()]
    large = [group for group in groups if len(group.firms) >= least]
    return sorted(large, key=lambda one: (-_standing(one, kinds.get(one.topic)), one.topic, one.street or ""))


def _standing(group: Group, kind: NeedKind | None) -> float:
    """Firms, those outside the house where most of them are counting half, times what can be shared."""
    houses = {need.enterprise_id: need.building for need in group.needs if need.building is not None}
    most = max(Counter(houses.values()).values(), default=0)
    return (len(group.firms) + most) / 2 * (1.0 if kind is None else _SHARED[kind])


def _group(topic: str, members: list[OpenNeed]) -> Group:
    ordered = tuple(sorted(members, key=lambda need: need.need_id))
    buildings = {need.building for need in ordered}
    quantities = [need.quantity for need in ordered if need.quantity is not None]
    amounts = [need.amount_yuan for need in ordered if need.amount_yuan is not None]
    return Group(
        topic=topic,
        street=ordered[0].street,
        building=next(iter(buildings)) if len(buildings) == 1 else None,
        needs=ordered,
        firms=tuple(sorted({need.enterprise_id for need in ordered})),
        quantity=sum(quantities) if quantities else None,
        amount_yuan=sum(amounts) if amounts else None,
        told=len(quantities),
    )


def chain_gaps(graph: Graph, station: int, n: int) -> list[ChainGap]:
    """Missing links of a station's district: most bought from first, by the sum of chain strengths."""
    firms, divisions = graph.firms, graph.industries.numbers("division")
    industry = firms.numbers("industry")
    here = (
        (firms.numbers("station") == station)
        & ((firms.numbers("flags") & Flag.ACTIVE) != 0)
        & (industry >= 0)
    )
    rows = np.flatnonzero(here)
    division = divisions[industry[rows]]
    rows, division = rows[division >= 0], division[division >= 0]
    present = np.bincount(division, minlength=graph.supply.shape[0]) if len(division) else None
    if present is None:
        return []
    links = np.where(graph.supply >= _LINK, graph.supply, 0.0)
    demand = links @ present
    buyers = (links > 0) @ present
    gaps = []
    for code in np.flatnonzero((present == 0) & (demand > 0)).tolist():
        examples = _buyers(graph, links[code, division], rows)
        gaps.append(ChainGap(f"{code:02}", int(buyers[code]), round(float(demand[code]), 6), examples))
    return sorted(gaps, key=lambda gap: (-gap.strength, gap.division))[:n]


def _buyers(graph: Graph, strength: NDArray[np.float64], rows: NDArray[np.int64]) -> tuple[str, ...]:
    strongest = np.argsort(-strength, kind="stable")[:_EXAMPLES]
    return tuple(graph.firms.ids[int(rows[one])] for one in strongest if strength[one] > 0)
