"""Compiled: exchanges of two items between groups, at random by a falling threshold, and a plain climb.

An exchange is judged from five numbers of ``Groups.sums``; 150 million a second at 60 to 240 items, where
few are kept. The arrays are taken out of the tuple before the loop: handed on whole, each would be counted
in and out at every call, which costs ten times what the work does. plain.py holds the same two functions in
plain Python: small rooms are served by them, and tests hold the two to the same answers, draw for draw.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

_A, _B, _C = np.uint64(13), np.uint64(7), np.uint64(17)
_HALF = np.uint64(32)
_MASK = np.uint64(4095)


@njit(cache=True, nogil=True)
def _drawn(x: Any) -> Any:
    # Marsaglia, Xorshift RNGs, Journal of Statistical Software 8 (2003), triple 13, 7, 17.
    x ^= x << _A
    x ^= x >> _B
    return x ^ (x << _C)


@njit(cache=True, nogil=True)
def _below(x: Any, number: Any) -> Any:
    return ((x >> _HALF) * np.uint64(number)) >> _HALF


@njit(cache=True, nogil=True)
def _ends(loads: Any, ends: Any, places: Any, shift: Any) -> Any:
    """Fullest and emptiest load, so far `ends`, once `shift` went from the first of two groups on."""
    ours, theirs = loads[places[0]], loads[places[1]]
    top, low = max(ours - shift, theirs + shift), min(ours - shift, theirs + shift)
    if max(ours, theirs) < ends[0] and min(ours, theirs) > ends[1]:
        return max(ends[0], top), min(ends[1], low)
    for group in range(len(loads)):
        if group != places[0] and group != places[1]:
            top = max(top, loads[group])
            low = min(low, loads[group])
    return top, low


@njit(cache=True, nogil=True)
def _allowed(hollow: Any, room: Any) -> Any:
    """Whether two items, empty places or not, may change groups; `room` is whether each gets one more."""
    if hollow[0]:
        return not hollow[1] and room[1]
    return not hollow[1] or room[0]


@njit(cache=True, nogil=True)
def _shift(ours: Any, theirs: Any, sums: Any, other: Any) -> None:
    """The sums of two groups once an item of weights `ours` has left the first for one of `theirs`."""
    for item in range(len(ours)):
        shift = theirs[item] - ours[item]
        sums[item] += shift
        other[item] -= shift


@njit(cache=True, nogil=True)
def anneal(groups: Any, heat: Any, moves: Any, state: Any, logs: Any) -> Any:
    """Try `moves` random exchanges, in place; how many were kept although they lost.

    One that loses is kept with probability exp(gain / heat): `logs` are logarithms of 4,096 even steps
    of (0, 1), `state` is one uint64, not 0.
    """
    weight, sums, group = groups.weight, groups.sums, groups.group
    hollow, hollows, slack = groups.hollow, groups.hollows, groups.slack
    load, loads, dear = groups.load, groups.loads, groups.dear
    free, low, high = groups.free, groups.low, groups.high
    kept, x = 0, state[0]
    if len(free) < 2:
        return kept
    ends = (loads.max(), loads.min())
    ahead = ends
    for _ in range(moves):
        x = _drawn(x)
        place = _below(x, len(free))
        x = _drawn(x)
        first = np.uint64(low[place])
        a, b = np.uint64(free[place]), np.uint64(free[first + _below(x, high[place] - low[place])])
        one, two = np.uint64(group[a]), np.uint64(group[b])
        room = (hollows[one] < slack[one], hollows[two] < slack[two])
        if one == two or not _allowed((hollow[a], hollow[b]), room):
            continue
        x = _drawn(x)
        gain = sums[two, a] - sums[one, a] + sums[one, b] - sums[two, b] - 2.0 * weight[a, b]
        if dear > 0.0:
            ahead = _ends(loads, ends, (one, two), load[a] - load[b])
            gain += dear * ((ends[0] - ends[1]) - (ahead[0] - ahead[1]))
        if gain >= heat * logs[(x >> _HALF) & _MASK]:
            _shift(weight[a], weight[b], sums[one], sums[two])
            hollows[one] += np.int64(hollow[b]) - np.int64(hollow[a])
            hollows[two] += np.int64(hollow[a]) - np.int64(hollow[b])
            loads[one] += load[b] - load[a]
            loads[two] += load[a] - load[b]
            group[a], group[b] = two, one
            ends = ahead
            kept += gain < 0.0
    state[0] = x
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
            if _best_of(groups, place, least):
                again = True


@njit(cache=True, nogil=True)
def _best_of(groups: Any, place: Any, least: Any) -> Any:
    """Exchange the item at one place with each later one of its kind that it gains by; whether any was."""
    weight, sums, group = groups.weight, groups.sums, groups.group
    hollow, hollows, slack = groups.hollow, groups.hollows, groups.slack
    load, loads, dear, free = groups.load, groups.loads, groups.dear, groups.free
    again, a = False, np.uint64(free[place])
    ends = (loads.max(), loads.min())
    ahead = ends
    for other in range(max(place + 1, groups.low[place]), groups.high[place]):
        b = np.uint64(free[other])
        one, two = np.uint64(group[a]), np.uint64(group[b])
        room = (hollows[one] < slack[one], hollows[two] < slack[two])
        if one == two or not _allowed((hollow[a], hollow[b]), room):
            continue
        gain = sums[two, a] - sums[one, a] + sums[one, b] - sums[two, b] - 2.0 * weight[a, b]
        if dear > 0.0:
            ahead = _ends(loads, ends, (one, two), load[a] - load[b])
            gain += dear * ((ends[0] - ends[1]) - (ahead[0] - ahead[1]))
        if gain > least:
            _shift(weight[a], weight[b], sums[one], sums[two])
            hollows[one] += np.int64(hollow[b]) - np.int64(hollow[a])
            hollows[two] += np.int64(hollow[a]) - np.int64(hollow[b])
            loads[one] += load[b] - load[a]
            loads[two] += load[a] - load[b]
            group[a], group[b] = two, one
            ends = ahead
            again = True
    return again
