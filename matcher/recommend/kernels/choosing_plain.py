"""The reference: the best of a pool for one buyer after the other, in NumPy; and the choice between both."""

from __future__ import annotations

import numpy as np

from matcher.graph.table import Array
from matcher.recommend import ties
from matcher.recommend.kernels.pool import STEPS, UNKNOWN, Blocks, Buyers, Pool, Worth

Chosen = tuple[Array, Array, Array]


def choose(pool: Pool, buyers: Buyers, worth: Worth, k: int) -> Chosen:
    """int32 (buyers, k) rows, best first, int64 (buyers, k) values and int64 (buyers,) how many.

    A value is the score in steps, and behind it, in ties.BITS bits, what decides among equals.
    """
    found = _empty(len(buyers.seed), k)
    if len(pool.base) == 0:
        return found
    for buyer in range(len(buyers.seed)):
        rows, values = _best(pool, buyers, worth, buyer, k)
        found[0][buyer, : len(rows)], found[1][buyer, : len(rows)] = rows, values
        found[2][buyer] = len(rows)
    return found


def choose_compiled(ordered: tuple[Pool, Blocks], buyers: Buyers, worth: Worth, k: int) -> Chosen:
    """The same of a pool in order."""
    from matcher.recommend.kernels.asked import heap_of
    from matcher.recommend.kernels.choosing import choose_all

    found, (pool, blocks) = _empty(len(buyers.seed), k), ordered
    work = np.empty(len(blocks.begin) - 1), heap_of(k)
    choose_all(pool, blocks, buyers, worth, work, found)
    return found


def _empty(buyers: int, k: int) -> Chosen:
    rows = np.full((buyers, k), UNKNOWN, dtype=np.int32)
    return rows, np.zeros((buyers, k), dtype=np.int64), np.zeros(buyers, dtype=np.int64)


def _best(pool: Pool, buyers: Buyers, worth: Worth, buyer: int, k: int) -> tuple[Array, Array]:
    admitted = np.flatnonzero(_admitted(pool, buyers, buyer))
    total: Array = pool.base + worth.place * _place(pool, buyers, worth, buyer)
    total = total + worth.size * _size(pool, buyers, worth, buyer)
    steps = np.rint(np.minimum(total, 1.0) * STEPS)[admitted].astype(np.int64)
    if len(steps) > k:
        least = np.partition(steps, len(steps) - k)[len(steps) - k]
        admitted, steps = admitted[steps >= least], steps[steps >= least]
    digest = int(buyers.seed[buyer]).to_bytes(8, "little")
    hashes = ties.stirred(pool.key[admitted], digest).astype(np.int64)
    values = (steps << ties.BITS) + ((1 << ties.BITS) - 1 - hashes)
    rows = pool.sites.row[admitted]
    best = np.lexsort((rows, -values))[:k]
    return rows[best], values[best]


def _admitted(pool: Pool, buyers: Buyers, buyer: int) -> Array:
    allowed: Array = pool.sites.row != buyers.sites.row[buyer]
    allowed &= buyers.served[buyers.reach[buyer]][pool.serves]
    group = buyers.sites.group[buyer]
    if group >= 0:
        allowed &= pool.sites.group != group
    return allowed


def _place(pool: Pool, buyers: Buyers, worth: Worth, buyer: int) -> Array:
    """float32 (candidates,): as features.place."""
    theirs, mine = pool.sites.place, buyers.sites.place[:, buyer]
    found: Array = np.zeros(len(pool.base), dtype=np.float32)
    for level in (3, 2, 1):
        if mine[level] >= 0:
            found[theirs[level] == mine[level]] = worth.levels[level]
    north = (pool.sites.latitude - buyers.sites.latitude[buyer]) * worth.degree
    east = (pool.sites.longitude - buyers.sites.longitude[buyer]) * (worth.degree * buyers.shrink[buyer])
    near = worth.nearest * np.exp(-np.hypot(north, east) / worth.kilometres)
    found = np.maximum(found, np.nan_to_num(near, nan=0.0).astype(np.float32))
    if mine[0] >= 0:
        found[theirs[0] == mine[0]] = worth.levels[0]
    return found


def _size(pool: Pool, buyers: Buyers, worth: Worth, buyer: int) -> Array:
    """float32 (candidates,): as features.size."""
    own = buyers.sites.staff[buyer]
    distance = np.abs(np.log((pool.sites.staff + 1.0) / (own + 1.0)))
    fit: Array = np.nan_to_num(np.exp(-distance / worth.width), nan=float(worth.unknown)).astype(np.float32)
    return fit
