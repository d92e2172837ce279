"""Trivial baselines for who answers a need: the busiest, and whoever answered the most similar texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matcher.graph.table import Array
from matcher.recommend.past.memory import Memory
from matcher.recommend.past.need import PastNeed


def baselines(memory: Memory, questions: Sequence[PastNeed], role: str) -> dict[str, Array]:
    """Scores (questions, suppliers) of each: popularity, kNN by characters, and with place and buyer."""
    pairs = memory.of(role)
    popular = np.repeat(np.asarray(pairs.sum(axis=0)), len(questions), axis=0)
    near = _cosines(memory, questions)
    found = {"popularity": popular}
    for power, label in ((3, "cube"), (6, "sixth_power")):
        found[f"knn_{label}"] = np.asarray((pairs.T @ (near**power).T).T)
    if any(need.buyer for need in questions):
        mixed = near + 0.05 * _same(memory, questions, "place") + 0.1 * _same(memory, questions, "buyer")
        for power, label in ((3, "cube"), (6, "sixth_power")):
            found[f"knn_place_buyer_{label}"] = np.asarray((pairs.T @ (mixed**power).T).T)
    return found


def _cosines(memory: Memory, questions: Sequence[PastNeed]) -> Array:
    from sklearn.feature_extraction.text import TfidfVectorizer

    weigher = TfidfVectorizer(analyzer="char", ngram_range=(1, 3))
    rows = weigher.fit_transform([f"{need.title} {need.text}" for need in memory.needs])
    asked = weigher.transform([f"{need.title} {need.text}" for need in questions])
    found: Array = (asked @ rows.T).toarray()
    return found


def _same(memory: Memory, questions: Sequence[PastNeed], name: str) -> Array:
    theirs = np.array([getattr(need, name) for need in memory.needs])
    mine = np.array([getattr(need, name) for need in questions])
    found: Array = (mine[:, None] == theirs[None, :]).astype(float)
    return found
