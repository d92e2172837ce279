"""Compiled: exchanges of two items between groups, at random by a falling threshold, and a plain climb.

An exchange is judged from five numbers of ``Groups.sums``; 50 to 100 million a second at 60 to 240 items.
plain.py holds the same two functions in plain Python: small rooms are served by them, and tests hold the
two to the same answers, draw for draw.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

_A, _B, _C = np.uint64(13), np.uint64(7), np.uint64(17)
_HALF = np.uint64(32)
_MASK = np.uint64(4095)


@njit(cache=True, nogil=True)
def _draw(state: Any) -> Any:
    # Marsaglia, Xorshift RNGs, Journal of Statistical Software 8 (2003), triple 13, 7, 17.
    x = state[0]
    x ^= x << _A
    x ^= x >> _B
    x ^= x << _C
    state[0] = x
    return x


@njit(cache=True, nogil=True)
def _below(state: Any, number: Any) -> Any:
    return np.int64(((_draw(state) >> _HALF) * np.uint64(number)) >> _HALF)


@njit(cache=True, nogil=True)
def _spread(loads: Any, one: Any, two: Any, shift: Any) -> Any:
    """Fullest less emptiest load once `shift` went from group `one` to group `two`."""
    top, low = -np.inf, np.inf
    for group in range(len(loads)):
        load = loads[group]
        if group == one:
            load -= shift
        elif group == two:
            load += shift
        top = max(top, load)
        low = min(low, load)
    return top - low


@njit(cache=True, nogil=True)
def _allowed(groups: Any, a: Any, b: Any) -> Any:
    """Whether two items sit apart and neither group would get more empty places than it may have."""
    one, two = groups.group[a], groups.group[b]
    if one == two:
        return False
    if groups.hollow[a] == groups.hollow[b]:
        return not groups.hollow[a]
    if groups.hollow[a]:
        return groups.hollows[two] < groups.slack[two]
    return groups.hollows[one] < groups.slack[one]


@njit(cache=True, nogil=True)
def _gain(groups: Any, a: Any, b: Any) -> Any:
    one, two = groups.group[a], groups.group[b]
    sums = groups.sums
    gain = sums[two, a] - sums[one, a] + sums[one, b] - sums[two, b] - 2.0 * groups.weight[a, b]
    if groups.dear > 0.0:
        shift = groups.load[a] - groups.load[b]
        before = _spread(groups.loads, one, two, 0.0)
        gain += groups.dear * (before - _spread(groups.loads, one, two, shift))
    return gain


@njit(cache=True, nogil=True)
def _exchange(groups: Any, a: Any, b: Any) -> None:
    one, two = groups.group[a], groups.group[b]
    for item in range(len(groups.group)):
        shift = groups.weight[b, item] - groups.weight[a, item]
        groups.sums[one, item] += shift
        groups.sums[two, item] -= shift
    hollow = np.int64(groups.hollow[b]) - np.int64(groups.hollow[a])
    groups.hollows[one] += hollow
    groups.hollows[two] -= hollow
    load = groups.load[b] - groups.load[a]
    groups.loads[one] += load
    groups.loads[two] -= load
    groups.group[a], groups.group[b] = two, one


@njit(cache=True, nogil=True)
def anneal(groups: Any, heat: Any, moves: Any, state: Any, logs: Any) -> Any:
    """Try `moves` random exchanges, in place; how many were kept although they lost.

    One that loses is kept with probability exp(gain / heat): `logs` are logarithms of 4,096 even steps
    of (0, 1), `state` is one uint64, not 0.
    """
    kept = 0
    if len(groups.free) < 2:
        return kept
    for _ in range(moves):
        place = _below(state, len(groups.free))
        low = groups.low[place]
        a, b = groups.free[place], groups.free[low + _below(state, groups.high[place] - low)]
        if _allowed(groups, a, b):
            threshold = heat * logs[np.int64((_draw(state) >> _HALF) & _MASK)]
            gain = _gain(groups, a, b)
            if gain >= threshold:
                _exchange(groups, a, b)
                kept += gain < 0.0
    return kept


@njit(cache=True, nogil=True)
def climb(groups: Any, least: Any, sweeps: Any) -> None:
    """Exchange, in place and in order, every two items that gain more than `least` by it, until none does.

    At most `sweeps` times over all pairs, where that is above 0.
    """
    again, swept = True, 0
    while again and (sweeps <= 0 or swept < sweeps):
        again = False
        swept += 1
        for place in range(len(groups.free)):
            for other in range(max(place + 1, groups.low[place]), groups.high[place]):
                a, b = groups.free[place], groups.free[other]
                if _allowed(groups, a, b) and _gain(groups, a, b) > least:
                    _exchange(groups, a, b)
                    again = True
