"""Tenders: from the text of a need to its winner, and to all who bid, among suppliers seen before a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np

from jobs.evaluation import ranks
from jobs.evaluation.nearest_past import baselines
from jobs.evaluation.report import Options, Report
from jobs.evaluation.tender_files import Tenders, question, read, without
from matcher.errors import InvalidInput
from matcher.graph.table import Array
from matcher.recommend.past import learning
from matcher.recommend.past.memory import Memory, remember
from matcher.recommend.past.need import PastNeed

UNTIL: Final = date(2025, 12, 31)
CUTS: Final = 4
OURS: Final = "qianxian"
Cases = dict[str, list[float]]


@dataclass(frozen=True)
class Split:
    """A memory up to a day, and the needs that came later with who answered each."""

    memory: Memory
    asked: tuple[PastNeed, ...]
    answers: tuple[tuple[str, ...], ...]
    until: int
    role: str


def tenders(options: Options) -> Report:
    """Need text -> winner. Raises InvalidInput for a folder without the files or without later rows."""
    found = read(options.folder)
    until = (options.until if options.until is not None else UNTIL).toordinal()
    split = _bounded(award_split(found, until), options.limit)
    warm, cold, scores = _measured(split, options.seed)
    metrics = ranks.means(ranks.first_answer(warm[OURS])) | ranks.means(ranks.first_answer(cold), "cold_")
    return Report(
        name="tenders",
        protocol="need text -> winner; learned up to --until, asked of later awards; warm winners only",
        counts=_counts(split, warm[OURS], cold),
        metrics=metrics | _rolling(found, until, options),
        baselines={name: ranks.means(ranks.first_answer(warm[name])) for name in scores if name != OURS},
        seed=options.seed,
        settings=SETTINGS,
    )


def bidders(options: Options) -> Report:
    """Project text -> all who bid. Raises InvalidInput as `tenders` does."""
    found = read(options.folder)
    until = (options.until if options.until is not None else UNTIL).toordinal()
    split = _bounded(list_split(found, until), options.limit)
    warm, cold, scores = _measured(split, options.seed)
    figures = {name: ranks.means(_lists(warm[name])) for name in scores}
    return Report(
        name="bidders",
        protocol="project title -> all bidders; learned up to --until; awards of projects asked are dropped",
        counts={
            **_counts(split, warm[OURS], cold),
            "bidders_seen_before": sum(map(len, warm[OURS])),
            "bidders_never_seen": sum(len(names) - len(_known(split, names)) for names in split.answers),
        },
        metrics=figures.pop(OURS),
        baselines=figures,
        seed=options.seed,
        settings=SETTINGS,
    )


SETTINGS: Final[Mapping[str, Any]] = {
    name: value for name, value in vars(learning).items() if name.isupper() and not name.startswith("_")
}


def award_split(found: Tenders, until: int, end: int | None = None) -> Split:
    """Awards up to `until` with the candidates of projects not asked for; later awards (up to `end`) ask."""
    last = end if end is not None else max(need.day for need in found.awards)
    later = [at for at, need in enumerate(found.awards) if until < need.day <= last]
    hidden = frozenset[str]().union(*(found.keys[at] for at in later))
    past = [need for need in found.awards if need.day <= until]
    past += [need for need in without(found.lists, hidden) if need.day <= until]
    return _split(past, [found.awards[at] for at in later], until, "won")


def list_split(found: Tenders, until: int) -> Split:
    """Lists of candidates up to `until` with the awards of projects not asked for; later lists ask."""
    later = [need for need in found.lists if need.day > until]
    hidden = {need.project for need in later}
    past = [need for need in found.lists if need.day <= until]
    past += [
        need
        for need, keys in zip(found.awards, found.keys, strict=True)
        if need.day <= until and not keys & hidden
    ]
    return _split(past, later, until, "bid")


def _split(past: list[PastNeed], later: list[PastNeed], until: int, role: str) -> Split:
    if not past or not later:
        raise InvalidInput("evaluation.nothing_to_ask", until=date.fromordinal(until).isoformat())
    answers = tuple(need.winners if role == "won" else need.bidders for need in later)
    return Split(remember(past), tuple(map(question, later)), answers, until, role)


def _bounded(split: Split, limit: int | None) -> Split:
    return replace(split, asked=split.asked[:limit], answers=split.answers[:limit])


def score(split: Split, seed: int) -> Array:
    """(questions, suppliers) by the production recommender, learned from the split's own memory."""
    weights = learning.learn(split.memory, split.until, split.role, seed)
    values, _ = learning.columns(learning.view(split.memory, split.asked, split.until, split.role))
    return weights.score(values)


