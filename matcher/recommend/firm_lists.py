"""Suppliers of every enterprise, made when a snapshot is: its list up the chain, by industry and past alone.

A list is what partners.suggest gives for an enterprise that asks for nothing in words: same firms, same
order, ties included. All enterprises of one division share most of their scores, so that
place and size are all that is left to do for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from matcher.graph.graph import STEPS, Graph, Lists
from matcher.graph.opening import open_snapshot
from matcher.graph.part import Part, PartPairs, PartTable, part_of
from matcher.graph.schema import LISTED
from matcher.graph.table import Array
from matcher.recommend import ties
from matcher.recommend.asking import Asking, ask
from matcher.recommend.division import Division
from matcher.recommend.features import FEATURES
from matcher.recommend.features.history import fellow_rows
from matcher.recommend.filters import FILTERS
from matcher.recommend.firm_sites import FirmSites, plain_question
from matcher.recommend.kernels.choosing_plain import Chosen, choose
from matcher.recommend.kernels.lists import SMALL
from matcher.recommend.kernels.pool import Buyers
from matcher.recommend.pipeline import Scored, looked_at, rank, score

if TYPE_CHECKING:
    from matcher.recommend.firm_batches import Batches

SPARE: Final = 16  # candidates beyond those ranked, for firms that are kept apart
PARTITION: Final = 8_192  # enterprises of one piece of work


@dataclass(frozen=True, eq=False)
class Maker:
    """Makes the lists of a graph's enterprises, some at a time. Any partition gives the same lists.

    Compiled, those of a division together; else one after the other, without a compile.
    """

    graph: Graph
    compiled: bool
    _divisions: dict[int, Division] = field(default_factory=dict)

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
        division = self._division(first)
        if self.compiled:
            return self._batches.lists(first, last, division)
        found, buyers = Lists.none(last - first), self.firms.buyers(first, last)
        chosen = choose(division.candidates, buyers, self.firms.worth, looked_at(LISTED) + SPARE)
        counts = _Counts(division, buyers)
        for at in range(last - first):
            if self.firms.active[first + at]:
                self._one(found, at, first + at, chosen, counts)
        return found

    def _division(self, firm: int) -> Division:
        """That of a firm; the last one is kept, as pieces come in order."""
        number = int(self.graph.industries.numbers("division")[self.graph.firms.numbers("industry")[firm]])
        if number not in self._divisions:
            self._divisions.clear()
            self._divisions[number] = Division.of(self.firms, firm)
        return self._divisions[number]

    @cached_property
    def firms(self) -> FirmSites:
        """Those of this graph."""
        return FirmSites(self.graph)

    @cached_property
    def _batches(self) -> Batches:
        from matcher.recommend.firm_batches import Batches

        return Batches(self.firms)

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
        before = counts.grounded[rows[allowed]]
        return rows[allowed], found.score[allowed], len(allowed) - int(before.sum())

    def _ranked(self, firm: int, rows: Array, scores: Array) -> list[int]:
        graph, every = self.graph, np.ones(len(rows), dtype=np.bool_)
        question = plain_question(graph.firms.ids[firm])
        none = np.zeros(0, dtype=np.int64)
        asking = Asking(_light(graph, self.empty, rows), question, -1, -1, -1, -1, (), none, none)
        return rank(Scored(asking, {}, {}, scores, every, every, scores, self.firms.keys[rows]), LISTED)

    @cached_property
    def empty(self) -> Part:
        """A part without enterprises."""
        return part_of(self.graph, np.zeros(0, dtype=np.int64))


class _Counts:
    """Of how many a list is the best: all who may be listed for a division, less whom the buyer rules out."""

    def __init__(self, division: Division, buyers: Buyers) -> None:
        self.grounded = division.grounded
        self._division = division
        self._buyers = buyers
        self._served = buyers.served @ division.ways

    def of(self, at: int, firm: int, apart: Array) -> int:
        """For one buyer, without what fellow buyers' partners add."""
        reach = int(self._buyers.reach[at])
        firms = self._division.firms
        out = np.unique(np.concatenate([[firm], apart, self._owned(firm)])).astype(np.int64)
        met = self.grounded[out] & self._buyers.served[reach, firms.reach.of[out]]
        return int(self._served[reach]) - int(met.sum())

    def _owned(self, firm: int) -> Array:
        firms = self._division.firms
        group = firms.sites.group[firm]
        start, members = firms.owned
        return members[start[group] : start[group + 1]] if group >= 0 else members[:0]


class Piece(NamedTuple):
    """Enterprises [first, last) of the snapshot in a folder; it may travel to another process."""

    folder: str
    first: int
    last: int


def pieces(folder: Path, firms: int) -> Iterator[Piece]:
    """All enterprises of a snapshot of so many, some at a time. Whole divisions where they are small: what a
    division shares is then added up once.
    """
    graph = open_snapshot(folder)
    divisions = np.append(graph.industries.numbers("division"), -1)
    own = divisions[graph.firms.numbers("industry")]
    for first, last in cut([*(np.flatnonzero(np.diff(own)) + 1).tolist(), firms], PARTITION):
        yield Piece(str(folder), first, last)


def cut(ends: list[int], most: int) -> Iterator[tuple[int, int]]:
    """Ranges of at most so many, of whole groups that end at `ends` or of about equal parts of one group."""
    first = begun = 0  # of the range, of the group
    for end in ends:
        if end - first > most and begun > first:
            yield first, begun
            first = begun
        while end - first > most:
            parts = -(-(end - first) // most)
            yield first, first + -(-(end - first) // parts)
            first += -(-(end - first) // parts)
        begun = end
    if begun > first:
        yield first, begun


def lists_of(piece: Piece) -> Lists:
    """The lists of some enterprises. A pure function of the snapshot: an engine may run it anywhere."""
    return _maker(piece.folder).lists(piece.first, piece.last)


@lru_cache(maxsize=1)
def _maker(folder: str) -> Maker:
    graph = open_snapshot(Path(folder))
    return Maker(graph, compiled=len(graph.firms) > SMALL)


def _light(graph: Graph, empty: Part, rows: Array) -> Graph:
    """As part_of, without offers and needs: all that ranking reads. `empty` is a part without enterprises."""
    return replace(
        empty,
        tables={"firms": PartTable(graph.firms, rows, None)},
        chosen=rows,
        deals=PartPairs(graph.deals, rows),
        customers=PartPairs(graph.customers, rows),
    )
