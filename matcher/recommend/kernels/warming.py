"""Compiles the kernels of partners on a tiny world, with the types of production."""

from __future__ import annotations

import numpy as np

from matcher.graph.adjacency import adjacency
from matcher.graph.graph import Lists
from matcher.recommend.kernels.choosing_plain import choose_compiled
from matcher.recommend.kernels.lists import Searcher
from matcher.recommend.kernels.pagerank import near_pushed
from matcher.recommend.kernels.pairing import pair_all
from matcher.recommend.kernels.pool import Buyers, Pool, Sites, Worth, blocks_of, in_order
from matcher.recommend.kernels.population import UNIT, Population, Recipe, Sparse
from matcher.recommend.kernels.ranking import Rules, Traits, order_of, rank_all
from matcher.recommend.kernels.shelves import LARGE
from matcher.recommend.kernels.walking import Edges, walked


def partners() -> None:
    """One search over a few hundred firms that are all alike, for many and for one; one push along a deal;
    lists of two firms.
    """
    searcher = Searcher.of(alike(LARGE + 1), ALIKE)
    searcher.best(np.arange(2), 3)
    searcher.answer(0, 3, searcher.scratch(3, 1))
    near_pushed(adjacency((0, 1), (np.array([0]), np.array([1]), np.array([1.0]))), np.arange(2), 1)
    listed()


def listed() -> Lists:
    """Those of two of four firms of one house, one of whom bought from the last."""
    pool, buyers, worth = _one_place()
    found, everyone, apart = Lists.none(2), np.ones(4, dtype=np.bool_), _edges([0, 0, 0, 0, 0], [])
    chosen = choose_compiled((in_order(pool), blocks_of(in_order(pool))), buyers, worth, 3)
    met = walked(_edges([0, 1, 1, 1, 1], [3]), _edges([0, 0, 0, 0, 1], [0]), np.arange(2))
    extras = met.start, met.rows, np.empty(len(met.rows), dtype=np.int64)
    pair_all(pool, buyers, worth, apart, (met.start, met.rows, met.values, extras[2]))
    traits = Traits(pool.sites.group, pool.sites.place[0].copy(), everyone)
    about = traits, (np.zeros(1, dtype=np.int64), np.arange(0)), (everyone, pool.serves), Rules(3, 2, 1, 0.5)
    found.of[:] = 4
    rank_all(buyers, (chosen, extras, (met.start, met.rows), apart), about, (order_of(9, 1, 1), 1), found)
    return found


def _edges(indptr: list[int], indices: list[int]) -> Edges:
    return Edges(np.array(indptr, dtype=np.int64), np.array(indices, dtype=np.int32))


def _one_place() -> tuple[Pool, Buyers, Worth]:
    """A few candidates of one house, and two of them who ask."""
    whole, known = np.zeros(4, dtype=np.int32), np.ones(4)
    sites = Sites(
        np.arange(4, dtype=np.int32), whole - 1, np.zeros((4, 4), dtype=np.int64), known, known, known
    )
    few = np.arange(4, dtype=np.uint64)
    pool = Pool(sites, known / 2, few, whole)
    reach = np.zeros(2, dtype=np.int64)
    asked = sites.take(np.arange(2))
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
