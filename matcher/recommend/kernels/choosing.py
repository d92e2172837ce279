"""The best of a pool for each of many buyers, compiled. Same answers as choosing_plain."""

from __future__ import annotations

import math

import numpy as np

from matcher.recommend.kernels.compiling import entry, inlined, kernel, sources
from matcher.recommend.kernels.heap import behind, push, sink
from matcher.recommend.kernels.pool import STEPS
from matcher.recommend.ties import BITS, STIR

_MIX_1, _MIX_2 = np.uint64(STIR[0]), np.uint64(STIR[1])
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(64 - BITS))
_HASHES = np.int64((1 << BITS) - 1)
_SLACK = 1e-6  # of a bound: more than two ways to the same number can differ
_CLOSE = 0.25  # nearness from which a neighbourhood is looked at first


@kernel
def tie_of(key, seed):
    """As ties.stirred; lower is better, so it is turned round to stand behind the score in one number."""
    mixed = key ^ seed
    mixed = (mixed ^ (mixed >> _SHIFTS[0])) * _MIX_1
    mixed = (mixed ^ (mixed >> _SHIFTS[1])) * _MIX_2
    return _HASHES - np.int64((mixed ^ (mixed >> _SHIFTS[2])) >> _SHIFTS[3])


@kernel
def nearness_of(worth, north, east):
    """As features.place, of known coordinates: kilometres to the north and to the east."""
    return worth.nearest * math.exp(-math.hypot(north, east) / worth.kilometres)


@kernel
def level_of(place, mine, candidate, buyer):
    """The narrowest level of place that both share: 0 the building, 3 the city, 4 none."""
    for level in range(4):
        if mine[level, buyer] >= 0 and place[level, candidate] == mine[level, buyer]:
            return level
    return 4


@kernel
def fit_of(own, other, width):
    """float32: as features.size, of known sizes."""
    return np.float32(math.exp(-abs(math.log((other + 1.0) / (own + 1.0))) / width))


@kernel
def admits(pool, buyers, candidate, buyer):
    """Not itself, not of its owner group, serving its place."""
    if pool.sites.row[candidate] == buyers.sites.row[buyer]:
        return False
    group = buyers.sites.group[buyer]
    if group >= 0 and pool.sites.group[candidate] == group:
        return False
    return buyers.served[buyers.reach[buyer], pool.serves[candidate]]


@inlined
def _outside(value, least, most):
    """How far a value lies outside a range; 0 within it."""
    return max(least - value, value - most, 0.0)


@kernel
def _nearby(blocks, buyers, worth, at, buyer):
    """What place gives at most to a candidate of a neighbourhood who is not in the same building."""
    found, mine = 0.0, buyers.sites.place
    for level in range(1, 4):
        code = mine[level, buyer]
        if code >= 0 and blocks.low[level, at] <= code and code <= blocks.high[level, at]:
            found = float(worth.levels[level])
            break
    north = _outside(buyers.sites.latitude[buyer], blocks.north[0, at], blocks.north[1, at])
    east = _outside(buyers.sites.longitude[buyer], blocks.east[0, at], blocks.east[1, at])
    if not (north < 90.0 and east < 360.0):
        return found  # somebody's coordinates are unknown
    return max(found, nearness_of(worth, north * worth.degree, east * worth.degree * buyers.shrink[buyer]))


