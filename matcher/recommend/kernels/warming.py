"""Compiles the kernels of partners on a tiny world, with the types of production."""

from __future__ import annotations

import numpy as np

from matcher.graph.adjacency import adjacency
from matcher.recommend.kernels.choosing_plain import choose
from matcher.recommend.kernels.lists import Searcher
from matcher.recommend.kernels.pagerank import near_pushed
from matcher.recommend.kernels.pool import Buyers, Pool, Sites, Worth
from matcher.recommend.kernels.population import UNIT, Population, Recipe, Sparse
from matcher.recommend.kernels.shelves import LARGE


def partners() -> None:
    """One search over a few hundred firms that are all alike, for many and for one; one push along a deal."""
    searcher = Searcher.of(alike(LARGE + 1), ALIKE)
    searcher.best(np.arange(2), 3)
    searcher.answer(0, 3, searcher.scratch(3, 1))
    for compiled in (True, False):
        choose(*_one_place(), 3, compiled)
    near_pushed(adjacency((0, 1), (np.array([0]), np.array([1]), np.array([1.0]))), np.arange(2), 1)


def _one_place() -> tuple[Pool, Buyers, Worth]:
    """A few candidates of one house, and two of them who ask."""
    whole, known = np.zeros(4, dtype=np.int32), np.ones(4)
    sites = Sites(whole, whole - 1, np.zeros((4, 4), dtype=np.int64), known, known, known)
    few = np.arange(4, dtype=np.uint64)
    pool = Pool(sites, known / 2, few, np.zeros(5, dtype=np.int64), np.zeros(0, dtype=np.int64))
    asked = sites.take(np.arange(2))
    reach = np.zeros(2, dtype=np.int64)
    buyers = Buyers(asked, np.ones(2), few[:2].copy(), reach, np.ones((1, 1), dtype=np.bool_))
    half = np.float32(0.5)
    return pool, buyers, Worth(half, half, np.ones(4, dtype=np.float32), 1.0, 1.0, 1.0, half, 1.0)


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
