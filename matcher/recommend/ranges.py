"""Ranges of enterprises. They are numbered by industry, so that whoever is of some industries stands
together, and the postings of a term can be read where it matters only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np

from matcher.graph.graph import Graph
from matcher.graph.table import Array, Table, spans


@dataclass(frozen=True, eq=False)
class Ranges:
    """int64 (ranges,) each: first positions and those behind the last; ascending, apart, none empty."""

    first: Array
    end: Array

    @classmethod
    def of(cls, first: Array, end: Array) -> Ranges:
        """Of ranges that follow each other, those that touch as one."""
        full = end > first
        first, end = first[full], end[full]
        if len(first) == 0:
            return cls(first, end)
        gaps = first[1:] > end[:-1]
        return cls(first[np.append(True, gaps)], end[np.append(gaps, True)])

    @cached_property
    def lengths(self) -> Array:
        """int64 (ranges,): how many positions each holds."""
        return self.end - self.first

    @cached_property
    def places(self) -> Array:
        """int64 (ranges + 1,): where each range begins when they are laid one behind the other."""
        return np.append(0, np.cumsum(self.lengths))

    @cached_property
    def rows(self) -> Array:
        """int64: all positions, ascending."""
        return spans(self.first, self.lengths)

    def __len__(self) -> int:
        """How many positions they hold."""
        return int(self.places[-1])

    def holds(self, rows: Array) -> Array:
        """bool (rows,): whether each position lies in a range."""
        at = np.searchsorted(self.first, rows, side="right") - 1
        found: Array = at >= 0
        found[found] = rows[found] < self.end[at[found]]
        return found

    def slices(self, columns: Array) -> Iterator[tuple[int, slice]]:
        """Of positions in ascending order, those of each range that has any: the range and where they are."""
        at = columns.searchsorted(self._ends).tolist()
        for number in range(len(self.first)):
            low, high = at[2 * number], at[2 * number + 1]
            if high > low:
                yield number, slice(low, high)

    @cached_property
    def _ends(self) -> Array:
        """int32: first and end of each in turn, of the type of the postings, which are searched for them."""
        return np.column_stack([self.first, self.end]).astype(np.int32).ravel()

    def summed(self, table: Table, terms: Array, weights: Array) -> Array:
        """float32 (positions,): the weighted sums of some terms' postings in a table, added term by term.

        Costs the postings within the ranges, and a search for their ends a term.
        """
        values = np.zeros(len(self), dtype=np.float32)
        if table.postings is None or len(self) == 0:
            return values
        begins, places, lengths = self.first.tolist(), self.places.tolist(), self.lengths.tolist()
        for term, weight in zip(terms.tolist(), weights, strict=True):
            columns, data = table.postings.row(term)
            for number, some in self.slices(columns):
                place, length = places[number], some.stop - some.start
                if length == lengths[number]:  # all of them use the term
                    values[place : place + length] += weight * data[some]
                else:
                    values[columns[some] - (begins[number] - place)] += weight * data[some]
        return values


def distinct(rows: Array) -> Array:
    """Ascending, each once."""
    ordered = np.sort(rows)
    fresh = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return ordered[fresh]


# By graph: where each industry's enterprises begin. Those of unknown industry stand before them all.
_begun: WeakKeyDictionary[Graph, Array] = WeakKeyDictionary()


def starts(graph: Graph) -> Array:
    """int64 (industries + 1,): where each industry's enterprises begin; the last is how many there are."""
    if graph not in _begun:
        industry = graph.firms.numbers("industry")
        codes = np.arange(len(graph.industries) + 1).astype(industry.dtype)
        _begun[graph] = np.searchsorted(industry, codes).astype(np.int64)
    return _begun[graph]


def of_industries(graph: Graph, which: Array) -> Ranges:
    """The enterprises of some industries: bool (industries,)."""
    begin = starts(graph)
    codes = np.flatnonzero(which)
    return Ranges.of(begin[codes], begin[codes + 1])


def of_no_industry(graph: Graph) -> Ranges:
    """The enterprises whose industry is unknown."""
    return Ranges.of(np.zeros(1, dtype=np.int64), starts(graph)[:1])
