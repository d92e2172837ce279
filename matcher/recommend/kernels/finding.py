"""Where an entry stands, compiled: in ranked bits, and in ascending values."""

from __future__ import annotations

import numpy as np

from matcher.recommend.kernels.compiling import inlined, kernel

_ONE, _TWO, _FOUR, _TOP = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)
_PAIRS, _FOURS = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333)
_BYTES, _EACH = np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(0x0101010101010101)


@inlined
def ones(bits):
    """How many of 64 bits are set; LLVM makes one instruction of it."""
    bits = bits - ((bits >> _ONE) & _PAIRS)
    bits = (bits & _FOURS) + ((bits >> _TWO) & _FOURS)
    return np.int64((((bits + (bits >> _FOUR)) & _BYTES) * _EACH) >> _TOP)


@inlined
def has(ranked, row, column):
    """Whether the row has the column."""
    return (ranked.bits[row, column >> 6] >> np.uint64(column & 63)) & _ONE != np.uint64(0)


@inlined
def place_of(ranked, row, column):
    """Where the entry of a column that the row has stands among all entries."""
    below = (_ONE << np.uint64(column & 63)) - _ONE
    return ranked.before[row, column >> 6] + ones(ranked.bits[row, column >> 6] & below)


@kernel
def lower(values, first, last, wanted):
    """The first place of values[first:last] that is not below `wanted`."""
    while first < last:
        middle = (first + last) >> 1
        if values[middle] < wanted:
            first = middle + 1
        else:
            last = middle
    return first


@kernel
def lower_near(values, first, last, wanted):
    """As lower, in fewer steps where the place is near to `first`."""
    step = 1
    while first + step < last and values[first + step] < wanted:
        first += step
        step <<= 1
    return lower(values, first, min(first + step, last), wanted)
