"""What firms owe in words of their own before they answer a need, by their class: the farther, the more.

It depends on the industries wanted alone, which are few, so that it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from matcher.graph.graph import Graph
from matcher.graph.table import Array, spans
from matcher.recommend import ranges, weights
from matcher.recommend.asking import Asking
from matcher.recommend.ranges import Ranges

SLACK: Final = 1e-4  # of a bound: more than float32 can lose
_READ_WHOLE: Final = 0.15  # the cosine owed up to which a class is read whole
_KEPT: Final = 256  # of a graph; each holds some numbers a class


@dataclass(frozen=True, eq=False)
class Owing:
    """`near` are the enterprises of classes that owe little, `near_owed` (classes,) the cosines that each
    class owes and `near_sizes` how many it has. Of all others, `far`, nobody owes less than `far_least`.

    int64 `claiming`, ascending, offer what is nearer to the wanted than their class, `claimed` how near;
    `by_industry` are (industries + 1,) grounds by class.
    """

    by_industry: Array
    near: Ranges
    near_owed: Array
    near_sizes: Array
    far: Ranges
    far_least: float
    claiming: Array
    claimed: Array


# By graph: what is owed, by the industries wanted and whether they are known.
_owing: WeakKeyDictionary[Graph, dict[tuple[bytes, bool], Owing]] = WeakKeyDictionary()


def owing(asking: Asking, by_industry: Array) -> Owing:
    """Of a stated need; `by_industry` are (industries + 1,) grounds by class."""
    kept = _owing.setdefault(asking.graph, {})
    key = by_industry.tobytes(), asking.knows_industries
    found = kept.get(key)
    if found is None:
        if len(kept) >= _KEPT:
            kept.clear()
        found = kept[key] = _of(asking.graph, by_industry, asking.knows_industries)
    return found


def _of(graph: Graph, by_industry: Array, backed: bool) -> Owing:
    owed = owed_for(by_industry[:-1], False, backed)
    whole = owed <= _READ_WHOLE
    stranger = float(owed_for(np.zeros(1), True, backed)[0])
    strangers = ranges.of_no_industry(graph)
    known = ranges.of_industries(graph, ~whole & np.isfinite(owed))
    far = Ranges.of(*(np.append(getattr(strangers, end), getattr(known, end)) for end in ("first", "end")))
    least = min(stranger if len(strangers) else np.inf, float(owed[~whole].min(initial=np.inf)))
    sizes = np.diff(ranges.starts(graph))[whole]
    near = ranges.of_industries(graph, whole)
    return Owing(by_industry, near, owed[whole], sizes, far, least, *_claims(graph, by_industry, backed))


def owed_for(chain: Array, unknown: Array | bool, backed: bool) -> Array:
    """float64: the least cosine of whoever answers by class so well; below 0 for a core answer, inf where no
    words suffice. `unknown`: whether the registered class is not known; `backed`: whether classes must
    back words at all.
    """
    owed = np.maximum(weights.LEAST_WORDS, weights.STRANGER_WORDS - weights.NEARER * chain)
    owed = np.where(unknown, np.minimum(owed, weights.UNKNOWN_CLASS_WORDS), owed)
    if backed:
        floor = np.where(unknown, weights.UNKNOWN_INDUSTRY_WORDS, weights.UNBACKED_WORDS)
        owed = owed / (floor + (1 - floor) * np.minimum(1.0, chain / weights.BACKED_FROM))
    owed = np.where(owed > 1 + SLACK, np.inf, owed * weights.FULL_COSINE - SLACK)
    return np.where(chain >= weights.CORE_ANSWER - SLACK, -1.0, owed)


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


def _claims(graph: Graph, by_industry: Array, backed: bool) -> tuple[Array, Array]:
    """int64 rows, ascending, of firms that offer what is nearer to the wanted than their class; how near."""
    claimed = by_industry[:-1].astype(np.float64) * weights.OFFERED_INDUSTRY
    codes = np.flatnonzero(np.isfinite(owed_for(claimed, True, backed)) & (claimed > 0))
    begin, owners = _foreign_offers(graph)
    lengths = begin[codes + 1] - begin[codes]
    rows, values = owners[spans(begin[codes], lengths)], np.repeat(claimed[codes], lengths)
    nearer = values > by_industry[graph.firms.numbers("industry")[rows]]
    found, at = np.unique(rows[nearer], return_inverse=True)
    best = np.zeros(len(found))
    np.maximum.at(best, at, values[nearer])
    return found, best
