"""Compiles the kernels of partners on a tiny world, with the types of production."""

from __future__ import annotations

import numpy as np

from matcher.graph.adjacency import adjacency
from matcher.recommend.kernels.lists import Searcher
from matcher.recommend.kernels.pagerank import near_pushed
from matcher.recommend.kernels.population import UNIT, Population, Recipe, Sparse
from matcher.recommend.kernels.shelves import LARGE


def partners() -> None:
    """One search over a few hundred firms that are all alike, for many and for one; one push along a deal."""
    searcher = Searcher.of(alike(LARGE + 1), ALIKE)
    searcher.best(np.arange(2), 3)
    searcher.answer(0, 3, searcher.scratch(3, 1))
    near_pushed(adjacency((0, 1), (np.array([0]), np.array([1]), np.array([1.0]))), np.arange(2), 1)


ALIKE = Recipe(1, 1, 1, 1, 1, (UNIT, 0, 0, 0), (UNIT,) * 256, UNIT // 2, UNIT * UNIT)


def alike(firms: int) -> Population:
    """Firms of one industry and one building that offer and need one word."""
    whole = np.zeros(firms, dtype=np.int32)
    rows = Sparse(np.arange(firms + 1, dtype=np.int64), whole, np.full(firms, UNIT, dtype=np.int32))
    return Population(
        industry=whole,
        places=np.zeros((4, firms), dtype=np.int32),
        size=whole,
        standing=whole,
        open=np.ones(firms, dtype=np.bool_),
        group=whole - 1,
        area=whole - 1,
        reach=np.ones((1, 1), dtype=np.bool_),
        apart=(np.zeros(firms + 1, dtype=np.int64), np.zeros(0, dtype=np.int32)),
        offers=rows,
        needs=rows,
        flow=Sparse(np.array([0, 1], dtype=np.int64), whole[:1], np.full(1, UNIT, dtype=np.int32)),
        words=1,
    )
