"""Every posting and every supplier read, compiled: what the pruned search must never take twice as long."""

from __future__ import annotations

from numba import njit

from matcher.recommend.kernels.asked import Asked
from matcher.recommend.kernels.heap import unload
from matcher.recommend.kernels.scoring import floor_of, put, still, total


@njit(nogil=True, _nrt=False)
def exhaustive(index, worth, buyers, scratch, postings, found):
    """As kernels.search.many, reading all; `postings` are (terms + 1,) into index.posted."""
    rows, leaf, low, high, size, street, industry, apart, needs = buyers
    for row in range(len(rows)):
        buyer = rows[row]
        own = industry[buyer]
        first, last = index.flow.indptr[own], index.flow.indptr[own + 1]
        asked = Asked(
            buyer,
            index.group[buyer],
            street[buyer],
            size[buyer],
            low[:, leaf[buyer]],
            high[:, leaf[buyer]],
            index.flow.indices[first:last],
            index.flow.data[first:last],
            needs.indices[needs.indptr[buyer] : needs.indptr[buyer + 1]],
            needs.data[needs.indptr[buyer] : needs.indptr[buyer + 1]],
            apart[1][apart[0][buyer] : apart[0][buyer + 1]],
        )
        _all(index, worth, asked, scratch, postings)
        unload(scratch.heap, found[0][row], found[1][row], found[2])


@njit(nogil=True, _nrt=False)
def _all(index, worth, asked, scratch, postings):
    touched, heap = 0, scratch.heap
    for at in range(len(asked.terms)):
        term, weight = asked.terms[at], asked.weights[at]
        for place in range(postings[term], postings[term + 1]):
            number = index.posted[place]
            if scratch.sums[number] == 0:
                scratch.touched[touched] = number
                touched += 1
            scratch.sums[number] += weight * index.weight[place]
    for at in range(len(asked.branches)):
        branch, flow = asked.branches[at], asked.flows[at] * worth.flow
        for number in range(index.start[branch], index.start[branch + 1]):
            score = total(worth, flow + still(index, worth, asked, number), scratch.sums[number])
            scratch.sums[number] = 0
            if score >= floor_of(heap):
                put(heap, index, asked, score, index.name[number])
    for at in range(touched):
        number = scratch.touched[at]
        if scratch.sums[number]:
            score = total(worth, still(index, worth, asked, number), scratch.sums[number])
            scratch.sums[number] = 0
            if score >= floor_of(heap):
                put(heap, index, asked, score, index.name[number])
