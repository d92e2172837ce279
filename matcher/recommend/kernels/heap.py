"""The best so far: a heap of at most `k` (score, name), the worst on top. Higher first, then lower name."""

from __future__ import annotations

from typing import NamedTuple

from matcher.graph.table import Array
from matcher.recommend.kernels.compiling import inlined, kernel


class Heap(NamedTuple):
    """int64 (k,) scores, int32 (k,) names, int64 (1,) how many there are."""

    scores: Array
    names: Array
    held: Array


@inlined
def behind(score, name, other_score, other_name):
    """Whether the first stands behind the second."""
    return score < other_score or (score == other_score and name > other_name)


@kernel
def push(heap, score, name):
    """Take one in; when full, in place of the worst. The caller knows that it is not behind the worst."""
    scores, names, held = heap
    if held[0] < len(scores):
        at = held[0]
        held[0] += 1
        while at > 0 and behind(score, name, scores[(at - 1) >> 1], names[(at - 1) >> 1]):
            scores[at], names[at] = scores[(at - 1) >> 1], names[(at - 1) >> 1]
            at = (at - 1) >> 1
        scores[at], names[at] = score, name
    else:
        sink(scores, names, len(scores), score, name)


@kernel
def sink(scores, names, size, score, name):
    """Put one in the top's place and let it find its own among the first `size`."""
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and behind(scores[child + 1], names[child + 1], scores[child], names[child]):
            child += 1
        if not behind(scores[child], names[child], score, name):
            break
        scores[at], names[at] = scores[child], names[child]
        at = child
    scores[at], names[at] = score, name


@kernel
def unload(heap, names, scores, scale):
    """Write the best first into `names` and `scores` (as shares of `scale`), and empty the heap."""
    size = heap.held[0]
    heap.held[0] = 0
    for at in range(size - 1, -1, -1):
        names[at], scores[at] = heap.names[0], heap.scores[0] / scale
        if at > 0:
            sink(heap.scores, heap.names, at, heap.scores[at], heap.names[at])


@kernel
def clear(heap, names):
    """Write the best first into `names`, and empty the heap."""
    size = heap.held[0]
    heap.held[0] = 0
    for at in range(size - 1, -1, -1):
        names[at] = heap.names[0]
        if at > 0:
            sink(heap.scores, heap.names, at, heap.scores[at], heap.names[at])
