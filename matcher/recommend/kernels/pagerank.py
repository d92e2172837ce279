"""Personalised PageRank of many seeds: whom a firm's dealings lead to, nearest and best joined first.

`near_plain` iterates whole vectors (the reference, exact to its tolerance); `near_pushed` pushes only what is
left over, from the seed outwards (Andersen, Chung and Lang 2006), touching some hundred nodes a seed.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from matcher.graph.adjacency import Adjacency
from matcher.graph.table import Array
from matcher.recommend.kernels.lists import SMALL
from matcher.recommend.kernels.plain import Lists
from matcher.recommend.kernels.population import NOBODY

DAMPING: Final = 0.85
LEFT: Final = 1e-4  # what may be left unpushed on a node, a neighbour of it
AT_ONCE: Final = 64  # seeds of one dense product


def near(arrays: Adjacency, seeds: Array, k: int) -> Lists:
    """The `k` nodes with the highest rank seen from each seed, itself left out.

    int32 (seeds, k) positions, NOBODY past the end, and float32 ranks; ties go to the lower position.
    """
    return near_plain(arrays, seeds, k) if len(arrays) <= SMALL else near_pushed(arrays, seeds, k)


def near_plain(arrays: Adjacency, seeds: Array, k: int, tolerance: float = 1e-10) -> Lists:
    """By power iteration over the sparse rows; a seed without neighbours leads nowhere."""
    parts = [seeds[start : start + AT_ONCE] for start in range(0, len(seeds), AT_ONCE)]
    ids = np.full((len(seeds), k), NOBODY, dtype=np.int32)
    ranks = np.zeros((len(seeds), k), dtype=np.float32)
    row = 0
    for part in parts:
        for seed, column in zip(part.tolist(), _iterated(arrays, part, tolerance).T, strict=True):
            column[seed] = 0.0
            found = np.flatnonzero(column > 0)
            chosen = found[np.argsort(-column[found], kind="stable")[:k]]
            ids[row, : len(chosen)], ranks[row, : len(chosen)] = chosen, column[chosen]
            row += 1
    return ids, ranks


def _iterated(arrays: Adjacency, seeds: Array, tolerance: float) -> Array:
    """float64 (n, seeds)."""
    home = np.zeros((len(arrays), len(seeds)))
    home[seeds, np.arange(len(seeds))] = 1.0
    ends = arrays.strengths == 0
    shares = np.where(ends, 1.0, arrays.strengths)[:, None]
    ranks: Array = home
    while True:
        before = ranks
        ranks = DAMPING * (arrays.matrix @ (before / shares)) + (1 - DAMPING) * home
        ranks += DAMPING * before[ends].sum(axis=0) * home
        if np.abs(ranks - before).sum(axis=0).max() < tolerance:
            return ranks


def near_pushed(arrays: Adjacency, seeds: Array, k: int, left: float = LEFT) -> Lists:
    """By pushing until no node holds `left` or more for each of its neighbours; holds no lock.

    What is left over is counted where it lies, which ranks better than leaving it out.
    """
    from matcher.recommend.kernels.heap import Heap
    from matcher.recommend.kernels.pushing import push_many

    ids = np.full((len(seeds), k), NOBODY, dtype=np.int32)
    ranks = np.zeros((len(seeds), k), dtype=np.float32)
    heap = Heap(np.zeros(k, np.float64), np.zeros(k, np.int32), np.zeros(1, np.int64))
    walk = arrays.edges.indptr, arrays.edges.indices, arrays.edges.data, arrays.strengths
    limits = (DAMPING, left)
    push_many(walk, np.asarray(seeds, dtype=np.int64), limits, (heap, memory(len(arrays))), (ids, ranks))
    return ids, ranks


def memory(nodes: int) -> tuple[Any, ...]:
    """Rank and left-over of each node, which are waiting, the ring of those waiting, and those touched."""
    floats = [np.zeros(nodes) for _ in range(2)]
    return (*floats, np.zeros(nodes, np.bool_), np.zeros(nodes + 1, np.int32), np.zeros(nodes, np.int32))
