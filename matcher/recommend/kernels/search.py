"""The exact best sellers of one question or of many buyers, compiled. Same answers as kernels.plain."""

from __future__ import annotations

from matcher.recommend.kernels.asked import Asked
from matcher.recommend.kernels.compiling import entry, kernel, sources
from matcher.recommend.kernels.heap import unload
from matcher.recommend.kernels.scoring import put
from matcher.recommend.kernels.with_words import with_words
from matcher.recommend.kernels.without_words import without_words


@kernel
def search(index, worth, asked, scratch):
    """Leave the best in scratch.heap."""
    scratch.turn[0] += 1
    for at in range(len(asked.branches)):
        scratch.flow[asked.branches[at]] = asked.flows[at]
    without_words(index, worth, asked, scratch)
    if len(asked.terms):
        with_words(index, worth, asked, scratch)
    _merge(index, asked, scratch)
    for at in range(len(asked.branches)):
        scratch.flow[asked.branches[at]] = 0


@kernel
def _merge(index, asked, scratch):
    """Who was found without words and is not among those with: it shares none, or too little to win."""
    free, heap = scratch.free, scratch.heap
    for at in range(free.held[0]):
        score, name = free.scores[at], free.names[at]
        if scratch.seen[index.number[name]] != scratch.turn[0]:
            put(heap, index, asked, score, name)
    free.held[0] = 0


def _entries(version):
    @entry
    def one(index, worth, asked, scratch, found):
        """The best of one question into found = (names, scores, scale); returns how many."""
        _ = version  # a part of the compiled copy's key
        search(index, worth, asked, scratch)
        count = scratch.heap.held[0]
        unload(scratch.heap, found[0], found[1], found[2])
        return count

    @entry
    def many(index, worth, buyers, scratch, found):
        """The best of each buyer into found = (names (rows, k), scores (rows, k), scale), filled with -1.

        `buyers` = (rows, leaf, low, high, size, street, industry, apart, needs), by position.
        """
        _ = version
        rows, leaf, low, high, size, street, industry, apart, needs = buyers
        for row in range(len(rows)):
            buyer = rows[row]
            own, flow = industry[buyer], index.flow
            first, last = needs.indptr[buyer], needs.indptr[buyer + 1]
            flow_first = flow.indptr[own] if own >= 0 else 0
            flow_last = flow.indptr[own + 1] if own >= 0 else 0
            asked = Asked(
                buyer,
                index.group[buyer],
                street[buyer],
                size[buyer],
                low[:, leaf[buyer]],
                high[:, leaf[buyer]],
                flow.indices[flow_first:flow_last],
                flow.data[flow_first:flow_last],
                needs.indices[first:last],
                needs.data[first:last],
                apart[1][apart[0][buyer] : apart[0][buyer + 1]],
            )
            search(index, worth, asked, scratch)
            unload(scratch.heap, found[0][row], found[1][row], found[2])

    return one, many


one, many = _entries(sources())
