"""Compiles the grouping kernels on a tiny room, with the types of production."""

from __future__ import annotations

import numpy as np

from matcher.recommend.grouping.diverse import Task, grouped
from matcher.recommend.grouping.search import Budget


def warm() -> None:
    """Compile or load the search; a hundredth of a second of work once that is done."""
    limits = np.full(2, 2, dtype=np.int64)
    grouped(Task(np.ones((4, 4)), limits, limits), Budget(seconds=0.01), np.random.default_rng(0))
