"""Small populations with everything that can be unknown, tied or forbidden."""

from __future__ import annotations

import numpy as np

from matcher.graph.table import Array
from matcher.recommend.kernels.population import UNIT, Population, Recipe, Sparse, recipe

RECIPES = (
    {"flow": 0.36, "words": 0.34, "place": 0.12, "size": 0.08, "standing": 0.10},
    {"flow": 0.35, "words": 0.35, "place": 0.2, "size": 0.1, "standing": 0.0},
    {"flow": 0.0, "words": 1.0, "place": 0.0, "size": 0.0, "standing": 0.0},
    {"flow": 0.15, "words": 0.8, "place": 0.05, "size": 0.0, "standing": 0.0},
)


def a_recipe(number: int, full_cosine: float = 0.4) -> Recipe:
    return recipe(RECIPES[number], (1.0, 0.7, 0.4, 0.2), full_cosine, float(np.log(10.0)))


def sparse(rng: np.random.Generator, rows: int, columns: int, most: int) -> Sparse:
    """Rows of up to `most` entries with few distinct weights, so that ties are common."""
    lengths = rng.integers(0, min(most, columns) + 1, rows)
    indices = [np.sort(rng.choice(columns, length, replace=False)) for length in lengths]
    indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    data = rng.choice([UNIT // 5, UNIT // 4, UNIT // 3, UNIT // 2], indptr[-1]).astype(np.int32)
    flat = np.concatenate(indices) if len(indices) else np.zeros(0)
    return Sparse(indptr, flat.astype(np.int32), data)


def flows(rng: np.random.Generator, industries: int) -> Sparse:
    """Each industry's suppliers, the strongest first, none of strength zero."""
    rows = [rng.choice(industries, rng.integers(0, industries + 1), replace=False) for _ in range(industries)]
    values = [np.sort(rng.choice([UNIT // 5, UNIT // 2, UNIT], len(row)))[::-1] for row in rows]
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return Sparse(indptr, np.concatenate(rows).astype(np.int32), np.concatenate(values).astype(np.int32))


def places(rng: np.random.Generator, size: int) -> Array:
    """Buildings in streets in districts in cities; some firms tell only a part of it."""
    building = rng.integers(0, 24, size)
    levels = np.stack([building, building // 3, building // 6, building // 12])
    told = rng.integers(0, 6, size)
    levels[0, told == 0] = -1
    levels[:2, told == 1] = -1
    levels[:, told == 2] = -1
    # A building whose street is not known is a place of its own.
    return levels.astype(np.int32)


def a_population(seed: int, size: int, industries: int = 5, words: int = 30) -> Population:
    rng = np.random.default_rng(seed)
    streets = 8
    apart = sparse(rng, size, size, 2)
    return Population(
        industry=np.sort(rng.integers(-1, industries, size)).astype(np.int32),
        places=places(rng, size),
        size=rng.choice([-1, 8, 8, 20, 40, 127], size).astype(np.int32),
        standing=rng.choice([0, 0, UNIT // 3, UNIT], size).astype(np.int32),
        open=rng.random(size) < 0.9,
        group=rng.choice([-1, -1, -1, 0, 1], size).astype(np.int32),
        area=rng.choice([-1, -1, 0, 1], size).astype(np.int32),
        reach=rng.random((2, streets)) < 0.5,
        apart=(apart.indptr, apart.indices),
        offers=sparse(rng, size, words, 6),
        needs=sparse(rng, size, words, 4),
        flow=flows(rng, industries),
        words=words,
    )
