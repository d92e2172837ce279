"""Who says enough in its own words to answer a need, found without a look at those who cannot.

How much a firm owes depends on how far its class is from those wanted (pipeline: `_says_so`, `_backing`),
and firms are numbered by class. Classes that owe little are read whole. Elsewhere a firm must share much: as
texts are of length 1, whoever shares only terms that weigh less than that together cannot, so that the
longest postings are never read (MaxScore; Turtle, Flood 1995).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from matcher.graph.graph import Graph
from matcher.graph.table import Array, Table, spans
from matcher.recommend import ranges, weights
from matcher.recommend.asking import Asking
from matcher.recommend.ranges import Ranges, distinct

SLACK: Final = 1e-4  # of a bound: more than float32 can lose
_READ_WHOLE: Final = 0.15  # the cosine owed up to which a class is read whole
_FEW: Final = 500  # rows that are summed up at once without a look at what they could reach


@dataclass(frozen=True, eq=False)
class Named:
    """int64 `rows`, ascending, of whoever could say enough; cosines are known of `near` and of `far` rows."""

    asking: Asking
    rows: Array
    near: Ranges
    near_values: Array
    far: Array
    far_values: Array

    def cosines(self, rows: Array) -> Array:
        """float32 (rows,): those of any enterprises, ascending."""
        found = np.empty(len(rows), dtype=np.float32)
        near = self.near.holds(rows)
        inside = np.searchsorted(self.near.first, rows[near], side="right") - 1
        shift = self.near.first[inside] - self.near.places[inside]
        found[near] = self.near_values[rows[near] - shift]
        rest = np.flatnonzero(~near)
        at = np.minimum(np.searchsorted(self.far, rows[rest]), max(len(self.far) - 1, 0))
        known = self.far[at] == rows[rest] if len(self.far) else np.zeros(len(rest), dtype=np.bool_)
        found[rest[known]] = self.far_values[at[known]]
        found[rest[~known]] = cosines_of(self.asking, self.asking.graph.firms, rows[rest[~known]])
        return found


def named(asking: Asking, by_industry: Array) -> Named:
    """Of a stated need: firms of a core class, and those that could say enough for their class.

    `by_industry` are (industries + 1,) grounds by class. Costs the postings in the classes read whole, the
    shorter postings elsewhere, and the firms found.
    """
    graph = asking.graph
    owed = _owed(asking, by_industry[:-1], unknown=False)
    whole = owed <= _READ_WHOLE
    near = ranges.of_industries(graph, whole)
    near_values = near.summed(graph.firms, asking.term_ids, asking.term_weights)
    least = np.repeat(owed[whole], np.diff(ranges.starts(graph))[whole])
    far, far_values = _far(asking, np.where(whole, np.inf, owed), by_industry)
    rows = distinct(np.concatenate([near.rows[near_values >= least], far]))
    return Named(asking, rows, near, near_values, far, far_values)


def _owed(asking: Asking, chain: Array, unknown: Array | bool) -> Array:
    """float64: the least cosine of whoever answers by class so well; below 0 for a core answer, inf where no
    words suffice. `unknown`: whether the registered class is not known.
    """
    owed = np.maximum(weights.LEAST_WORDS, weights.STRANGER_WORDS - weights.NEARER * chain)
    owed = np.where(unknown, np.minimum(owed, weights.UNKNOWN_CLASS_WORDS), owed)
    if asking.knows_industries:
        floor = np.where(unknown, weights.UNKNOWN_INDUSTRY_WORDS, weights.UNBACKED_WORDS)
        owed = owed / (floor + (1 - floor) * np.minimum(1.0, chain / weights.BACKED_FROM))
    owed = np.where(owed > 1 + SLACK, np.inf, owed * weights.FULL_COSINE - SLACK)
    return np.where(chain >= weights.CORE_ANSWER - SLACK, -1.0, owed)


def _far(asking: Asking, owed: Array, by_industry: Array) -> tuple[Array, Array]:
    """int64 rows, ascending, and cosines of firms that say enough though their class owes much, is unknown,
    or is another than the one they offer. `owed` is inf for the classes that are read whole.
    """
    graph = asking.graph
    stranger = float(_owed(asking, np.zeros(1), unknown=True)[0])
    strangers, known = ranges.of_no_industry(graph), ranges.of_industries(graph, np.isfinite(owed))
    both = Ranges.of(*(np.append(getattr(strangers, end), getattr(known, end)) for end in ("first", "end")))
    least = min(stranger if len(strangers) else np.inf, float(owed.min(initial=np.inf)))
    claiming, claimed = _claims(asking, by_industry)
    rows = distinct(np.concatenate([_sharing(asking, both, least), claiming]))
    values = cosines_of(asking, graph.firms, rows)
    industry = graph.firms.numbers("industry")[rows]
    chain = by_industry[industry].astype(np.float64)
    at = np.searchsorted(rows, claiming)
    chain[at] = np.maximum(chain[at], claimed)
    enough = values >= _owed(asking, chain, industry < 0)
    return rows[enough], values[enough]


def _sharing(asking: Asking, where: Ranges, least: float) -> Array:
    """int64: positions within the ranges of all whose cosine may reach `least`, and of some that do not."""
    postings = asking.graph.firms.postings
    if postings is None or len(where) == 0 or len(asking.term_ids) == 0:
        return np.zeros(0, dtype=np.int64)
    found = [postings.row(term) for term in asking.term_ids.tolist()]
    longest = np.argsort([-len(columns) for columns, _ in found], kind="stable")
    together = np.sqrt(np.cumsum(asking.term_weights[longest].astype(np.float64) ** 2))
    left = int(np.searchsorted(together, least, side="left"))
    rows: list[Array] = []
    parts: list[Array] = []
    for term in longest[left:].tolist():
        columns, data = found[term]
        for _, inside in where.slices(columns):
            rows.append(columns[inside])
            parts.append(asking.term_weights[term] * data[inside])
    if not rows:
        return np.zeros(0, dtype=np.int64)
    every = np.concatenate(rows).astype(np.int64)
    some = distinct(every)
    if len(some) <= _FEW:
        return some
    missing = least - (float(together[left - 1]) if left else 0.0)
    reached = np.bincount(np.searchsorted(some, every), weights=np.concatenate(parts))
    enough: Array = some[reached >= missing - SLACK]
    return enough


def cosines_of(asking: Asking, table: Table, rows: Array) -> Array:
    """float32 (rows,): cosine of the question with some rows of an indexed table, by their own words.

    To the last bit those of asking.cosines: a row's terms are added in the same order.
    """
    values = np.zeros(len(rows), dtype=np.float32)
    if table.words is None or len(asking.term_ids) == 0:
        return values
    columns, data, lengths = table.words.many(rows)
    at = np.minimum(np.searchsorted(asking.term_ids, columns), len(asking.term_ids) - 1)
    shared = np.flatnonzero(asking.term_ids[at] == columns)
    owner = np.repeat(np.arange(len(rows)), lengths)[shared]
    np.add.at(values, owner, asking.term_weights[at[shared]] * data[shared])
    return values


# By graph: offers of another industry than their firm's, by industry: where each begins, and whose they are.
_foreign: WeakKeyDictionary[Graph, tuple[Array, Array]] = WeakKeyDictionary()


def _foreign_offers(graph: Graph) -> tuple[Array, Array]:
    if graph not in _foreign:
        owners, industry = graph.offers.numbers("firm"), graph.offers.numbers("industry")
        other = np.flatnonzero((industry >= 0) & (industry != graph.firms.numbers("industry")[owners]))
        order = other[np.argsort(industry[other], kind="stable")]
        codes = np.arange(len(graph.industries) + 1).astype(industry.dtype)
        _foreign[graph] = np.searchsorted(industry[order], codes), owners[order].astype(np.int64)
    return _foreign[graph]


def _claims(asking: Asking, by_industry: Array) -> tuple[Array, Array]:
    """int64 rows, ascending, of firms that offer what is nearer to the wanted than their class; how near."""
    claimed = by_industry[:-1].astype(np.float64) * weights.OFFERED_INDUSTRY
    codes = np.flatnonzero(np.isfinite(_owed(asking, claimed, unknown=True)) & (claimed > 0))
    begin, owners = _foreign_offers(asking.graph)
    lengths = begin[codes + 1] - begin[codes]
    rows, values = owners[spans(begin[codes], lengths)], np.repeat(claimed[codes], lengths)
    nearer = values > by_industry[asking.graph.firms.numbers("industry")[rows]]
    found, at = np.unique(rows[nearer], return_inverse=True)
    best = np.zeros(len(found))
    np.maximum.at(best, at, values[nearer])
    return found, best
