"""Invoices: whom a firm begins to buy from or sell to after a day, learned from the months before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from jobs.evaluation import ranks
from jobs.evaluation.folder import needed
from jobs.evaluation.report import Options, Report
from matcher.errors import InvalidInput
from matcher.graph.table import Array
from matcher.recommend import deal_graph
from matcher.recommend.deal_graph import Dealings

UNTIL: Final = date(2019, 1, 1)
FIRMS: Final = "E124-E274"
COMMON: Final = 0.01  # the part of parties left out in the second figure
KINDS: Final = ("purchases", "sales")
OURS: Final = "qianxian"
_NUMBER: Final = re.compile(r"\d+")


@dataclass(frozen=True, eq=False)
class Split:
    """Deals before a month, and bool (firms, parties) of the pairs that began later."""

    deals: Dealings
    until: int
    new: Array


def invoices(options: Options) -> Report:
    """New partners after --until (by default 2019-01-01) of the firms --firms, purchases and sales.

    Raises InvalidInput for missing files or no deal before or after that day.
    """
    day = options.until if options.until is not None else UNTIL
    figures: dict[str, dict[str, float]] = {}
    counts: dict[str, int] = {}
    for kind in KINDS:
        split = _split(_rows(options.folder, kind, options.firms or FIRMS), day)
        _measure(split, kind, options, figures, counts)
    return Report(
        name="invoices",
        protocol=f"new partners from {day.isoformat()} on among parties seen before; a mean over firms",
        counts=counts,
        metrics=figures.pop(OURS),
        baselines=figures,
        seed=options.seed,
        settings={name: value for name, value in vars(deal_graph).items() if name.isupper()},
    )


def _measure(
    split: Split,
    kind: str,
    options: Options,
    figures: dict[str, dict[str, float]],
    counts: dict[str, int],
) -> None:
    """Adds the figures of one kind, by method."""
    known = split.deals.before(split.until)
    common = _common(known)
    scores = {OURS: deal_graph.score(split.deals, split.until), **_baselines(known)}
    firms = np.flatnonzero(split.new.any(axis=1))[: options.limit].tolist()
    counts |= {f"{kind}_firms": len(firms), f"{kind}_new_pairs": int(split.new[firms].sum())}
    counts[f"{kind}_parties"] = split.deals.shape[1]
    for method, values in scores.items():
        found = figures.setdefault(method, {})
        old = known.pairs()
        found |= ranks.means(_cases(values, split.new, old, firms), f"{kind}_")
        without = _cases(values, split.new & ~common, old | common, firms)
        found |= {f"{name}_without_top1": value for name, value in ranks.means(without, f"{kind}_").items()}


def _cases(scores: Array, new: Array, closed: Array, firms: Sequence[int]) -> dict[str, list[float]]:
    cases: dict[str, list[float]] = {"recall_at_20": [], "ndcg_at_20": []}
    for firm in firms:
        right = np.flatnonzero(new[firm])
        if len(right):
            found = ranks.ranks(np.where(closed[firm], -np.inf, scores[firm]), right.tolist())
            cases["recall_at_20"].append(ranks.recall(found, len(right), 20))
            cases["ndcg_at_20"].append(ranks.ndcg(found, len(right), 20))
    return cases


def _common(deals: Dealings) -> Array:
    """bool (parties,): the most common COMMON of them."""
    popular = deals.pairs().sum(axis=0)
    found = np.zeros(len(popular), dtype=np.bool_)
    found[np.argsort(-popular, kind="stable")[: round(COMMON * len(popular))]] = True
    return found


def _baselines(deals: Dealings) -> dict[str, Array]:
    """Popularity, kNN over firms by idf-weighted cosine, and the three-step walk, none of them faded."""
    pairs = deals.pairs().astype(np.float64)
    popular = pairs.sum(axis=0)
    rows = pairs * np.log(len(pairs) / np.maximum(popular, 1.0))
    unit = rows / np.maximum(np.sqrt((rows**2).sum(axis=1, keepdims=True)), 1e-12)
    alike = unit @ unit.T
    np.fill_diagonal(alike, 0.0)
    out = pairs / np.maximum(pairs.sum(axis=1, keepdims=True), 1.0)
    back = pairs / np.maximum(popular, 1.0)
    return {
        "popularity": np.broadcast_to(popular, pairs.shape),
        "firm_knn": alike @ pairs,
        "p3": (out @ back.T) @ out,
    }


def _split(rows: list[tuple[str, str, int]], day: date) -> Split:
    until = day.year * 12 + day.month - 1
    firms = sorted({firm for firm, _, month in rows if month < until}, key=_order)
    parties = sorted({party for _, party, month in rows if month < until})
    at = {name: place for place, name in enumerate(firms)}
    to = {name: place for place, name in enumerate(parties)}
    known = [(at[f], to[p], month) for f, p, month in rows if f in at and p in to]
    if not known or all(month < until for _, _, month in known):
        raise InvalidInput("evaluation.nothing_to_ask", until=day.isoformat())
    of_firm, of_party, months = np.array(known, dtype=np.int64).T
    deals = Dealings(of_firm, of_party, months, (len(firms), len(parties)))
    return Split(deals, until, deals.pairs() & ~deals.before(until).pairs())


def _rows(folder: Path | None, kind: str, firms: str) -> list[tuple[str, str, int]]:
    """Firm, party and month of the valid invoices of the firms named."""
    import pyarrow.parquet as parquet

    (path,) = needed(folder, f"{kind}_monthly.parquet")
    table: dict[str, list[Any]] = parquet.read_table(
        path, columns=["firm", "party", "month", "valid"]
    ).to_pydict()
    first, last = _order(firms.partition("-")[0]), _order(firms.partition("-")[2] or firms)
    rows = zip(table["firm"], table["party"], table["month"], table["valid"], strict=True)
    return [
        (firm, party, int(month[:4]) * 12 + int(month[5:7]) - 1)
        for firm, party, month, valid in rows
        if valid == 1 and first <= _order(firm) <= last
    ]


def _order(code: str) -> int:
    digits = _NUMBER.search(code)
    if digits is None:
        raise InvalidInput("evaluation.firms_unclear", firms=code)
    return int(digits.group())
