"""Which enterprises a question can lead to at all. Nobody else needs a score, so nobody else is given one.

A suggestion needs a ground (weights.GROUNDS). Here is found, from the industries' ranges and the postings of
the question's terms, whoever could have one: a few thousand of a million. What is found is a bound from
above: the features then score those found as they would have among all, so that the list is the same, ties
included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from matcher.graph.part import part_of
from matcher.graph.schema import Flag
from matcher.graph.table import Array, spans
from matcher.recommend import weights
from matcher.recommend.asking import Asking, cosines
from matcher.recommend.features.chain import asked_for, chain_by_industry
from matcher.recommend.features.history import past_rows
from matcher.recommend.features.nearness import nearness
from matcher.recommend.naming import named
from matcher.recommend.ranges import distinct

_SLACK: Final = np.float32(1e-4)  # of a bound: more than float32 can lose


def narrowed(asking: Asking, also: Array | None = None) -> Asking:
    """The question asked of the enterprises that it can lead to, and of those at `also`, as of a graph of
    their own.
    """
    more = np.zeros(0, dtype=np.int64) if also is None else also
    own = np.array([asking.asker] if asking.asker >= 0 else [], dtype=np.int64)
    if asking.stated and not asking.downstream:
        found = named(asking, chain_by_industry(asking))
        rows = distinct(np.concatenate([found.rows, more, own]))
        return _asked_of(asking, rows, {"firms": found.cosines(rows)})
    by_firm = cosines(asking, "firms") if _reads_offers(asking) else None
    by_need = cosines(asking, "needs") if asking.downstream else None
    asking = replace(asking, weighed=_known(by_firm, by_need))
    rows = distinct(np.concatenate([grounded(asking), more, own]))
    firms = None if by_firm is None else by_firm[rows]
    narrow = _asked_of(asking, rows, _known(firms, None))
    if by_need is None:
        return narrow
    needs = by_need[narrow.graph.needs.rows]  # type: ignore[attr-defined]
    return replace(narrow, weighed={**narrow.weighed, "needs": needs})


def _asked_of(asking: Asking, rows: Array, weighed: Mapping[str, Array]) -> Asking:
    """The question asked of some enterprises, the asker among them; `weighed` are cosines of theirs."""
    asker = int(np.searchsorted(rows, asking.asker)) if asking.asker >= 0 else -1
    return replace(asking, graph=part_of(asking.graph, rows), asker=asker, weighed=weighed)


def grounded(asking: Asking) -> Array:
    """int64: positions of all that could have a ground, in any order, some more than once."""
    by_industry = chain_by_industry(asking)
    said, share = _said(asking)
    if asking.stated:
        core = _of_industries(asking, by_industry, weights.CORE_ANSWER)
        return np.concatenate([core, _named(asking, by_industry, said, share), _asking(asking)])
    least = _least_chain(asking)
    found = [_of_industries(asking, by_industry, least), said, past_rows(asking), _asking(asking)]
    return np.concatenate([*found, _claiming(asking)])


def _least_chain(asking: Asking) -> float:
    """What the chain must give where it is the only ground."""
    least = weights.LEAST_GROUND if asking.stated else weights.LEAST_CHAIN
    return least / weights.WEIGHTS["chain"]


def _of_industries(asking: Asking, by_industry: Array, least: float) -> Array:
    """Enterprises registered in industries that answer so well; they stand together."""
    firms = asking.graph.firms.numbers("industry")
    codes = np.flatnonzero(by_industry[:-1] >= least - _SLACK).astype(firms.dtype)
    first = np.searchsorted(firms, codes, side="left")
    return spans(first, np.searchsorted(firms, codes, side="right") - first)


def _said(asking: Asking) -> tuple[Array, Array]:
    """Positions whose own words, or open needs, share a term with the question, and how much at most."""
    graph = asking.graph
    least = np.float32(weights.LEAST_WORDS * weights.FULL_COSINE if asking.stated else 0.0)
    found, shares = [], []
    if _reads_offers(asking):
        values = cosines(asking, "firms")
        rows = np.flatnonzero(values > least * (1 - _SLACK))
        if asking.downstream:
            near = nearness(graph, asking.wanted)
            rows = rows[near[graph.firms.numbers("industry")[rows]] >= weights.HELPER]
        found, shares = [rows], [values[rows]]
    if asking.downstream:
        values = cosines(asking, "needs")
        rows = np.flatnonzero(values > least * (1 - _SLACK))
        found.append(graph.needs.numbers("firm")[rows].astype(np.int64))
        shares.append(values[rows])
    share = np.concatenate(shares) / np.float32(weights.FULL_COSINE)
    return np.concatenate(found), np.minimum(share, np.float32(1.0))


def _named(asking: Asking, by_industry: Array, said: Array, share: Array) -> Array:
    """Of those, whoever could say enough in words for how far its class is."""
    firms = asking.graph.firms
    industry = firms.numbers("industry")[said]
    chain = by_industry[industry]
    if asking.wanted:
        offers = (firms.numbers("flags")[said] & int(Flag.HAS_OFFERS)) != 0
        chain = np.where(offers, np.maximum(chain, np.float32(weights.OFFERED_INDUSTRY)), chain)
    if asking.downstream:
        chain = np.ones_like(chain)  # an open need may ask for the very class
    unknown = industry < 0
    owed = np.maximum(weights.LEAST_WORDS, weights.STRANGER_WORDS - weights.NEARER * chain)
    owed = np.where(unknown, np.minimum(owed, weights.UNKNOWN_CLASS_WORDS), owed)
    if asking.knows_industries:
        floor = np.where(unknown, weights.UNKNOWN_INDUSTRY_WORDS, weights.UNBACKED_WORDS)
        share = share * (floor + (1 - floor) * np.minimum(1.0, chain / weights.BACKED_FROM))
    kept: Array = said[share >= owed - _SLACK]
    return kept


def _asking(asking: Asking) -> Array:
    """Enterprises whose open needs the asker's industry answers."""
    if not asking.downstream or asking.division < 0:
        return np.zeros(0, dtype=np.int64)
    found: Array = asking.graph.needs.numbers("firm")[asked_for(asking) > 0].astype(np.int64)
    return found


def _claiming(asking: Asking) -> Array:
    """Enterprises that offer what is wanted outside their registered industry."""
    if not asking.wanted:
        return np.zeros(0, dtype=np.int64)
    offers = asking.graph.offers
    answers = nearness(asking.graph, asking.wanted)[offers.numbers("industry")]
    found: Array = offers.numbers("firm")[answers > 0].astype(np.int64)
    return found


def _reads_offers(asking: Asking) -> bool:
    return not asking.downstream or bool(asking.wanted)


def _known(firms: Array | None, needs: Array | None) -> dict[str, Array]:
    found = {"firms": firms, "needs": needs}
    return {name: values for name, values in found.items() if values is not None}
