"""Forward push, compiled. Arrays stay clean between seeds by the list of what was touched."""

from __future__ import annotations

from matcher.recommend.kernels.compiling import entry, kernel, sources
from matcher.recommend.kernels.heap import behind, push, unload


@kernel
def _spread(walk, seed, limits, memory):
    """Push from the seed until nothing large is left; returns how many nodes were touched."""
    indptr, indices, weights, strengths = walk
    damping, small = limits
    ranks, left, waiting, ring, touched = memory
    count, head, tail, size = 1, 0, 1, len(ring)
    left[seed], waiting[seed], ring[0], touched[0] = 1.0, True, seed, seed
    while head != tail:
        node = ring[head]
        head = head + 1 if head + 1 < size else 0
        amount = left[node]
        waiting[node], left[node] = False, 0.0
        ranks[node] += (1.0 - damping) * amount
        first, last = indptr[node], indptr[node + 1]
        part = damping * amount / strengths[node] if last > first else 0.0
        for at in range(first, last):
            other = indices[at]
            if left[other] == 0.0 and ranks[other] == 0.0:
                touched[count] = other
                count += 1
            left[other] += part * weights[at]
            if not waiting[other] and left[other] >= small * (indptr[other + 1] - indptr[other]):
                waiting[other], ring[tail] = True, other
                tail = tail + 1 if tail + 1 < size else 0
    return count


@kernel
def _gather(seed, limits, heap, memory, count):
    """The best of the touched nodes into the heap; everything touched is clean again."""
    ranks, left, _, _, touched = memory
    for at in range(count):
        node = touched[at]
        rank = ranks[node] + (1.0 - limits[0]) * left[node]
        ranks[node], left[node] = 0.0, 0.0
        full = heap.held[0] == len(heap.scores)
        if node != seed and (not full or not behind(rank, node, heap.scores[0], heap.names[0])):
            push(heap, rank, node)


def _entry(version):
    @entry
    def push_many(walk, seeds, limits, workspace, found):
        """The best of each seed into found = (names (seeds, k), ranks (seeds, k))."""
        _ = version  # a part of the compiled copy's key
        heap, memory = workspace
        for row in range(len(seeds)):
            count = _spread(walk, seeds[row], limits, memory)
            _gather(seeds[row], limits, heap, memory, count)
            unload(heap, found[0][row], found[1][row], 1.0)

    return push_many


push_many = _entry(sources())
