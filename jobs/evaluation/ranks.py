"""Figures of rankings: where the right answers stand, and how sure a mean is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from matcher.graph.table import Array


def ranks(scores: Array, right: Sequence[int]) -> list[int]:
    """1 for the best; ties go to the lower position, whoever is right."""
    order = np.argsort(-scores, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(1, len(order) + 1)
    return sorted(int(place[at]) for at in right)


def recall(found: Sequence[int], right: int, k: int) -> float:
    """The part of the right answers (`right` of them, at most k can be had) within the first k."""
    return sum(rank <= k for rank in found) / min(k, right)


def ndcg(found: Sequence[int], right: int, k: int) -> float:
    """Discounted gain of the first k over that of an ideal list."""
    gain = sum(1.0 / np.log2(rank + 1) for rank in found if rank <= k)
    return float(gain / (1.0 / np.log2(np.arange(2, min(k, right) + 2))).sum())


def means(cases: Mapping[str, Sequence[float]], prefix: str = "") -> dict[str, float]:
    """Mean and standard error over the cases, by metric."""
    found: dict[str, float] = {}
    for name, values in cases.items():
        found[f"{prefix}{name}"] = float(np.mean(values)) if len(values) else 0.0
        found[f"{prefix}{name}_se"] = standard_error(values)
    return found


def standard_error(values: Sequence[float]) -> float:
    """Of the mean; 0 for fewer than two values."""
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0


def first_answer(found: Iterable[Sequence[int]]) -> dict[str, list[float]]:
    """Per case, by the best-placed right answer: reciprocal rank and recall at 1, 10 and 50."""
    best = [answer[0] for answer in found]
    cases = {"mrr": [1.0 / rank for rank in best]}
    return cases | {f"recall_at_{k}": [float(rank <= k) for rank in best] for k in (1, 10, 50)}
