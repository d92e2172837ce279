"""Where the search for a seating begins: a construction in which nobody meets twice, where one is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def multipliers(tables: int, seats: int, rounds: int) -> list[int]:
    """Steps m, one a round, such that table (i + m j) mod tables never joins two guests twice.

    Guests (i, j) and (i', j') share a table in rounds m and m' only if (m - m')(j - j') is a multiple of
    `tables`; the list ends where no further step keeps all such products off it. For a prime number of
    tables not below the seats there are as many rounds as tables.
    """
    steps: list[int] = []
    for step in range(tables):
        apart = all((step - other) * d % tables for other in steps for d in range(1, seats))
        if apart:
            steps.append(step)
        if len(steps) == rounds:
            break
    return steps


def start(shape: tuple[int, int, int], order: Ints, rng: np.random.Generator) -> Ints:
    """Item -> table for each round, shape (rounds, tables x seats); `shape` is (tables, seats, rounds).

    `order` ranks the items: the first `tables` of them (hosts) stay at tables 0, 1, ... in every round of
    the construction, the last ones (empty seats) are spread one a table. Rounds past the construction
    shuffle everybody but the first `tables`.
    """
    tables, seats, rounds = shape
    place = np.empty(tables * seats, dtype=np.int64)
    place[order] = np.arange(tables * seats)
    column, layer = place % tables, place // tables
    steps = multipliers(tables, seats, rounds)
    result = np.empty((rounds, tables * seats), dtype=np.int64)
    for turn in range(rounds):
        if turn < len(steps):
            result[turn] = (column + steps[turn] * layer) % tables
        else:
            result[turn] = _shuffled(column, layer, tables, rng)
    return result


def _shuffled(column: Ints, layer: Ints, tables: int, rng: np.random.Generator) -> Ints:
    # Layer by layer, so that hosts and empty seats stay spread one a table.
    spread = column.copy()
    for one in range(1, int(layer.max()) + 1):
        spread[layer == one] = rng.permutation(tables)[column[layer == one]]
    return spread
