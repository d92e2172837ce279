"""pipeline.rank and the count of all who may be listed, compiled, for many buyers at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matcher.graph.table import Array
from matcher.recommend.kernels.compiling import entry, kernel, sources
from matcher.recommend.kernels.heap import behind
from matcher.recommend.kernels.pairing import holds
from matcher.recommend.kernels.pool import STEPS
from matcher.recommend.ties import BITS


class Rules(NamedTuple):
    """Of a list: how many of the best are looked at, places of a building, of newcomers, how near these must
    come.
    """

    looked: int
    housed: int
    fresh: int
    near: float


class Traits(NamedTuple):
    """Of all firms, by row: owner group, building, whether nobody was shown it yet."""

    group: Array
    building: Array
    fresh: Array


class Order(NamedTuple):
    """Memory of one thread: those in question, best first, whether each is picked (1) or in reserve (2); by
    owner group and by building, when it was last seen, and how often.
    """

    rows: Array
    values: Array
    picked: Array
    owned: Array
    housed: Array
    taken: Array
    turn: Array


def order_of(size: int, groups: int, houses: int) -> Order:
    """Memory for orders of so many, of firms of so many owner groups and buildings."""
    rows, values, picked = np.empty(size, np.int64), np.empty(size, np.int64), np.zeros(size, np.int8)
    owned, housed, taken = (np.zeros(many, np.int64) for many in (groups, houses, houses))
    return Order(rows, values, picked, owned, housed, taken, np.zeros(1, np.int64))


@kernel
def _merged(chosen, extras, barred, buyer, order):
    """The best of the pool without those barred, and the extras, as one order; returns how many."""
    names, values, counts = chosen
    start, rows, worth = extras
    (apart, first, last), (walked, walked_rows) = barred
    at, other, size = 0, start[buyer], 0
    while True:
        while at < counts[buyer] and (
            holds(apart, first, last, names[buyer, at])
            or holds(walked_rows, walked[buyer], walked[buyer + 1], names[buyer, at])
        ):
            at += 1
        left, right = at < counts[buyer], other < start[buyer + 1]
        if not (left or right):
            return size
        if left and right:
            left = not behind(values[buyer, at], names[buyer, at], worth[other], rows[other])
        if left:
            order.rows[size], order.values[size] = names[buyer, at], values[buyer, at] >> BITS
            at += 1
        else:
            order.rows[size], order.values[size] = rows[other], worth[other] >> BITS
            other += 1
        size += 1


@kernel
def _first_of_its_owner(order, traits, row):
    """Whether nobody of its owner group came before in this turn."""
    group = traits.group[row]
    if group < 0:
        return True
    fresh = order.owned[group] != order.turn[0]
    order.owned[group] = order.turn[0]
    return fresh


@kernel
def _has_room(order, traits, row, most):
    """Whether fewer than `most` of its building were taken in this turn; if so it is one of them."""
    building = traits.building[row]
    if building < 0:
        return True
    if order.housed[building] != order.turn[0]:
        order.housed[building], order.taken[building] = order.turn[0], 0
    order.taken[building] += 1
    return order.taken[building] <= most


@kernel
def _spread(order, traits, size, n, most):
    """Mark at most `n` of the first `size`: one an owner group, at most `most` of a building while others are
    good enough. Returns how many.
    """
    order.turn[0] += 1
    chosen = 0
    for at in range(size):
        order.picked[at] = 0
    for at in range(size):
        if not _first_of_its_owner(order, traits, order.rows[at]):
            continue
        order.picked[at] = 1 if _has_room(order, traits, order.rows[at], most) else 2
        chosen += order.picked[at] == 1
        if chosen == n:
            break
    for at in range(size):
        if chosen < n and order.picked[at] == 2:
            order.picked[at] = 1
            chosen += 1
    return chosen


@kernel
def _listed(order, size, names, scores):
    """Write those picked, in order; returns how many."""
    count = 0
    for at in range(size):
        if order.picked[at] == 1:
            names[count], scores[count] = order.rows[at], order.values[at]
            count += 1
    return count


@kernel
def _owners(order, traits, names, count):
    """Mark the owner groups of a list as taken."""
    order.turn[0] += 1
    for at in range(count):
        group = traits.group[names[at]]
        if group >= 0:
            order.owned[group] = order.turn[0]


@kernel
def _drop(names, scores, count, at, name, score):
    """Take one out of a full list and put another at its end."""
    for place in range(at, count - 1):
        names[place], scores[place] = names[place + 1], scores[place + 1]
    names[count - 1], scores[count - 1] = name, score


@kernel
def _share(order, traits, rules, size, names, scores):
    """As newcomers.with_share: the weakest known give way to the best newcomers of a full list's order."""
    n, missing = len(names), rules.fresh
    for at in range(n):
        missing -= traits.fresh[names[at]]
    if missing <= 0:
        return
    _owners(order, traits, names, n)
    turn, place, came, new = order.turn[0], n - 1, 0, -1
    while came < missing:
        while place >= 0 and traits.fresh[names[place]]:
            place -= 1
        if place < 0:
            return
        new = _waiting(order, traits, size, new + 1, turn)
        if new >= size or order.values[new] / STEPS < rules.near * (scores[place] / STEPS):
            return
        group = traits.group[order.rows[new]]
        if group >= 0:
            order.owned[group] = turn
        _drop(names, scores, n, place, order.rows[new], order.values[new])
        came += 1
        place -= 1


