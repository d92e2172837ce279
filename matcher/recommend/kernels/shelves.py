"""Shelves: of each large range of firms the best by size and standing, once for every size of a buyer."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from matcher.graph.table import Array
from matcher.recommend.kernels.population import LEVELS, MOST_SIZE, Recipe

LARGE: Final = 256  # a smaller range is read whole
SHELF: Final = 32  # firms on a shelf
SIZES: Final = MOST_SIZE + 2  # the last shelf is for a buyer of unknown size
BROAD: Final = (2, 3, LEVELS)  # district, city, everywhere


def shelves(
    recipe: Recipe, start: Array, placed: tuple[Array, Any], size: Array, standing: Array, name: Array
) -> tuple[Array, Array]:
    """(shelf_of, shelf): int32 (3, n) row of the range that begins at a number, -1 for none; int32
    (rows, SIZES, SHELF) positions, best first.
    """
    leaf, leaves = placed
    ranges: list[tuple[int, int]] = []
    shelf_of = np.full((len(BROAD), len(leaf)), -1, dtype=np.int32)
    for at, level in enumerate(BROAD):
        for first, last in zip(*_large(start, leaf, leaves, level), strict=True):
            shelf_of[at, first] = len(ranges)
            ranges.append((first, last))
    shelf = np.full((len(ranges), SIZES, SHELF), -1, dtype=np.int32)
    if ranges:
        from matcher.recommend.kernels.asked import heap_of
        from matcher.recommend.kernels.shelving import fill

        worth = np.array([recipe.size, recipe.standing, recipe.unknown_size], dtype=np.int64)
        bounds = np.array(ranges, dtype=np.int64)
        fit = np.asarray(recipe.fit, dtype=np.int64)
        fill(bounds, (worth, fit), (size, standing, name), heap_of(SHELF), shelf)
    return shelf_of, shelf


def _large(start: Array, leaf: Array, leaves: Any, level: int) -> tuple[list[int], list[int]]:
    """Ranges of one industry and one place of a level that hold more than LARGE firms."""
    industry = np.repeat(np.arange(len(start) - 1), np.diff(start))
    if level == LEVELS:
        place, known = np.zeros(len(leaf), dtype=np.int64), np.ones(len(leaf), dtype=np.bool_)
    else:
        place = leaves.low[level][leaf].astype(np.int64)
        known = leaves.high[level][leaf] > place
    key = industry * (int(place.max(initial=0)) + 1) + place
    first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else key
    last = np.append(first[1:], len(key)) if len(key) else key
    large = (last - first > LARGE) & known[first] if len(key) else np.zeros(0, dtype=np.bool_)
    return first[large].tolist(), last[large].tolist()
