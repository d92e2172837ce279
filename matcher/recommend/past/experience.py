"""How experienced each supplier is in what is asked: what it did before, the nearer the more."""

from __future__ import annotations

from typing import Final

import numpy as np

from matcher.graph.table import Array
from matcher.recommend.past.signs import View, unit

_TINY: Final = 1e-9


def experience(view: View) -> Array:
    """float64 (questions, suppliers), 0 to 2, comparable within one supplier; nothing is learned.

    Two of the signs by words, each as a share of the supplier's best question: the sum over what it did of
    nearness squared, and the nearness of all it did together.
    """
    pairs = view.either
    single = np.asarray((pairs.T @ (view.words**2).T).T)
    together = (view.asked["words"] @ unit(pairs.T @ view.memory.spaces.rows["words"][view.rows]).T).toarray()
    found: Array = _shares(single) + _shares(together)
    return found


def _shares(values: Array) -> Array:
    found: Array = values / (values.max(axis=0, keepdims=True, initial=0.0) + _TINY)
    return found