@kernel
def _read(pool, blocks, buyers, worth, work):
    """The candidates of a block who could reach the floor. What it reads stands in local names: a tuple of
    arrays that is handed on costs more than the score.
    """
    heap, near, (block, buyer, own) = work
    least = heap.scores[0] >> BITS if heap.held[0] == len(heap.scores) else np.int64(-1)
    floor = (float(least) - 0.5) / STEPS - _SLACK
    farthest = _reach(floor - blocks.base[block] - worth.place * near, worth.size, worth.width)
    told, base, place, mine = blocks.told, pool.base, pool.sites.place, buyers.sites.place
    latitude, longitude, staff = pool.sites.latitude, pool.sites.longitude, pool.sites.staff
    key, row, seed = pool.key, pool.sites.row, buyers.seed[buyer]
    levels, unknown, width = worth.levels, worth.unknown, worth.width
    degree, size, weight = worth.degree, worth.size, worth.place
    here_north, here_east = buyers.sites.latitude[buyer], buyers.sites.longitude[buyer]
    shrunk, staff_here = worth.degree * buyers.shrink[buyer], buyers.sites.staff[buyer]
    for candidate in range(blocks.first[block], blocks.first[block + 1]):
        away = abs(told[candidate] - own)
        if away > farthest:
            continue  # an unknown size is neither near nor far
        suits = unknown if math.isnan(away) else fit_of(staff_here, staff[candidate], width)
        shared = level_of(place, mine, candidate, buyer)
        nearness = levels[shared] if shared < 4 else np.float32(0.0)
        if shared > 0:
            north = (latitude[candidate] - here_north) * degree
            east = (longitude[candidate] - here_east) * shrunk
            missing = floor - base[candidate] - size * suits
            if weight * nearness < missing and not _within(worth, missing, north, east):
                continue
            if not math.isnan(north + east):
                nearby = np.float32(nearness_of(worth, north, east))
                nearness = nearby if nearby > nearness else nearness
        score = np.int64(np.rint(min(base[candidate] + weight * nearness + size * suits, 1.0) * STEPS))
        if score < least:
            continue
        value, name = (score << BITS) + tie_of(key[candidate], seed), row[candidate]
        full = heap.held[0] == len(heap.scores)
        if full and behind(value, name, heap.scores[0], heap.names[0]):
            continue
        if admits(pool, buyers, candidate, buyer):
            push(heap, value, name)


@inlined
def _reach(missing, weight, width):
    """From what distance on `weight * exp(-distance / width)` falls short of what is missing."""
    return math.inf if missing <= 0.0 else -math.log(missing / weight) * width + _SLACK


@kernel
def _within(worth, missing, north, east):
    """Whether so many kilometres are near enough to give what is missing."""
    farthest = _reach(missing, worth.place * worth.nearest, worth.kilometres)
    return farthest > 0.0 and north * north + east * east <= farthest * farthest


@kernel
def _worthwhile(heap, most):
    """Whether a score of so much at most could enter."""
    full = heap.held[0] == len(heap.scores)
    return not full or np.rint(min(most + _SLACK, 1.0) * STEPS) >= heap.scores[0] >> BITS


@kernel
def _look_around(blocks, buyers, worth, nearby, buyer):
    """What place gives at most in each neighbourhood."""
    for at in range(len(nearby)):
        nearby[at] = _nearby(blocks, buyers, worth, at, buyer)
    own = buyers.sites.place[0, buyer]
    if own >= 0 and own + 1 < len(blocks.house):
        for at in range(blocks.house[own], blocks.house[own + 1]):
            nearby[blocks.housed[at]] = worth.levels[0]


@kernel
def _choose(pool, blocks, buyers, worth, work, buyer):
    """Leave the best in the heap: those nearby first, then everywhere by base until nobody could enter."""
    nearby, heap = work
    own = math.log1p(buyers.sites.staff[buyer])
    _look_around(blocks, buyers, worth, nearby, buyer)
    for at in range(len(nearby)):
        if nearby[at] <= _CLOSE:
            continue
        most = worth.place * nearby[at] + worth.size
        for block in range(blocks.begin[at], blocks.begin[at + 1]):
            if not _worthwhile(heap, blocks.base[block] + most):
                break  # the base of those behind is no better
            _read(pool, blocks, buyers, worth, (heap, nearby[at], (block, buyer, own)))
    for block in blocks.by_base:
        near = nearby[blocks.of[block]]
        if not _worthwhile(heap, blocks.base[block] + worth.place * _CLOSE + worth.size):
            break
        if near <= _CLOSE and _worthwhile(heap, blocks.base[block] + worth.place * near + worth.size):
            _read(pool, blocks, buyers, worth, (heap, near, (block, buyer, own)))


@kernel
def _unload(heap, names, values):
    """Best first; returns how many."""
    size = heap.held[0]
    heap.held[0] = 0
    for at in range(size - 1, -1, -1):
        names[at], values[at] = heap.names[0], heap.scores[0]
        if at > 0:
            sink(heap.scores, heap.names, at, heap.scores[at], heap.names[at])
    return size


def _entries(version):
    @entry
    def choose_all(pool, blocks, buyers, worth, work, found):
        """For every buyer into found = (names (buyers, k), values (buyers, k), counts (buyers,))."""
        _ = version  # a part of the compiled copy's key
        names, values, counts = found
        for buyer in range(len(buyers.seed)):
            _choose(pool, blocks, buyers, worth, work, buyer)
            counts[buyer] = _unload(work[1], names[buyer], values[buyer])

    return choose_all


choose_all = _entries(sources())
