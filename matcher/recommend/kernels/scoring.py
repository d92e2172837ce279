"""The score of one firm for one question, compiled; and who may be listed."""

from __future__ import annotations

from matcher.recommend.kernels.compiling import inlined, kernel
from matcher.recommend.kernels.heap import behind, push

SHIFT = 15  # of UNIT


@kernel
def admits(index, asked, name):
    """Not the buyer, not of its group, not kept apart from it, serving its street."""
    group, area = index.group[name], index.area[name]
    if name == asked.buyer or (group >= 0 and group == asked.group):
        return False
    if area >= 0 and asked.street >= 0 and not index.reach[area, asked.street]:
        return False
    for other in asked.apart:  # noqa: SIM110 (compiled)
        if other == name:
            return False
    return True


@inlined
def put(heap, index, asked, score, name):
    """Into the heap, if it is good enough and may be listed."""
    full = heap.held[0] == len(heap.scores)
    if (not full or not behind(score, name, heap.scores[0], heap.names[0])) and admits(index, asked, name):
        push(heap, score, name)


@inlined
def floor_of(heap):
    """What a score must at least be to enter; -1 while there is room."""
    return heap.scores[0] if heap.held[0] == len(heap.scores) else -1


@inlined
def sized(worth, own, other):
    """The fit of two sizes."""
    return worth.unknown if own < 0 or other < 0 else worth.fit[abs(own - other)]


@inlined
def placed(worth, asked, leaf):
    """The nearness of a place."""
    for level in range(4):
        if asked.low[level] <= leaf and leaf < asked.high[level]:
            return worth.near[level]
    return 0


@inlined
def nearest(worth, asked, narrowest):
    """The nearness of the narrowest level that is known of the asker, from a level on."""
    near = 0
    for level in range(3, narrowest - 1, -1):
        if asked.low[level] < asked.high[level]:
            near = worth.near[level]
    return near


@inlined
def still(index, worth, asked, number):
    """Place, size and standing of a firm, weighed."""
    traits = index.traits
    near = placed(worth, asked, traits[number, 0])
    fitting = sized(worth, asked.size, traits[number, 1])
    return worth.place * near + worth.size * fitting + worth.standing * traits[number, 2]


@inlined
def total(worth, parts, words):
    """The whole score of weighed parts and a sum of words."""
    return (parts << SHIFT) + worth.words * min(words, worth.full)


@kernel
def words_of(index, scratch, number):
    """The sum of words of one firm from its own row; the question's weights stand in scratch.asked."""
    found = 0
    for at in range(index.row_start[number], index.row_start[number + 1]):
        found += scratch.asked[index.row_term[at]] * index.row_weight[at]
    return found
