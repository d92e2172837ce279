"""History: the candidate answered such needs, dealt with firms like the asker, or with its fellows."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from matcher.domain.ranking import Reason
from matcher.graph.graph import Graph
from matcher.graph.schema import EdgeKind
from matcher.graph.table import Array
from matcher.recommend.asking import Asking
from matcher.recommend.deal_graph import walked
from matcher.recommend.past.recall import Answered, answered
from matcher.recommend.signal import NOTHING, Evidence, Signal
from matcher.recommend.weights import HALF_HISTORY, HALF_WALK


@dataclass(frozen=True, eq=False)
class _Past:
    """float32 (firms,) each: by the asker's division, by needs like this one, by fellow buyers; and how many
    such needs each answered.
    """

    division: Array
    needs: Array
    fellows: Array
    times: Array

    @property
    def values(self) -> Array:
        """What none of the three denies: 1 - (1 - a)(1 - b)(1 - c)."""
        missing = (1.0 - self.division) * (1.0 - self.needs) * (1.0 - self.fellows)
        return (1.0 - missing).astype(np.float32)


def history(asking: Asking) -> Signal:
    """The chance that one of three kinds of past speaks for a firm, each in [0, 1].

    n / (n + HALF_HISTORY) of its deals with buyers (downstream: sellers) of the asker's division, damped so
    that the thousandth deal of the largest supplier no longer counts; how near the needs it answered are to
    this one; and, for an enterprise that asks for nothing in words, partners of those who share partners.
    """
    graph, answers, fellows = asking.graph, _by_needs(asking), _by_fellows(asking)
    found = _Past(
        by_division(asking),
        _spread(graph, answers.firms, answers.value),
        _spread(graph, *fellows),
        _spread(graph, answers.firms, answers.times),
    )
    return Signal(found.values, lambda firm: _evidence(asking, firm, found))


def with_fellows(division: Array, walks: Array) -> Array:
    """float32 (n,): the value of history, of what `by_division` and deal_graph.walk give, and no need."""
    none = np.zeros(len(division), dtype=np.float32)
    return _Past(division, none, _halved(walks), none).values


def by_division(asking: Asking) -> Array:
    """float32 (firms,): by deals with buyers (downstream: sellers) of the asker's division."""
    if asking.division < 0:
        return np.zeros(len(asking.graph.firms), dtype=np.float32)
    if asking.graph.rows is not None:
        return _dealt(asking)
    sellers, deals = _dealings(asking.graph, asking.division, asking.downstream)
    return _spread(asking.graph, sellers, _worth(deals))


def _dealt(asking: Asking) -> Array:
    """The same for a part, by the partners of each of its firms."""
    graph = asking.graph.whole
    rows = asking.graph.rows
    assert rows is not None  # noqa: S101 of a part
    first, last = _range(graph, asking.division)
    partners, counts, lengths = (graph.deals if asking.downstream else graph.customers).many(rows)
    inside = np.flatnonzero((partners >= first) & (partners < last))
    owner = np.repeat(np.arange(len(rows)), lengths)[inside]
    return _worth(np.bincount(owner, weights=counts[inside], minlength=len(rows)))


def _worth(deals: Array) -> Array:
    found: Array = (deals / (deals + HALF_HISTORY)).astype(np.float32)
    return found


def _by_needs(asking: Asking) -> Answered:
    """Who seeks buyers asks for no answer to a need."""
    text = "" if asking.downstream else asking.question.text
    buyer = asking.graph.label("firms", asking.asker) or ""
    place = asking.graph.label("streets", asking.street, "id") or ""
    return answered(asking.graph.whole, text, buyer, place)


def _by_fellows(asking: Asking) -> tuple[Array, Array]:
    """Positions in the whole, ascending, of partners of fellow buyers, and float32 values above 0."""
    graph = asking.graph
    if asking.asker < 0 or asking.stated or not asking.fellows:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    rows, whole = graph.rows, graph.whole
    asker = asking.asker if rows is None else int(rows[asking.asker])
    there, back = whole.deals, whole.customers
    ways = (back, there) if asking.downstream else (there, back)
    found, values = walked(*ways, asker)
    return found, _halved(values)


def _halved(walks: Array) -> Array:
    found: Array = (walks / (walks + HALF_WALK)).astype(np.float32)
    return found


def fellow_rows(graph: Graph, buyer: int) -> Array:
    """int64: positions of the partners of those who share partners with a buyer."""
    if len(graph.deals.row(buyer)[0]) == 0:
        return np.zeros(0, dtype=np.int64)
    return walked(graph.deals, graph.customers, buyer)[0]


def past_rows(asking: Asking) -> Array:
    """int64: positions in the whole graph of all whose past could speak for them."""
    whole = asking.graph
    found = [_by_needs(asking).firms, _by_fellows(asking)[0]]
    if asking.division >= 0:
        found.append(_dealings(whole, asking.division, asking.downstream)[0])
    return np.concatenate(found)


# By graph: who dealt with firms of a division, and how often. Each is summed up once.
_summed: WeakKeyDictionary[Graph, dict[tuple[int, bool], tuple[Array, Array]]] = WeakKeyDictionary()


def _dealings(graph: Graph, division: int, downstream: bool) -> tuple[Array, Array]:
    """Positions, ascending, of those who dealt with buyers (downstream: sellers) of a division; how often."""
    known = _summed.setdefault(graph, {})
    if (division, downstream) not in known:
        # Firms are sorted by industry, so that a division is one range of rows.
        first, last = _range(graph, division)
        pairs = graph.customers if downstream else graph.deals
        start, end = int(pairs.indptr[first]), int(pairs.indptr[last])
        rows, which = np.unique(pairs.indices[start:end], return_inverse=True)
        sums = np.bincount(which, weights=pairs.data[start:end], minlength=len(rows))
        known[division, downstream] = rows, sums
    return known[division, downstream]


def _range(graph: Graph, division: int) -> tuple[int, int]:
    same = np.flatnonzero(graph.industries.numbers("division") == division)
    rows = graph.firms.numbers("industry")
    first = np.searchsorted(rows, rows.dtype.type(same[0]))
    return int(first), int(np.searchsorted(rows, rows.dtype.type(same[-1]), side="right"))


def _spread(graph: Graph, positions: Array, values: Array) -> Array:
    """float32 (firms,): values at positions of the whole, 0 elsewhere."""
    rows = graph.rows
    found = np.zeros(len(graph.firms), dtype=np.float32)
    if rows is None:
        found[positions] = values
    elif len(positions):
        at = np.minimum(np.searchsorted(positions, rows), len(positions) - 1)
        found = np.where(positions[at] == rows, values[at], found)
    return found


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
    if found.times[firm] > 0:
        mine.append(Reason("reasons.history.answered_like", {"times": int(found.times[firm])}))
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
