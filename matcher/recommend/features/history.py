"""History: the candidate answered such needs, dealt with firms like the asker, or with its fellows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.domain.ranking import Reason
from matcher.graph.schema import EdgeKind
from matcher.graph.table import Array, Csr
from matcher.recommend.asking import Asking
from matcher.recommend.deal_graph import walk
from matcher.recommend.past.recall import Answered, answered
from matcher.recommend.signal import NOTHING, Evidence, Signal
from matcher.recommend.weights import HALF_HISTORY, HALF_WALK


@dataclass(frozen=True, eq=False)
class _Past:
    """float32 (firms,) each: by the asker's division, by needs like this one, by fellow buyers."""

    division: Array
    needs: Answered
    fellows: Array

    @property
    def values(self) -> Array:
        """What none of the three denies: 1 - (1 - a)(1 - b)(1 - c)."""
        missing = (1.0 - self.division) * (1.0 - self.needs.value) * (1.0 - self.fellows)
        return (1.0 - missing).astype(np.float32)


def history(asking: Asking) -> Signal:
    """The chance that one of three kinds of past speaks for a firm, each in [0, 1].

    n / (n + HALF_HISTORY) of its deals with buyers (downstream: sellers) of the asker's division, damped so
    that the thousandth deal of the largest supplier no longer counts; how near the needs it answered are to
    this one; and, for an enterprise that asks for nothing in words, partners of those who share partners.
    """
    found = _Past(_by_division(asking), _by_needs(asking), _by_fellows(asking))
    return Signal(found.values, lambda firm: _evidence(asking, firm, found))


def _by_division(asking: Asking) -> Array:
    graph = asking.graph
    if asking.division < 0:
        return np.zeros(len(graph.firms), dtype=np.float32)
    # Firms are sorted by industry, so that a division is one range of rows.
    first, last = _range(asking)
    pairs = graph.customers if asking.downstream else graph.deals
    deals = _sum_of_rows(pairs, first, last, len(graph.firms))
    return (deals / (deals + HALF_HISTORY)).astype(np.float32)


def _by_needs(asking: Asking) -> Answered:
    """Who seeks buyers asks for no answer to a need."""
    text = "" if asking.downstream else asking.question.text
    buyer = asking.graph.label("firms", asking.asker) or ""
    place = asking.graph.label("streets", asking.street, "id") or ""
    return answered(asking.graph, text, buyer, place)


def _by_fellows(asking: Asking) -> Array:
    size = len(asking.graph.firms)
    if asking.asker < 0 or asking.stated:
        return np.zeros(size, dtype=np.float32)
    there, back = asking.graph.deals, asking.graph.customers
    ways = (back, there) if asking.downstream else (there, back)
    found = walk(*ways, asking.asker, size)
    return (found / (found + HALF_WALK)).astype(np.float32)


def _range(asking: Asking) -> tuple[int, int]:
    divisions = asking.graph.industries.numbers("division")
    same = np.flatnonzero(divisions == asking.division)
    rows = asking.graph.firms.numbers("industry")
    return int(np.searchsorted(rows, same[0])), int(np.searchsorted(rows, same[-1], side="right"))


def _sum_of_rows(pairs: Csr, first: int, last: int, size: int) -> Array:
    start, end = int(pairs.indptr[first]), int(pairs.indptr[last])
    return np.bincount(pairs.indices[start:end], weights=pairs.data[start:end], minlength=size)


def _partners(asking: Asking) -> Array:
    """Whom the asker has bought from; downstream, to whom it has sold."""
    pairs = asking.graph.customers if asking.downstream else asking.graph.deals
    return pairs.row(asking.asker)[0]


def _evidence(asking: Asking, firm: int, found: _Past) -> Evidence:
    """That there were such deals; with whom, and what was asked for, is the candidate's own affair."""
    met = asking.asker >= 0 and firm in _partners(asking)
    way = (asking.end(firm, EdgeKind.DEAL),) if met else ()
    mine, theirs = [], []
    if met:
        mine.append(Reason("reasons.history.with_you"))
    if found.needs.times[firm] > 0:
        mine.append(Reason("reasons.history.answered_like", {"times": int(found.needs.times[firm])}))
        theirs.append(Reason("reasons.history.you_answered_like"))
    if found.division[firm] > 0:
        record = {"industry": f"{asking.division:02d}"}
        told = "reasons.history.bought_like" if asking.downstream else "reasons.history.sold_like"
        mine += [] if met else [Reason(told, record)]
        theirs.append(Reason("reasons.history.your_record", record))
    if found.fellows[firm] > 0:
        mine.append(Reason("reasons.history.fellows"))
        theirs.append(Reason("reasons.history.your_partners_fellows"))
    return Evidence(tuple(mine), tuple(theirs), way) if mine or theirs else NOTHING
