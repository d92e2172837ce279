"""deal_graph.walk for many firms: the same to the last bit, without a pass over all firms for each."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from matcher.graph.table import Array, Csr
from matcher.recommend.deal_graph import MOST_FELLOWS
from matcher.recommend.kernels.compiling import entry, kernel, sources


class Edges(NamedTuple):
    """int64 (n + 1,), int32 (edges,): rows of columns."""

    indptr: Array
    indices: Array


class Paths(NamedTuple):
    """Memory of one thread, by firm, zero between firms: what each adds up to, and who was met."""

    weight: Array
    fellows: Array
    found: Array
    partners: Array


class Walked(NamedTuple):
    """Of each firm the partners of its fellows, ascending, at [start[i], start[i + 1]), and their weight."""

    start: Array
    rows: Array
    values: Array


RARE = np.array([1.0 / np.log2(2.0 + many) for many in range(MOST_FELLOWS + 1)])


def edges(pairs: Csr) -> Edges:
    """A copy with the types that the kernel is compiled for."""
    return Edges(np.array(pairs.indptr, dtype=np.int64), np.array(pairs.indices, dtype=np.int32))


def walked(there: Edges, back: Edges, firms: Array) -> Walked:
    """The walk of each of some firms. Costs the edges of two steps; 24 bytes a firm of the whole."""
    size = len(there.indptr) - 1
    paths = Paths(np.zeros(size), np.zeros(size, np.int32), np.zeros(size), np.zeros(size, np.int32))
    ends, out = np.zeros(len(firms), np.int64), (np.empty(2 * size, np.int32), np.empty(2 * size))
    rows, values, counts, done = [], [], np.zeros(len(firms) + 1, np.int64), 0
    while done < len(firms):
        upto = int(walk_all((there, back), firms, done, (paths, RARE), (ends, *out)))
        counts[done + 1 : upto + 1] = np.diff(ends[done:upto], prepend=0)
        rows.append(out[0][: ends[upto - 1]].copy())
        values.append(out[1][: ends[upto - 1]].copy())
        done = upto
    return _sorted(np.cumsum(counts), _joined(rows, np.int32), _joined(values, np.float64))


def _joined(parts: list[Array], kind: type) -> Array:
    return np.concatenate([np.zeros(0, kind), *parts])


def _sorted(start: Array, rows: Array, values: Array) -> Walked:
    owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
    order = np.lexsort((rows, owner))
    return Walked(start, rows[order], values[order])


@kernel
def _in_order(values, size):
    """Sort the first so many, by a heap: nothing is allocated."""
    for root in range(size // 2 - 1, -1, -1):
        _settle(values, root, size)
    for last in range(size - 1, 0, -1):
        values[0], values[last] = values[last], values[0]
        _settle(values, 0, last)


@kernel
def _settle(values, root, size):
    while True:
        child = 2 * root + 1
        if child >= size:
            return
        if child + 1 < size and values[child + 1] > values[child]:
            child += 1
        if values[root] >= values[child]:
            return
        values[root], values[child] = values[child], values[root]
        root = child


@kernel
def _fellows(ways, firm, paths, rare):
    """Add up who shares partners with a firm; how many these are."""
    there, back = ways
    met = 0
    for at in range(there.indptr[firm], there.indptr[firm + 1]):
        first, last = back.indptr[there.indices[at]], back.indptr[there.indices[at] + 1]
        if last - first >= len(rare):
            continue
        for one in range(first, last):
            fellow = back.indices[one]
            if paths.weight[fellow] == 0.0:
                paths.fellows[met] = fellow
                met += 1
            paths.weight[fellow] += rare[last - first]
    _in_order(paths.fellows, met)
    return met


@kernel
def _partners(there, firm, paths, met):
    """Add up the partners of those met, and clear them; how many these are."""
    shared, count = there.indptr[firm + 1] - there.indptr[firm], 0
    for at in range(met):
        fellow = paths.fellows[at]
        weight = paths.weight[fellow]
        paths.weight[fellow] = 0.0
        if fellow == firm:
            continue
        first, last = there.indptr[fellow], there.indptr[fellow + 1]
        share = weight / math.sqrt(float(shared * (last - first)))
        for one in range(first, last):
            partner = there.indices[one]
            if paths.found[partner] == 0.0:
                paths.partners[count] = partner
                count += 1
            paths.found[partner] += share
    return count


@kernel
def _written(there, firm, paths, out, place):
    """Write who is no partner yet from a place on, clear all; the place behind."""
    rows, values, count = out
    for at in range(there.indptr[firm], there.indptr[firm + 1]):
        paths.found[there.indices[at]] = 0.0
    for at in range(count):
        partner = paths.partners[at]
        if paths.found[partner] != 0.0:
            rows[place], values[place] = partner, paths.found[partner]
            paths.found[partner] = 0.0
            place += 1
    return place


def _entries(version):
    @entry
    def walk_all(ways, firms, begin, memory, found):
        """From firm `begin` on as many as surely fit; found = (each one's end, rows, values). Who is next."""
        _ = version  # a part of the compiled copy's key
        (paths, rare), (ends, rows, values) = memory, found
        there, place = ways[0], 0
        for at in range(begin, len(firms)):
            if len(rows) - place < len(paths.found):
                return at
            met = _fellows(ways, firms[at], paths, rare)
            count = _partners(there, firms[at], paths, met)
            place = _written(there, firms[at], paths, (rows, values, count), place)
            ends[at] = place
        return len(firms)

    return walk_all


walk_all = _entries(sources())
