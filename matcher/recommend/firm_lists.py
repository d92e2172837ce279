"""Suppliers of every enterprise, made when a snapshot is: its list up the chain, by industry and past alone.

A list is what partners.suggest gives for an enterprise that asks for nothing in words: same firms, same
order, ties included. All enterprises of one division share most of their scores, so that
place and size are all that is left to do for each.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from matcher.domain.need import Direction, NeedKind, Question
from matcher.graph.graph import STEPS, Graph, Lists
from matcher.graph.opening import open_snapshot
from matcher.graph.part import Part, PartPairs, PartTable, part_of
from matcher.graph.schema import LISTED, Flag
from matcher.graph.table import Array, Csr, spans
from matcher.recommend import ties, weights
from matcher.recommend.asking import Asking, ask
from matcher.recommend.features import FEATURES
from matcher.recommend.features.history import fellow_rows
from matcher.recommend.features.place import KILOMETRES_A_DEGREE
from matcher.recommend.features.size import WIDTH
from matcher.recommend.filters import FILTERS, reaches, usable
from matcher.recommend.kernels.choosing_plain import FEW, Chosen, choose
from matcher.recommend.kernels.lists import SMALL
from matcher.recommend.kernels.pool import UNKNOWN, Buyers, Pool, Sites, Worth
from matcher.recommend.pipeline import Scored, looked_at, rank, score
from matcher.recommend.signal import Feature, Signal

OWN: Final = ("place", "size")  # features that depend on which firm of a division asks
SPARE: Final = 16  # candidates beyond those ranked, for firms that are kept apart
PARTITION: Final = 8_192  # enterprises of one piece of work


def plain_question(enterprise_id: str) -> Question:
    """What an enterprise asks that says nothing: who supplies firms like it."""
    return Question(text="", direction=Direction.UPSTREAM, asker=enterprise_id, kind=NeedKind.SUPPLY)


@dataclass(frozen=True, eq=False)
class Maker:
    """Makes the lists of a graph's enterprises, some at a time. Any partition gives the same lists."""

    graph: Graph
    compiled: bool

    def lists(self, first: int, last: int) -> Lists:
        """Of the enterprises at [first, last)."""
        found = Lists.none(last - first)
        for start, end in self._of_one_division(first, last):
            made = self._listed(start, end)
            for whole, part in zip(found, made, strict=True):
                whole[start - first : end - first] = part
        return found

    def _of_one_division(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Ranges of enterprises that share a division; those of no known industry have no list."""
        divisions = np.append(self.graph.industries.numbers("division"), -1)
        own = divisions[self.graph.firms.numbers("industry")[first:last]]
        cuts = np.flatnonzero(np.diff(own)) + 1
        for start, end in zip([0, *cuts.tolist()], [*cuts.tolist(), last - first], strict=True):
            if end > start and own[start] >= 0:
                yield first + start, first + end

    def _listed(self, first: int, last: int) -> Lists:
        found = Lists.none(last - first)
        shared = Shared.of(self.graph, first)
        buyers = self._buyers(first, last)
        compiled = self.compiled and len(shared.pool) > FEW
        chosen = choose(self._pool(shared), buyers, self.worth, looked_at(LISTED) + SPARE, compiled)
        counts = _Counts(self, shared, buyers)
        for at in range(last - first):
            if self.active[first + at]:
                self._one(found, at, first + at, chosen, counts)
        return found

    def _one(self, found: Lists, at: int, firm: int, chosen: Chosen, counts: _Counts) -> None:
        """Rank the best of one enterprise and write its list."""
        graph, full = self.graph, int(chosen[2][at]) == chosen[0].shape[1]
        apart = graph.relations.row(firm)[0]
        if len(apart) > SPARE:
            return
        rows = chosen[0][at, : chosen[2][at]].astype(np.int64)
        steps = chosen[1][at, : chosen[2][at]] >> ties.BITS
        fellows = fellow_rows(graph, firm)
        allowed = counts.of(at, firm, apart)
        stay = ~np.isin(rows, np.concatenate([apart, fellows]))
        rows, scores = rows[stay], steps[stay] / STEPS
        if len(fellows):
            grounded, values, more = self._fellows(firm, fellows, counts)
            rows, scores = np.concatenate([rows, grounded]), np.concatenate([scores, values])
            allowed += more
        order = np.argsort(rows)
        rows, scores = rows[order], scores[order]
        listed = self._ranked(firm, rows, scores)
        if len(listed) < LISTED and full:
            return  # so many of one owner that those further behind would be looked at
        found.firms[at, : len(listed)] = rows[listed]
        found.scores[at, : len(listed)] = np.rint(scores[listed] * STEPS)
        found.of[at] = allowed

    def _fellows(self, firm: int, fellows: Array, counts: _Counts) -> tuple[Array, Array, int]:
        """Partners of fellow buyers, whose past counts for more than for others of the division.

        Those of them that may be listed, their scores, and how many more that is than without.
        """
        asking = ask(self.graph, plain_question(self.graph.firms.ids[firm]))
        rows = np.union1d(fellows, [firm])
        at = int(np.searchsorted(rows, firm))
        found = score(replace(asking, graph=part_of(self.graph, rows), asker=at), FEATURES, FILTERS)
        allowed = np.flatnonzero(found.allowed)
        before = counts.shared.grounded[rows[allowed]]
        return rows[allowed], found.score[allowed], len(allowed) - int(before.sum())

    def _ranked(self, firm: int, rows: Array, scores: Array) -> list[int]:
        graph, every = self.graph, np.ones(len(rows), dtype=np.bool_)
        question = plain_question(graph.firms.ids[firm])
        none = np.zeros(0, dtype=np.int64)
        asking = Asking(_light(graph, self.empty, rows), question, -1, -1, -1, -1, (), none, none)
        return rank(Scored(asking, {}, {}, scores, every, every, scores, self.keys[rows]), LISTED)

    def _buyers(self, first: int, last: int) -> Buyers:
        rows = np.arange(first, last)
        sites = self.sites.take(rows)
        building = sites.place[0]
        houses = self.graph.buildings
        housed = building >= 0
        here = {}
        for name, own in (("latitude", sites.latitude), ("longitude", sites.longitude)):
            here[name] = own.copy()
            here[name][housed] = houses.numbers(name)[building[housed]]
        sites = sites._replace(**here)
        street = self.graph.firms.numbers("street")[first:last]
        streets, reach = np.unique(street, return_inverse=True)
        served = np.array([self._served(int(one)) for one in streets]).reshape(len(streets), -1)
        seeds = [self._seed(int(row)) for row in rows]
        reach = np.where(street >= 0, reach, UNKNOWN)
        shrink = np.array([math.cos(math.radians(value)) for value in np.nan_to_num(sites.latitude).tolist()])
        return Buyers(sites, shrink, np.array(seeds, dtype=np.uint64), reach.astype(np.int64), served)

    def _seed(self, firm: int) -> int:
        question = plain_question(self.graph.firms.ids[firm])
        none = np.zeros(0, dtype=np.int64)
        return ties.seed_of(Asking(self.graph, question, -1, -1, -1, -1, (), none, none).digest)

    def _served(self, street: int) -> Array:
        """bool (areas,): whether each set of regions reaches a street."""
        sets = self.graph.tables["areas"].ids.all
        if street < 0:
            return np.ones(len(sets), dtype=np.bool_)
        here = self.graph.streets.ids[street]
        return np.array([reaches(here, areas) for areas in sets], dtype=np.bool_)

    def _pool(self, shared: Shared) -> Pool:
        rows = shared.pool
        first, last = self.limits.indptr[rows], self.limits.indptr[rows + 1]
        lengths = last - first
        begin = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(lengths, out=begin[1:])
        area = self.limits.indices[spans(first, lengths)]
        return Pool(self.sites.take(rows), shared.base[rows], self.keys[rows], begin, area)

    @cached_property
    def worth(self) -> Worth:
        """The weights of this graph."""
        return worth(self.graph)

    @cached_property
    def empty(self) -> Part:
        """A part without enterprises."""
        return part_of(self.graph, np.zeros(0, dtype=np.int64))

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
        codes = [
            np.append(streets.numbers(level), UNKNOWN)[street] for level in ("street", "district", "city")
        ]
        places = np.stack([firms.numbers("building"), *codes]).astype(np.int64)
        traits = (np.asarray(firms.numbers(name)) for name in ("latitude", "longitude", "employees"))
        return Sites(np.arange(len(firms), dtype=np.int32), firms.numbers("owner_group"), places, *traits)

    @cached_property
    def limits(self) -> Csr:
        """By enterprise: the sets of regions of its offers where every one names some; none: everywhere."""
        offers = self.graph.offers
        serves, sellers = offers.numbers("serves"), offers.numbers("firm")
        anywhere = np.zeros(len(self.graph.firms), dtype=np.bool_)
        left = usable(self.graph)
        anywhere[sellers[(serves < 0) & left]] = True
        kept = ~anywhere[sellers] & left
        indptr = np.searchsorted(sellers[kept], np.arange(len(anywhere) + 1)).astype(np.int64)
        return Csr(indptr, serves[kept].astype(np.int64), serves[kept])


@dataclass(frozen=True, eq=False)
class Shared:
    """What all firms of a division share: float64 (firms,) scores but for place and size; whether each may be
    listed at all, but for what depends on who asks; the rows of these.
    """

    base: Array
    grounded: Array
    pool: Array

    @classmethod
    def of(cls, graph: Graph, firm: int) -> Shared:
        """Of the division of a firm."""
        asking = ask(graph, plain_question(graph.firms.ids[firm]))
        asking = replace(asking, fellows=False)
        found = score(asking, {name: one for name, one in FEATURES.items() if name not in OWN}, {})
        shown = FILTERS["active"](asking) & FILTERS["listed"](asking) & FILTERS["free"](asking)
        grounded = found.grounded & shown
        return cls(found.total, grounded, np.flatnonzero(grounded))


class _Counts:
    """Of how many a list is the best: all who may be listed for a division, less whom the buyer rules out."""

    def __init__(self, maker: Maker, shared: Shared, buyers: Buyers) -> None:
        self.shared = shared
        self._maker = maker
        self._buyers = buyers
        self._unserved = [self._out_of_reach(served) for served in buyers.served]
        groups = maker.sites.group
        self._by_group = np.argsort(groups, kind="stable")
        self._groups = groups[self._by_group]

    def _out_of_reach(self, served: Array) -> Array:
        """Rows of the pool, ascending, whose every offer is for elsewhere."""
        limits = self._maker.limits
        rows = self.shared.pool[np.diff(limits.indptr)[self.shared.pool] > 0]
        if len(rows) == 0:
            return rows
        first, lengths = limits.indptr[rows], np.diff(limits.indptr)[rows]
        reached = served[limits.indices[spans(first, lengths)]]
        found: Array = rows[~np.logical_or.reduceat(reached, np.cumsum(lengths) - lengths)]
        return found

    def of(self, at: int, firm: int, apart: Array) -> int:
        """For one buyer, without what fellow buyers' partners add."""
        reach = int(self._buyers.reach[at])
        unserved = self._unserved[reach] if reach >= 0 else np.zeros(0, dtype=np.int64)
        out = {firm, *apart.tolist(), *self._owned(firm)}
        grounded = [row for row in out if self.shared.grounded[row]]
        served = np.setdiff1d(np.array(grounded, dtype=np.int64), unserved, assume_unique=True)
        return len(self.shared.pool) - len(unserved) - len(served)

    def _owned(self, firm: int) -> list[int]:
        group = self._maker.sites.group[firm]
        if group < 0:
            return []
        first, last = np.searchsorted(self._groups, np.array([group, group + 1], dtype=self._groups.dtype))
        found: list[int] = self._by_group[first:last].tolist()
        return found


class Piece(NamedTuple):
    """Enterprises [first, last) of the snapshot in a folder; it may travel to another process."""

    folder: str
    first: int
    last: int


def pieces(folder: Path, firms: int) -> Iterator[Piece]:
    """All enterprises of a snapshot of so many, some at a time."""
    for first in range(0, firms, PARTITION):
        yield Piece(str(folder), first, min(first + PARTITION, firms))


def lists_of(piece: Piece) -> Lists:
    """The lists of some enterprises. A pure function of the snapshot: an engine may run it anywhere."""
    return _maker(piece.folder).lists(piece.first, piece.last)


@lru_cache(maxsize=1)
def _maker(folder: str) -> Maker:
    graph = open_snapshot(Path(folder))
    return Maker(graph, compiled=len(graph.firms) > SMALL)


def worth(graph: Graph) -> Worth:
    """The weights and measures of place and size, the weights as the pipeline has them for this graph."""
    levels = [weights.PLACE[level] for level in ("building", "street", "district", "city")]
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


def _light(graph: Graph, empty: Part, rows: Array) -> Graph:
    """As part_of, without offers and needs: all that ranking reads. `empty` is a part without enterprises."""
    return replace(
        empty,
        tables={"firms": PartTable(graph.firms, rows, None)},
        chosen=rows,
        deals=PartPairs(graph.deals, rows),
        customers=PartPairs(graph.customers, rows),
    )
