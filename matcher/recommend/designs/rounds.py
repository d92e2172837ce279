"""Rounds for `tables` x `seats` persons in which no two meet twice: as many as the known constructions give.

Persons are numbered layer by layer: person p is in layer p // tables, column p % tables. A round is an
array (tables x seats,) person -> table.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matcher.recommend.designs.rings import ring
from matcher.recommend.designs.starters import FOLDED, STARTERS

Ints = NDArray[np.int64]


@lru_cache(maxsize=256)
def rounds(tables: int, seats: int) -> Ints:
    """The most rounds that are known by construction, (number, tables x seats)."""
    if seats == 1 or tables == 1:
        return np.repeat(np.arange(tables), seats)[np.newaxis]
    found = [
        _through_layers(tables, seats),
        _round_robin(tables) if seats == 2 else _developed(tables, seats),
        _unfolded(tables, seats),
    ]
    return max(found, key=len)


@lru_cache(maxsize=256)
def layered(tables: int, seats: int) -> Ints:
    """Rounds in which each table takes one person of each layer, and layer 0 never moves."""
    column = np.tile(np.arange(tables), seats)
    layer = np.repeat(np.arange(seats), tables)
    steps = multipliers(tables, seats, tables)
    simple = np.asarray([(column + step * layer) % tables for step in steps])
    if tables < 2:
        return simple
    of = ring(tables)
    if seats > len(of.apart) or len(simple) >= len(of.apart):
        return simple
    places = np.asarray(of.apart)[layer]
    return np.asarray([of.add[column, of.times[step, places]] for step in of.apart])


def multipliers(tables: int, seats: int, most: int) -> list[int]:
    """Steps m, one a round, such that table (i + m j) mod tables never joins two persons twice.

    Persons (i, j) and (i', j') share a table in rounds m and m' only if (m - m')(j - j') is a multiple of
    `tables`; the list ends where no further step keeps all such products off it.
    """
    steps: list[int] = []
    for step in range(tables):
        if all((step - other) * d % tables for other in steps for d in range(1, seats)):
            steps.append(step)
        if len(steps) == most:
            break
    return steps


def _through_layers(tables: int, seats: int) -> Ints:
    """Transversal rounds; then, as nobody met within a layer, rounds of every layer for itself."""
    across = layered(tables, seats)
    if tables % seats:
        return across
    each = tables // seats
    inner = rounds(each, seats)
    within = [np.concatenate([one + layer * each for layer in range(seats)]) for one in inner]
    return np.concatenate([across, np.asarray(within)])


def _round_robin(tables: int) -> Ints:
    """Everybody meets everybody in pairs: the circle method, 2 x tables - 1 rounds."""
    n = 2 * tables
    found = np.empty((n - 1, n), dtype=np.int64)
    for turn in range(n - 1):
        found[turn, [n - 1, turn]] = 0
        for table in range(1, tables):
            found[turn, [(turn + table) % (n - 1), (turn - table) % (n - 1)]] = table
    return found


def _developed(tables: int, seats: int) -> Ints:
    """A base round turned by a cyclic group: see starters.py."""
    persons = tables * seats
    if (tables, seats) not in STARTERS:
        return np.empty((0, persons), dtype=np.int64)
    order, text = STARTERS[tables, seats]
    moving = persons // order * order
    found = []
    for base in text.split("/"):
        groups = [[int(person) for person in group.split()] for group in base.split(",")]
        for turn in range(order):
            row = np.empty(persons, dtype=np.int64)
            for table, group in enumerate(groups):
                row[[_turned(person, order, moving, turn) for person in group]] = table
            found.append(row)
    return np.asarray(found)


def _turned(person: int, order: int, moving: int, turn: int) -> int:
    if person >= moving:
        return person
    return person // order * order + (person % order + turn) % order


def _unfolded(tables: int, seats: int) -> Ints:
    """Base rounds moved by all sums of bits: see starters.py."""
    persons = tables * seats
    if (tables, seats) not in FOLDED:
        return np.empty((0, persons), dtype=np.int64)
    order, text = FOLDED[tables, seats]
    found: dict[frozenset[frozenset[int]], None] = {}
    for base in text.split("/"):
        keeping, _, groups = base.partition(":")
        kept = _sums([int(move) for move in keeping.split()])
        first = [[int(person) for person in group.split()] for group in groups.split(",")]
        whole = {frozenset(person ^ move for person in group) for group in first for move in kept}
        for move in range(order):
            found[frozenset(frozenset(person ^ move for person in group) for group in whole)] = None
    rows = np.empty((len(found), persons), dtype=np.int64)
    for row, groups_of in zip(rows, found, strict=True):
        for table, group in enumerate(sorted(groups_of, key=sorted)):
            row[sorted(group)] = table
    return rows


def _sums(moves: list[int]) -> set[int]:
    found = {0}
    for move in moves:
        found |= {move ^ other for other in found}
    return found
