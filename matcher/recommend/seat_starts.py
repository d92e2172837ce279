"""Where the search for a seating begins: a construction in which nobody meets twice, where one is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.recommend.designs.rounds import layered
from matcher.recommend.designs.rounds import rounds as most_rounds

Ints = NDArray[np.int64]


def start(shape: tuple[int, int, int], order: Ints, hosted: bool, rng: np.random.Generator) -> Ints:
    """Item -> table for each round, shape (rounds, tables x seats); `shape` is (tables, seats, rounds).

    `order` ranks the items: where `hosted`, the first `tables` of them stay at tables 0, 1, ... in every
    round. The last ones (empty seats) are spread one a table as far as the construction goes by layers;
    a denser one, which does not keep to them, is taken where more rounds are asked for. Rounds past the
    construction shuffle everybody but the first `tables`.
    """
    tables, seats, number = shape
    design = layered(tables, seats)
    if len(design) < number and not hosted:
        design = max(design, most_rounds(tables, seats), key=len)
    place = np.empty(tables * seats, dtype=np.int64)
    place[order] = np.arange(tables * seats)
    result = np.empty((number, tables * seats), dtype=np.int64)
    for turn in range(number):
        row = design[turn] if turn < len(design) else _shuffled(tables, seats, rng)
        result[turn] = row[place]
    return result


def _shuffled(tables: int, seats: int, rng: np.random.Generator) -> Ints:
    # Layer by layer, so that hosts and empty seats stay spread one a table.
    layers = [np.arange(tables), *(rng.permutation(tables) for _ in range(seats - 1))]
    return np.concatenate(layers)
