"""A list made with the snapshot, read: reasons are made anew, and what has changed since is looked at.

A refreshed snapshot keeps its base's lists. One is used as long as no changed enterprise is on it or could
come near it, and answers what would be computed; else None, and it is computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from matcher.domain.need import Question
from matcher.domain.ranking import Ranking
from matcher.graph.graph import NO_LIST, STEPS, Graph
from matcher.graph.part import part_of
from matcher.graph.schema import LISTED, Flag
from matcher.graph.table import Array
from matcher.recommend.asking import ask
from matcher.recommend.features import FEATURES
from matcher.recommend.features.recency import month_of
from matcher.recommend.filters import FILTERS
from matcher.recommend.firm_sites import plain_question
from matcher.recommend.pipeline import Scored, score, tell
from matcher.recommend.shortlist import Shortlist
from matcher.recommend.weights import NEWCOMER_NEAR

MOST_CHANGED: Final = 500  # enterprises to score anew before a list is believed: with more it is computed
AGEING: Final = frozenset({"recency"})  # features whose values change with the month, though no row does
_SLACK: Final = 1e-9


def kept(graph: Graph, question: Question, n: int, station: str | None) -> Ranking | None:
    """The list of an enterprise that asks for nothing in words, if it was made and is still right."""
    found = kept_shortlist(graph, question, n, station)
    return None if found is None else found.told()


def kept_shortlist(graph: Graph, question: Question, n: int, station: str | None) -> Shortlist | None:
    """As `kept`, before reasons are told."""
    asker = question.asker
    if n != LISTED or asker is None or question != plain_question(asker) or _sees_more(graph, station):
        return None
    base = graph if graph.base is None else graph.base
    if month_of(graph.as_of) != month_of(base.as_of) and not AGEING.isdisjoint(FEATURES):
        return None
    position = base.firms.position(asker)
    if position is None or len(base.lists.of) == 0 or base.lists.of[position] == NO_LIST:
        return None
    rows = base.lists.firms[position]
    ids = [base.firms.ids[int(row)] for row in rows[rows >= 0]]
    considered = int(base.lists.of[position])
    if graph.base is not None:
        more = _unaffected(graph, base, asker, ids)
        if more is None:
            return None
        considered += more
    found = _among(graph, asker, ids)
    at = [row for name in ids if (row := found.asking.graph.firms.position(name)) is not None]
    return Shortlist(
        graph,
        tuple(found.asking.graph.firms.ids[row] for row in at),
        tuple(float(found.score[row]) for row in at),
        lambda place: tell(found, at[place]),
        considered,
    )


def _among(graph: Graph, asker: str, ids: Sequence[str]) -> Scored:
    """The asker's question, asked of some enterprises."""
    found = (graph.firms.position(identifier) for identifier in (asker, *ids))
    rows = np.unique(np.array([row for row in found if row is not None], dtype=np.int64))
    asking = ask(graph, plain_question(asker))
    part = part_of(graph, rows)
    at = int(np.searchsorted(rows, asking.asker)) if asking.asker >= 0 else -1
    return score(replace(asking, graph=part, asker=at), FEATURES, FILTERS)


def _unaffected(graph: Graph, base: Graph, asker: str, ids: Sequence[str]) -> int | None:
    """By how many the enterprises that may be listed have become more; None where the list may be another.

    Whoever changed, or dealt with one who did, must neither be on the list, then or now near enough to be on
    it, nor be the asker; and an asker with partners may have come by other fellows.
    """
    changed = _changed(graph)
    if changed is None or asker in changed or not changed.isdisjoint(ids):
        return None
    if _dealt_alike(graph, asker) or _dealt_alike(base, asker):
        return None
    position = base.firms.position(asker)
    full = len(ids) == LISTED
    least = float(base.lists.scores[position].min()) / STEPS * NEWCOMER_NEAR if full else 0.0
    counts = []
    for one in (base, graph):
        found = _among(one, asker, sorted(changed))
        if (found.score[found.allowed] >= least - _SLACK).any():
            return None
        counts.append(int(found.allowed.sum()))
    return counts[1] - counts[0]


# By graph: who changed since its base, and their partners then and now; None for too many.
_reached: WeakKeyDictionary[Graph, frozenset[str] | None] = WeakKeyDictionary()


def _changed(graph: Graph) -> frozenset[str] | None:
    if graph not in _reached:
        found = set(graph.touched)
        for one in (graph, graph.base):
            for identifier in graph.touched if one is not None else ():
                found |= _partners(one, identifier)
        _reached[graph] = frozenset(found) if len(found) <= MOST_CHANGED else None
    return _reached[graph]


def _partners(graph: Graph | None, identifier: str) -> set[str]:
    row = None if graph is None else graph.firms.position(identifier)
    if graph is None or row is None:
        return set()
    both = np.concatenate([graph.deals.row(row)[0], graph.customers.row(row)[0]])
    return {graph.firms.ids[int(other)] for other in both}


def _dealt_alike(graph: Graph, asker: str) -> bool:
    """Whether partners of fellow buyers are in question: any deal may then change anybody's score."""
    row = graph.firms.position(asker)
    return row is None or len(graph.deals.row(row)[0]) > 0


# By graph: stations with a firm of their own that others do not see. Whoever asks from there has other lists.
_hiding: WeakKeyDictionary[Graph, frozenset[int]] = WeakKeyDictionary()


def _sees_more(graph: Graph, station: str | None) -> bool:
    if station is None:
        return False
    if graph not in _hiding:
        _hiding[graph] = _stations_that_hide(graph)
    row = graph.stations.position(station)
    return row is not None and row in _hiding[graph]


def _stations_that_hide(graph: Graph) -> frozenset[int]:
    firms = graph.firms
    flags: Array = firms.numbers("flags")
    shown = (flags & int(Flag.LISTED | Flag.SOLE_TRADER)) == int(Flag.LISTED)
    hidden = ((flags & int(Flag.ACTIVE)) != 0) & ~shown
    return frozenset(np.unique(firms.numbers("station")[hidden]).tolist())
