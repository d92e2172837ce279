"""The two functions of kernel.py in plain Python: for small rooms, and what the compiled ones must equal."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.recommend.grouping.groups import Floats, Groups

_WORD: Final = 2**64 - 1


def anneal(groups: Groups, heat: float, moves: int, state: NDArray[np.uint64], logs: Floats) -> int:
    """Try `moves` random exchanges, in place; how many were kept although they lost. See kernel.anneal."""
    kept, x = 0, int(state[0])
    free, low, high = groups.free.tolist(), groups.low.tolist(), groups.high.tolist()
    for _ in range(moves if len(free) >= 2 else 0):
        x = _drawn(x)
        place = ((x >> 32) * len(free)) >> 32
        x = _drawn(x)
        a, b = free[place], free[low[place] + (((x >> 32) * (high[place] - low[place])) >> 32)]
        if _allowed(groups, a, b):
            x = _drawn(x)
            gain = _gain(groups, a, b)
            if gain >= heat * logs[(x >> 32) & 4095]:
                _exchange(groups, a, b)
                kept += gain < 0.0
    state[0] = x
    return kept


def climb(groups: Groups, least: float, sweeps: int) -> None:
    """Exchange, in place and in order, every two items that gain by it, until none does. See kernel.climb."""
    again, swept = True, 0
    while again and (sweeps <= 0 or swept < sweeps):
        again = False
        swept += 1
        for place, a in enumerate(groups.free.tolist()):
            for b in groups.free[max(place + 1, groups.low[place]) : groups.high[place]].tolist():
                if _allowed(groups, a, b) and _gain(groups, a, b) > least:
                    _exchange(groups, a, b)
                    again = True


def _drawn(x: int) -> int:
    x ^= (x << 13) & _WORD
    x ^= x >> 7
    return x ^ ((x << 17) & _WORD)


def _allowed(groups: Groups, a: int, b: int) -> bool:
    one, two = groups.group[a], groups.group[b]
    if one == two:
        return False
    if groups.hollow[a] == groups.hollow[b]:
        return not groups.hollow[a]
    gains_empty = two if groups.hollow[a] else one
    return bool(groups.hollows[gains_empty] < groups.slack[gains_empty])


def _gain(groups: Groups, a: int, b: int) -> float:
    one, two, sums = groups.group[a], groups.group[b], groups.sums
    gain = sums[two, a] - sums[one, a] + sums[one, b] - sums[two, b] - 2.0 * groups.weight[a, b]
    if groups.dear > 0.0:
        loads = groups.loads.copy()
        before = loads.max() - loads.min()
        shift = groups.load[a] - groups.load[b]
        loads[one] -= shift
        loads[two] += shift
        gain += groups.dear * (before - (loads.max() - loads.min()))
    return float(gain)


def _exchange(groups: Groups, a: int, b: int) -> None:
    one, two = groups.group[a], groups.group[b]
    shift = groups.weight[b] - groups.weight[a]
    groups.sums[one] += shift
    groups.sums[two] -= shift
    hollow = int(groups.hollow[b]) - int(groups.hollow[a])
    groups.hollows[one] += hollow
    groups.hollows[two] -= hollow
    load = groups.load[b] - groups.load[a]
    groups.loads[one] += load
    groups.loads[two] -= load
    groups.group[a], groups.group[b] = two, one
