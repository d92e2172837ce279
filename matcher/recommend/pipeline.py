"""Candidates -> features -> score -> rank -> reasons, over dense columns of the snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from matcher.domain.ranking import PathStep, Ranking, Reason, Suggestion
from matcher.graph.table import Array
from matcher.recommend import ties, weights
from matcher.recommend.asking import Asking
from matcher.recommend.newcomers import with_share
from matcher.recommend.shortlist import Shortlist
from matcher.recommend.signal import Feature, Filter, Signal
from matcher.recommend.weight_table import table_of

_DIGITS = 4  # of a score: what differs less is a tie


@dataclass(frozen=True, eq=False)
class Scored:
    """All firms under one question. `grounded` are those whose evidence makes a suggestion at all;
    `allowed` are those of them that pass every filter.
    """

    asking: Asking
    signals: Mapping[str, Signal]
    parts: Mapping[str, Array]
    score: Array
    grounded: Array
    allowed: Array
    total: Array = field(default_factory=lambda: np.zeros(0))  # the score before it is rounded
    keys: Array | None = None  # of ties, where they are known

    @property
    def considered(self) -> int:
        """How many may be suggested."""
        return int(self.allowed.sum())

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """Those of the snapshot, by which the parts make the score."""
        return table_of(self.asking.graph).weights


def score(asking: Asking, features: Mapping[str, Feature], filters: Mapping[str, Filter]) -> Scored:
    """Score every firm, by the snapshot's weights; what is a ground at all is policy, and not learned.

    Costs some dense passes over the firms and the postings of the question's terms."""
    signals = {name: feature(asking) for name, feature in features.items()}
    parts = {name: signal.values for name, signal in signals.items()}
    parts["words"] = parts["words"] * _backing(asking, signals["chain"].grounds)
    table = table_of(asking.graph).weights
    total = np.zeros(len(asking.graph.firms), dtype=np.float64)
    ground = np.zeros_like(total)
    for name, values in parts.items():
        total += table[name] * values
        if name in weights.GROUNDS:
            ground += weights.WEIGHTS[name] * (values if name == "words" else signals[name].grounds)
    grounded = ground >= (weights.LEAST_GROUND if asking.stated else weights.LEAST_CHAIN)
    grounded &= _says_so(asking, parts["words"], signals["chain"].grounds)
    allowed = grounded.copy()
    for accepts in filters.values():
        allowed &= accepts(asking)
    rounded = np.minimum(total, 1.0).round(_DIGITS)
    return Scored(asking, signals, parts, rounded, grounded, allowed, total)


def _says_so(asking: Asking, words: Array, chain: Array) -> Array:
    """bool (firms,): whether the class is a core answer, or the firm's own words name what is asked for."""
    if not asking.stated:
        return np.ones(len(chain), dtype=np.bool_)
    owed = np.maximum(weights.LEAST_WORDS, weights.STRANGER_WORDS - weights.NEARER * chain)
    owed[asking.graph.firms.numbers("industry") < 0] = weights.UNKNOWN_CLASS_WORDS
    named: Array = (chain >= weights.CORE_ANSWER) | (words >= owed)
    return named


def _backing(asking: Asking, chain: Array) -> Array:
    """How far registry facts back a firm's own words, 0 to 1. Where no industry is in question, fully."""
    if not asking.knows_industries:
        return np.ones(len(chain), dtype=np.float32)
    unknown = asking.graph.firms.numbers("industry") < 0
    floor = np.where(unknown, weights.UNKNOWN_INDUSTRY_WORDS, weights.UNBACKED_WORDS)
    backing: Array = floor + (1 - floor) * np.minimum(1.0, chain / weights.BACKED_FROM)
    return backing.astype(np.float32)


def looked_at(n: int) -> int:
    """How many of the best are looked at for a list of `n`."""
    return 3 * n + 40


