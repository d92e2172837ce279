"""Filling shelves, compiled."""

from __future__ import annotations

from matcher.recommend.kernels.compiling import entry, inlined, sources
from matcher.recommend.kernels.heap import behind, clear, push


@inlined
def _still(recipe, firms, own, firm, unknown):
    (worth, fit), (size, standing, _) = recipe, firms
    fitting = worth[2] if own == unknown or size[firm] < 0 else fit[abs(size[firm] - own)]
    return worth[0] * fitting + worth[1] * standing[firm]


def _entry(version):
    @entry
    def fill(bounds, recipe, firms, heap, shelf):
        """Fill `shelf` (rows, sizes, k) with the best of each range of `bounds` (rows, 2)."""
        rows, sizes, k = shelf.shape
        _ = version  # a part of the compiled copy's key
        for row in range(rows):
            for own in range(sizes):
                for firm in range(bounds[row, 0], bounds[row, 1]):
                    score = _still(recipe, firms, own, firm, sizes - 1)
                    name = firms[2][firm]
                    if heap.held[0] < k or not behind(score, name, heap.scores[0], heap.names[0]):
                        push(heap, score, name)
                clear(heap, shelf[row, own])

    return fill


fill = _entry(sources())