def _measured(
    split: Split, seed: int
) -> tuple[dict[str, list[list[int]]], list[list[int]], dict[str, Array]]:
    """Ranks of the right answers by method for warm needs, ours for cold ones, and the scores."""
    scores = {OURS: score(split, seed), **baselines(split.memory, split.asked, split.role)}
    seen = np.flatnonzero(split.memory.seen(split.role, split.until))
    place = {int(supplier): at for at, supplier in enumerate(seen)}
    warm: dict[str, list[list[int]]] = {name: [] for name in scores}
    cold: list[list[int]] = []
    for case, names in enumerate(split.answers):
        known = [place[at] for at in _known(split, names)]
        for name in scores if known else ():
            warm[name].append(ranks.ranks(scores[name][case][seen], known))
        if not known:
            cold.append(_cold(split, scores[OURS][case], names))
    return warm, cold, scores


def _known(split: Split, names: Sequence[str]) -> list[int]:
    """Answers that had the role before."""
    seen = split.memory.seen(split.role, split.until)
    found = (split.memory.position.get(name) for name in names)
    return [at for at in found if at is not None and seen[at]]


def _cold(split: Split, scores: Array, names: Sequence[str]) -> list[int]:
    """The rank of a newcomer among all who were ever named; behind them all if it never was."""
    found = [at for name in names if (at := split.memory.position.get(name)) is not None]
    return ranks.ranks(scores, found) if found else [10 * len(scores)]


def _lists(found: list[list[int]]) -> Cases:
    """Of the bidders seen before: newcomers cannot be ranked, and are counted apart."""
    return {
        "recall_at_20": [ranks.recall(answer, len(answer), 20) for answer in found],
        "ndcg_at_20": [ranks.ndcg(answer, len(answer), 20) for answer in found],
    }


def _counts(split: Split, warm: list[list[int]], cold: list[list[int]]) -> dict[str, int]:
    return {
        "warm": len(warm),
        "cold": len(cold),
        "suppliers": int(split.memory.seen(split.role, split.until).sum()),
        "past_needs": len(split.memory.needs),
    }


def _rolling(found: Tenders, until: int, options: Options) -> dict[str, float]:
    """Recall at 10 on earlier cuts, each with its paired difference to the best baseline of that cut."""
    first = min(need.day for need in found.awards)
    step = max(1, (until - first) // (CUTS + 2))
    figures: dict[str, float] = {}
    for number in range(CUTS):
        cut = until - step * number
        end = None if number == 0 else cut + step
        warm, _, _ = _measured(_bounded(award_split(found, cut, end), options.limit), options.seed)
        figures |= _paired(date.fromordinal(cut).isoformat(), warm)
    return figures


def _paired(cut: str, warm: dict[str, list[list[int]]]) -> dict[str, float]:
    figures: dict[str, float] = {f"cut_{cut}_cases": len(warm[OURS])}
    for metric in ("mrr", "recall_at_10"):
        values = {name: np.array(ranks.first_answer(found)[metric]) for name, found in warm.items()}
        ours = values.pop(OURS)
        best = max(values.values(), key=lambda one: float(one.mean()))
        figures |= ranks.means({metric: ours.tolist()}, f"cut_{cut}_")
        figures |= ranks.means({f"{metric}_above_best_baseline": (ours - best).tolist()}, f"cut_{cut}_")
    return figures