def rank(scored: Scored, n: int) -> list[int]:
    """At most `n` firms, best first, ties spread: one an owner group, not too many of one building."""
    order = _by_score(scored, looked_at(n))
    chosen = _spread(scored, order, n)
    if len(chosen) < n and len(order) < int(scored.allowed.sum()):
        chosen = _spread(scored, _by_score(scored, len(scored.score)), n)
    return with_share(scored.asking, order, chosen, scored.score, n)


def _by_score(scored: Scored, most: int) -> list[int]:
    """Positions of the best `most` allowed firms, best first, ties by ties.order."""
    allowed = np.flatnonzero(scored.allowed)
    values = scored.score[allowed]
    if len(allowed) > most:
        least = np.partition(values, len(values) - most)[len(values) - most]
        allowed, values = allowed[values >= least], values[values >= least]
    known = scored.keys
    keys = ties.keys(scored.asking.graph.firms.ids, allowed.tolist()) if known is None else known[allowed]
    found: list[int] = allowed[ties.order(values, keys, scored.asking.digest)[:most]].tolist()
    return found


def _spread(scored: Scored, order: list[int], n: int) -> list[int]:
    firms = scored.asking.graph.firms
    groups, buildings = firms.numbers("owner_group"), firms.numbers("building")
    most = max(1, round(weights.BUILDING_SHARE * n))
    chosen: list[int] = []
    crowded: list[int] = []
    taken: set[int] = set()
    housed: dict[int, int] = {}
    for firm in order:
        group, building = int(groups[firm]), int(buildings[firm])
        if group in taken:
            continue
        if group >= 0:
            taken.add(group)
        if building >= 0 and housed.get(building, 0) >= most:
            crowded.append(firm)
            continue
        housed[building] = housed.get(building, 0) + 1
        chosen.append(firm)
        if len(chosen) == n:
            break
    place = {firm: number for number, firm in enumerate(order)}
    # Better a full list of one tower than a short one: the cap only spreads what there is.
    return sorted(chosen + crowded[: n - len(chosen)], key=place.__getitem__)


def tell(scored: Scored, firm: int) -> Suggestion:
    """One firm of the list with its parts, its reasons for both sides, strongest first, and its path."""
    found = {name: signal.evidence(firm) for name, signal in scored.signals.items()}
    table, parts = scored.weights, {name: float(values[firm]) for name, values in scored.parts.items()}
    worth = {name: table[name] * parts[name] for name in found}
    by_worth = sorted(found, key=lambda name: (-worth[name], name))
    return Suggestion(
        identifier=scored.asking.graph.firms.ids[firm],
        score=float(scored.score[firm]),
        parts=parts,
        for_asker=_weighed(worth, [(name, found[name].for_asker) for name in by_worth]),
        for_candidate=_weighed(worth, [(name, found[name].for_candidate) for name in by_worth]),
        path=_path(scored, [found[name].steps for name in by_worth]),
        weights=dict(table),
    )


def _weighed(worth: Mapping[str, float], told: list[tuple[str, tuple[Reason, ...]]]) -> tuple[Reason, ...]:
    return tuple(
        Reason(reason.key, reason.params, round(worth[name], 6))
        for name, reasons in told
        if worth[name] > 0
        for reason in reasons
    )


def _path(scored: Scored, ways: list[tuple[PathStep, ...]]) -> tuple[PathStep, ...]:
    """Asker, the strongest evidence that is a way, candidate. The last step of a way is the candidate."""
    way = next((steps for steps in ways if steps), ())
    start = scored.asking.start
    return (*start, *way) if way else ()


def shortlist(scored: Scored, n: int) -> Shortlist:
    """The list, its reasons to be told."""
    chosen = rank(scored, n)
    graph = scored.asking.graph
    return Shortlist(
        graph,
        tuple(graph.firms.ids[firm] for firm in chosen),
        tuple(float(scored.score[firm]) for firm in chosen),
        lambda place: tell(scored, chosen[place]),
        scored.considered,
    )


def answer(scored: Scored, n: int) -> Ranking:
    """The list with its reasons."""
    return shortlist(scored, n).told()
