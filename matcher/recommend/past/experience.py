"""How experienced each supplier is in what is asked: what it did before, the nearer the more."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from matcher.graph.table import Array
from matcher.recommend.past.signs import View

TOPICS: Final = 100  # dimensions in which texts are near though they share no word
_SHARP: Final = 3
_TINY: Final = 1e-9


def experience(view: View) -> Array:
    """float64 (questions, suppliers): the sum over what a supplier did of its nearness cubed, by words and by
    topics, each as a share of the supplier's best question. Comparable within one supplier."""
    pairs = view.either
    found = [np.asarray((pairs.T @ (near**_SHARP).T).T) for near in (view.words, _by_topic(view))]
    shares: Array = sum(values / (values.max(axis=0, keepdims=True) + _TINY) for values in found)
    return shares


def _by_topic(view: View) -> Array:
    """(questions, rows): cosines in the leading dimensions of all words, 0 where they point apart."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    rows: Any = view.memory.spaces.rows["words"][view.rows]
    asked = view.asked["words"]
    size = min(TOPICS, rows.shape[0] - 1, rows.shape[1] - 1)
    if size < 2:
        return view.words
    reduced = TruncatedSVD(size, random_state=0).fit(rows)
    near: Array = normalize(reduced.transform(asked)) @ normalize(reduced.transform(rows)).T
    return np.maximum(near, 0.0)
