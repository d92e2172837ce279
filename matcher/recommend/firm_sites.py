"""A graph's enterprises as the search for lists reads them: where they are, whom they serve, who asks."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b

import numpy as np

from matcher.domain.need import Direction, NeedKind, Question
from matcher.graph.graph import Graph
from matcher.graph.part import part_of
from matcher.graph.schema import Flag
from matcher.graph.table import Array
from matcher.recommend import ties, weights
from matcher.recommend.asking import ask
from matcher.recommend.features.place import KILOMETRES_A_DEGREE
from matcher.recommend.features.size import WIDTH
from matcher.recommend.filters import reaches, usable
from matcher.recommend.kernels.pool import UNKNOWN, Buyers, Pool, Sites, Worth
from matcher.recommend.pipeline import score
from matcher.recommend.signal import Feature, Signal

_LEVELS = ("street", "district", "city")


def plain_question(enterprise_id: str) -> Question:
    """What an enterprise asks that says nothing: who supplies firms like it."""
    return Question(text="", direction=Direction.UPSTREAM, asker=enterprise_id, kind=NeedKind.SUPPLY)


@dataclass(frozen=True, eq=False)
class Reach:
    """Ways to serve regions: `of` int32 (firms,) each firm's; `areas` the sets of regions of each way, none
    for everywhere, which is way 0.
    """

    of: Array
    areas: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class FirmSites:
    """Read once a graph."""

    graph: Graph
    _served: dict[int, Array] = field(default_factory=dict)

    def buyers(self, first: int, last: int) -> Buyers:
        """The enterprises at [first, last) as those who ask."""
        sites = self.sites.take(np.arange(first, last))
        building, houses = sites.place[0], self.graph.buildings
        housed = building >= 0
        here = {}
        for name, own in (("latitude", sites.latitude), ("longitude", sites.longitude)):
            here[name] = own.copy()
            here[name][housed] = houses.numbers(name)[building[housed]]
        sites = sites._replace(**here)
        streets, reach = np.unique(self.graph.firms.numbers("street")[first:last], return_inverse=True)
        served = np.array([self._serving(street) for street in streets.tolist()])
        seeds = np.array([self._seed(row) for row in range(first, last)], dtype=np.uint64)
        shrink = np.array([math.cos(math.radians(value)) for value in np.nan_to_num(sites.latitude).tolist()])
        return Buyers(sites, shrink, seeds, reach.astype(np.int64), served.reshape(len(streets), -1))

    def _seed(self, row: int) -> int:
        """Of ties, as asking.digest has it of a plain question."""
        told = ("", self.graph.firms.ids[row], NeedKind.SUPPLY, Direction.UPSTREAM)
        return ties.seed_of(blake2b(repr(told).encode("utf-8", "surrogatepass"), digest_size=8).digest())

    def _serving(self, street: int) -> Array:
        """bool (ways,): which ways to serve regions reach a street; all reach an unknown one."""
        if street not in self._served:
            self._served[street] = self._reaching(street)
        return self._served[street]

    def _reaching(self, street: int) -> Array:
        ways = self.reach.areas
        if street < 0:
            return np.ones(len(ways), dtype=np.bool_)
        here = self.graph.streets.ids[street]
        one = [reaches(here, areas) for areas in self.graph.tables["areas"].ids.all]
        return np.array([not way or any(one[area] for area in way) for way in ways], dtype=np.bool_)

    def pool(self, rows: Array, base: Array) -> Pool:
        """Some firms as candidates with their shared scores."""
        return Pool(self.sites.take(rows), base, self.keys[rows], self.reach.of[rows])

    @cached_property
    def reach(self) -> Reach:
        """Where every offer of a firm names regions, these; where one names none, everywhere.

        Of offers that have something left; a firm without any is filtered out (filters.free).
        """
        offers = self.graph.offers
        serves, sellers = offers.numbers("serves"), offers.numbers("firm")
        found = np.zeros(len(self.graph.firms), dtype=np.int32)
        anywhere = found.astype(np.bool_)
        left = usable(self.graph)
        anywhere[sellers[(serves < 0) & left]] = True
        kept = np.flatnonzero(~anywhere[sellers] & left)
        named: dict[int, set[int]] = {}
        for seller, areas in zip(sellers[kept].tolist(), serves[kept].tolist(), strict=True):
            named.setdefault(seller, set()).add(areas)
        ways: dict[tuple[int, ...], int] = {(): 0}
        for seller, sets in named.items():
            found[seller] = ways.setdefault(tuple(sorted(sets)), len(ways))
        return Reach(found, tuple(ways))

    @cached_property
    def worth(self) -> Worth:
        """The weights of this graph."""
        return worth(self.graph)

    @cached_property
    def active(self) -> Array:
        """bool (firms,): who gets a list: closed ones ask nobody."""
        found: Array = (self.graph.firms.numbers("flags") & int(Flag.ACTIVE)) != 0
        return found

    @cached_property
    def keys(self) -> Array:
        """uint64 (firms,), for ties."""
        return ties.keys(self.graph.firms.ids, range(len(self.graph.firms)))

    @cached_property
    def sites(self) -> Sites:
        """Of all enterprises."""
        firms, streets = self.graph.firms, self.graph.streets
        street = firms.numbers("street")
        codes = [np.append(streets.numbers(level), UNKNOWN)[street] for level in _LEVELS]
        places = np.stack([firms.numbers("building"), *codes]).astype(np.int64)
        group = np.array(firms.numbers("owner_group"), dtype=np.int32)
        traits = (np.array(firms.numbers(name)) for name in ("latitude", "longitude", "employees"))
        return Sites(np.arange(len(firms), dtype=np.int32), group, places, *traits)

    @cached_property
    def owned(self) -> tuple[Array, Array]:
        """By owner group: its firms from start[i] to start[i + 1]; int64 (groups + 1,) and int64 rows."""
        group = self.sites.group
        members = np.argsort(group, kind="stable")
        start = np.searchsorted(group[members], np.arange(int(group.max(initial=-1)) + 2, dtype=np.int32))
        return start.astype(np.int64), members


def worth(graph: Graph) -> Worth:
    """The weights and measures of place and size, the weights as the pipeline has them for this graph."""
    levels = [weights.PLACE[level] for level in ("building", *_LEVELS)]
    return Worth(
        place=_weight(graph, "place"),
        size=_weight(graph, "size"),
        levels=np.array(levels, dtype=np.float32),
        nearest=weights.NEAREST,
        kilometres=weights.NEAR_KILOMETRES,
        degree=KILOMETRES_A_DEGREE,
        unknown=np.float32(weights.UNKNOWN_SIZE),
        width=WIDTH,
    )


def _weight(graph: Graph, name: str) -> np.float32:
    """What a full value of a feature gives: asked of the pipeline, which alone knows the table in force."""
    asking = replace(
        ask(graph, plain_question(graph.firms.ids[0])), graph=part_of(graph, np.array([0])), asker=0
    )
    nothing, full = (Signal(np.full(1, value, dtype=np.float32)) for value in (0.0, 1.0))
    features: dict[str, Feature] = dict.fromkeys(("chain", "words"), lambda _asking: nothing)
    found = score(asking, {**features, name: lambda _asking: full}, {})
    return np.float32(found.total[0])
