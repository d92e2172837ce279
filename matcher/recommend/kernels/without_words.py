"""The best by industry, place, size and standing alone, compiled: a floor for all that words may add to."""

from __future__ import annotations

from matcher.recommend.kernels.compiling import kernel
from matcher.recommend.kernels.population import UNIT
from matcher.recommend.kernels.scoring import SHIFT, floor_of, lower, put, sized, still


@kernel
def without_words(index, worth, asked, heap):
    """Fill `heap` with the best firms of the branches asked for, as if nobody had said a word."""
    best_size = max(worth.fit[0], worth.unknown) * worth.size
    for at in range(len(asked.branches)):
        branch, flow = asked.branches[at], asked.flows[at] * worth.flow
        if ((flow + worth.place * worth.near[0] + best_size + worth.standing * UNIT) << SHIFT) < floor_of(
            heap
        ):
            break  # the flows that follow are no greater
        most = flow + best_size + worth.standing * index.most[branch]
        _branch(index, worth, asked, heap, (branch, flow, most))


@kernel
def _branch(index, worth, asked, heap, wanted):
    """Ring by ring: the street with the building in it, the district, the city, everywhere."""
    branch, flow, most = wanted
    first, last = index.start[branch], index.start[branch + 1]
    inner_first = inner_last = first
    for level in range(5):
        near = 0 if level == 4 else worth.near[level]
        outer_first, outer_last = first, last
        if level < 4:
            if asked.low[level] >= asked.high[level]:
                continue
            outer_first = lower(index.leaf, first, last, asked.low[level])
            outer_last = lower(index.leaf, outer_first, last, asked.high[level])
        if ((most + worth.place * near) << SHIFT) >= floor_of(heap):
            ring = (outer_first, outer_last, inner_first, inner_last)
            if level < 2 or not _shelf(
                index, worth, asked, heap, (level - 2, flow + worth.place * near, ring)
            ):
                _scan(index, worth, asked, heap, (flow, ring))
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
