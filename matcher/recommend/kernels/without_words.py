"""The best by industry, place, size and standing alone, compiled: a floor for all that words may add to."""

from __future__ import annotations

from matcher.recommend.kernels.compiling import kernel
from matcher.recommend.kernels.finding import lower, lower_near
from matcher.recommend.kernels.population import UNIT
from matcher.recommend.kernels.scoring import SHIFT, floor_of, nearest, put, sized, still


@kernel
def without_words(index, worth, asked, scratch):
    """Fill scratch.free with the best firms of the branches asked for, as if nobody had said a word."""
    heap, best_size = scratch.free, max(worth.fit[0], worth.unknown) * worth.size
    near = nearest(worth, asked, 0)
    for at in range(len(asked.branches)):
        branch, flow = asked.branches[at], asked.flows[at] * worth.flow
        if ((flow + worth.place * near + best_size + worth.standing * UNIT) << SHIFT) < floor_of(heap):
            break  # the flows that follow are no greater
        most = flow + best_size + worth.standing * index.most[branch]
        if ((most + worth.place * near) << SHIFT) >= floor_of(heap):
            _rings(index, worth, asked, scratch.ring, branch)
            _branch(index, worth, asked, scratch, (flow, most))


@kernel
def _rings(index, worth, asked, ring, branch):
    """The branch's range of numbers, and in it that of each level of place that counts, one in the other."""
    first, last = index.start[branch], index.start[branch + 1]
    ring[4, 0], ring[4, 1] = first, last
    for level in range(3, -1, -1):
        if asked.low[level] < asked.high[level] and worth.near[level] > 0:
            first = lower(index.leaf, first, last, asked.low[level])
            last = lower_near(index.leaf, first, last, asked.high[level])
        ring[level, 0], ring[level, 1] = first, last


@kernel
def _branch(index, worth, asked, scratch, wanted):
    """Ring by ring: the building, the rest of its street, of the district, of the city, everywhere."""
    flow, most = wanted
    ring, heap = scratch.ring, scratch.free
    inner_first = inner_last = ring[4, 0]
    for level in range(5):
        near = 0 if level == 4 else worth.near[level]
        if level < 4 and (asked.low[level] >= asked.high[level] or near == 0):
            continue
        if ((most + worth.place * near) << SHIFT) < floor_of(heap):
            break  # farther away is no better
        outer_first, outer_last = ring[level, 0], ring[level, 1]
        around = (outer_first, outer_last, inner_first, inner_last)
        parts = flow + worth.place * near
        if level < 2 or not _shelf(index, worth, asked, heap, (level - 2, parts, around)):
            _scan(index, worth, asked, heap, (flow, around))
        if outer_last > outer_first:
            inner_first, inner_last = outer_first, outer_last


@kernel
def _scan(index, worth, asked, heap, wanted):
    """Every firm of a ring."""
    flow, (first, last, inner_first, inner_last) = wanted
    for number in range(first, last):
        if inner_first <= number and number < inner_last:
            continue
        score = (flow + still(index, worth, asked, number)) << SHIFT
        if score >= floor_of(heap):
            put(heap, index, asked, score, index.traits[number, 3])


@kernel
def _shelf(index, worth, asked, heap, wanted):
    """From the ring's shelf, best first; False where there is none or it did not reach down to the floor."""
    kind, parts, (first, last, inner_first, inner_last) = wanted
    if first >= last or index.shelf_of[kind, first] < 0:
        return False
    shelf = index.shelf[index.shelf_of[kind, first]]
    own = len(shelf) - 1 if asked.size < 0 else asked.size
    for name in shelf[own]:
        number = index.number[name]
        fitting = sized(worth, asked.size, index.traits[number, 1])
        weighed = worth.size * fitting + worth.standing * index.traits[number, 2]
        score = (parts + weighed) << SHIFT
        if score < floor_of(heap):
            return True
        if not (inner_first <= number and number < inner_last):
            put(heap, index, asked, score, name)
    # All on the shelf were good enough: what did not find room on it may be too. Start over, without doubles.
    return _tail(index, worth, asked, heap, (parts, score, name, wanted[2]))


@kernel
def _tail(index, worth, asked, heap, wanted):
    """The firms of a ring that stand behind the last one of its shelf."""
    parts, worst, worst_name, (first, last, inner_first, inner_last) = wanted
    for number in range(first, last):
        if inner_first <= number and number < inner_last:
            continue
        fitting = sized(worth, asked.size, index.traits[number, 1])
        score = (parts + worth.size * fitting + worth.standing * index.traits[number, 2]) << SHIFT
        name = index.traits[number, 3]
        if (score < worst or (score == worst and name > worst_name)) and score >= floor_of(heap):
            put(heap, index, asked, score, name)
    return True
