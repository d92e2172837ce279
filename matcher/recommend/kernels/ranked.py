"""Which columns a row has, one bit each, and where they stand: found by a look, not by halving.

A bit vector with ranks (Jacobson 1989): beside each 64 bits stands how many are set before them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matcher.graph.table import Array


class Ranked(NamedTuple):
    """uint64 and int32 (rows, columns / 64): bits, and how many entries stand before them."""

    bits: Array
    before: Array


def ranked_of(row: Array, column: Array, shape: tuple[int, int]) -> Ranked:
    """Of entries in order of (row, column), none twice; `shape` is (rows, columns)."""
    rows, width = shape[0], (shape[1] + 63) >> 6
    slot = row.astype(np.int64) * width + (column >> 6)
    bits = np.zeros(rows * width, dtype=np.uint64)
    before = np.zeros(rows * width, dtype=np.int32)
    if len(slot):
        first = np.flatnonzero(np.concatenate([[True], slot[1:] != slot[:-1]]))
        ones = np.uint64(1) << (column & 63).astype(np.uint64)
        bits[slot[first]] = np.bitwise_or.reduceat(ones, first)
        before[slot[first]] = first
    return Ranked(bits.reshape(rows, width), before.reshape(rows, width))
