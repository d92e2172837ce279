"""The scores of given pairs of buyer and candidate, for those whose shared score is not their division's."""

from __future__ import annotations

import math

import numpy as np

from matcher.recommend.kernels.choosing import admits, fit_of, level_of, nearness_of, tie_of
from matcher.recommend.kernels.compiling import entry, kernel, sources
from matcher.recommend.kernels.pool import STEPS
from matcher.recommend.ties import BITS

REFUSED = -1


@kernel
def holds(columns, first, last, wanted):
    """Whether a column is among those of an ascending row."""
    while first < last:
        middle = (first + last) >> 1
        if columns[middle] < wanted:
            first = middle + 1
        elif columns[middle] > wanted:
            last = middle
        else:
            return True
    return False


@kernel
def _value(whole, buyers, worth, pair):
    """As choosing: the score in steps, and behind it what decides among equals."""
    candidate, buyer, base = pair
    sites, mine = whole.sites, buyers.sites
    away = abs(sites.staff[candidate] - mine.staff[buyer])
    suits = (
        worth.unknown if math.isnan(away) else fit_of(mine.staff[buyer], sites.staff[candidate], worth.width)
    )
    shared = level_of(sites.place, mine.place, candidate, buyer)
    nearness = worth.levels[shared] if shared < 4 else np.float32(0.0)
    if shared > 0:
        north = (sites.latitude[candidate] - mine.latitude[buyer]) * worth.degree
        east = (sites.longitude[candidate] - mine.longitude[buyer]) * (worth.degree * buyers.shrink[buyer])
        nearby = np.float32(nearness_of(worth, north, east))
        nearness = nearby if nearby > nearness else nearness  # NaN is not greater
    total = min(base + worth.place * nearness + worth.size * suits, 1.0)
    return (np.int64(np.rint(total * STEPS)) << BITS) + tie_of(whole.key[candidate], buyers.seed[buyer])


def _entries(version):
    @entry
    def pair_all(whole, buyers, worth, apart, pairs):
        """pairs = (start (buyers + 1,), rows, shared scores, values): write the values, REFUSED for who may
        not be listed; a shared score of NaN is no ground. `whole` has all firms, by row.
        """
        _ = version  # a part of the compiled copy's key
        start, rows, base, values = pairs
        for buyer in range(len(buyers.seed)):
            own = buyers.sites.row[buyer]
            first, last = apart.indptr[own], apart.indptr[own + 1]
            for at in range(start[buyer], start[buyer + 1]):
                values[at] = REFUSED
                if math.isnan(base[at]) or not admits(whole, buyers, rows[at], buyer):
                    continue
                if not holds(apart.indices, first, last, rows[at]):
                    values[at] = _value(whole, buyers, worth, (rows[at], buyer, base[at]))

    return pair_all


pair_all = _entries(sources())