@kernel
def _waiting(order, traits, size, at, turn):
    """The next newcomer of the order that is not listed, of no owner who is."""
    while at < size:
        group = traits.group[order.rows[at]]
        free = group < 0 or order.owned[group] != turn
        if free and order.picked[at] != 1 and traits.fresh[order.rows[at]]:
            return at
        at += 1
    return size


@kernel
def _rank(order, traits, rules, size, names, scores):
    """Write the list of one buyer; returns how many."""
    n, looked = len(names), min(size, rules.looked)
    count = _spread(order, traits, looked, n, rules.housed)
    if count < n and looked < size:
        count = _spread(order, traits, size, n, rules.housed)
        _listed(order, size, names, scores)
    else:
        _listed(order, looked, names, scores)
    if count == n:
        _share(order, traits, rules, looked, names, scores)
    return count


@kernel
def _ruled_out(buyers, buyer, traits, owners, grounded):
    """How many of those who have a ground and serve the buyer's place it may not meet: itself, those of its
    owner, those kept apart.
    """
    (apart, first, last), (start, members), (known, serves) = owners[0], owners[1], grounded
    own, group, reach, found = buyers.sites.row[buyer], buyers.sites.group[buyer], buyers.reach[buyer], 0
    if group < 0:
        found += known[own] and buyers.served[reach, serves[own]]
    else:
        for at in range(start[group], start[group + 1]):
            found += known[members[at]] and buyers.served[reach, serves[members[at]]]
    for at in range(first, last):
        row = apart[at]
        if row != own and (group < 0 or traits.group[row] != group):
            found += known[row] and buyers.served[reach, serves[row]]
    return found


def _entries(version):
    @entry
    def rank_all(buyers, sources, about, work, found):
        """found = (firms (buyers, n), scores, of): `of` comes as the count before anybody is ruled out,
        negative for who gets no list; a list that is short though candidates were left out is none, -1.
        """
        _ = version  # a part of the compiled copy's key
        chosen, extras, walked, apart = sources
        traits, owners, grounded, rules = about
        order, spare = work
        firms, scores, of = found
        for buyer in range(len(buyers.seed)):
            own = buyers.sites.row[buyer]
            first, last = apart.indptr[own], apart.indptr[own + 1]
            if of[buyer] < 0 or last - first > spare:
                of[buyer] = -1
                continue
            kept = apart.indices, first, last
            size = _merged(chosen, extras, (kept, walked), buyer, order)
            count = _rank(order, traits, rules, size, firms[buyer], scores[buyer])
            of[buyer] -= _ruled_out(buyers, buyer, traits, (kept, owners), grounded)
            if count < firms.shape[1] and chosen[2][buyer] == chosen[0].shape[1]:
                firms[buyer, :], scores[buyer, :], of[buyer] = -1, 0, -1

    return rank_all


rank_all = _entries(sources())
