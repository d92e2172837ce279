"""History: the candidate has dealt with firms like the asker before."""

from __future__ import annotations

import numpy as np

from matcher.domain.ranking import Reason
from matcher.graph.schema import EdgeKind
from matcher.graph.table import Array, Csr
from matcher.recommend.asking import Asking
from matcher.recommend.signal import NOTHING, Evidence, Signal
from matcher.recommend.weights import HALF_HISTORY


def history(asking: Asking) -> Signal:
    """n / (n + HALF_HISTORY) of a firm's deals with buyers (downstream: sellers) of the asker's division.

    Damped, so that the thousandth deal of the largest supplier no longer counts.
    """
    graph = asking.graph
    if asking.division < 0:
        return Signal(np.zeros(len(graph.firms), dtype=np.float32))
    # Firms are sorted by industry, so that a division is one range of rows.
    first, last = _range(asking)
    pairs = graph.customers if asking.downstream else graph.deals
    deals = _sum_of_rows(pairs, first, last, len(graph.firms))
    values = (deals / (deals + HALF_HISTORY)).astype(np.float32)
    return Signal(values, lambda firm: _evidence(asking, firm, values))


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


def _evidence(asking: Asking, firm: int, values: Array) -> Evidence:
    """That there were deals with such firms; with whom and how many is the candidate's own affair."""
    if values[firm] <= 0:
        return NOTHING
    code = f"{asking.division:02d}"
    met = asking.asker >= 0 and firm in _partners(asking)
    way = (asking.end(firm, EdgeKind.DEAL),) if met else ()
    told = "reasons.history.bought_like" if asking.downstream else "reasons.history.sold_like"
    reason = Reason("reasons.history.with_you") if met else Reason(told, {"industry": code})
    return Evidence((reason,), (Reason("reasons.history.your_record", {"industry": code}),), way)
