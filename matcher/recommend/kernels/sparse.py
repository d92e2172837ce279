"""Sums over rows and ranges of sparse matrices by compiled loops, to the last bit those of the plain passes.

For large populations. Kernels read the arrays of a compiled snapshot where they lie.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from matcher.graph.table import Array, Csr
from matcher.recommend.kernels.compiling import entry, kernel


class Sparse(NamedTuple):
    """A matrix by rows as a kernel reads it: int64 indptr, int32 indices, float32 data."""

    indptr: Array
    indices: Array
    data: Array


class Terms(NamedTuple):
    """Of a question: int64 ids, ascending, and float32 weights."""

    ids: Array
    weights: Array


# Of ranges, int64 each: the first positions, those behind the last, and where each is written.
Places = tuple[Array, Array, Array]


def summed(postings: Csr, terms: Terms, places: Places, size: int) -> Array:
    """float32 (size,): the weighted sums of some terms' postings within ranges, added term by term."""
    values = np.zeros(size, dtype=np.float32)
    sum_ranges(_sparse(postings), terms, places, values)
    return values


def within(postings: Csr, ids: Array, places: Places, most: int) -> Array:
    """int32: what the postings of some terms, of `most` entries together, hold within the ranges."""
    found = np.empty(most, dtype=np.int32)
    return found[: take_within(_sparse(postings), ids, places, found)]


def dots(words: Csr, rows: Array, by_term: Array) -> Array:
    """float32 (rows,): the question's cosine with some rows; `by_term` are its weights, 0 for all others."""
    values = np.zeros(len(rows), dtype=np.float32)
    sum_rows(_sparse(words), rows, by_term, values)
    return values


def between(pairs: Csr, rows: Array, first: int, last: int) -> Array:
    """float64 (rows,): the sum of each row over columns in [first, last)."""
    values = np.zeros(len(rows))
    sum_between(_sparse(pairs), rows, (first, last), values)
    return values


def _sparse(matrix: Csr) -> Sparse:
    return Sparse(*(np.asarray(part) for part in (matrix.indptr, matrix.indices, matrix.data)))


@kernel
def _from(columns: Any, low: Any, high: Any, first: Any) -> Any:
    """Where columns of at least `first` begin in [low, high)."""
    while low < high:
        middle = (low + high) // 2
        if columns[middle] < first:
            low = middle + 1
        else:
            high = middle
    return low


@entry
def sum_ranges(postings: Any, terms: Any, places: Any, values: Any) -> None:
    """Each posting is searched for a range from where the one before ended."""
    columns, (firsts, ends, at) = postings.indices, places
    for term in range(len(terms.ids)):
        low, end = postings.indptr[terms.ids[term]], postings.indptr[terms.ids[term] + 1]
        weight = terms.weights[term]
        for number in range(len(firsts)):
            low = _from(columns, low, end, firsts[number])
            shift, last = at[number] - firsts[number], ends[number]
            while low < end and columns[low] < last:
                values[columns[low] + shift] += weight * postings.data[low]
                low += 1


@entry
def take_within(postings: Any, ids: Any, places: Any, found: Any) -> int:
    """Columns one after the other, term by term; how many."""
    (firsts, ends, _), columns, count = places, postings.indices, 0
    for term in range(len(ids)):
        low, end = postings.indptr[ids[term]], postings.indptr[ids[term] + 1]
        for number in range(len(firsts)):
            low = _from(columns, low, end, firsts[number])
            while low < end and columns[low] < ends[number]:
                found[count] = columns[low]
                low, count = low + 1, count + 1
    return count


@entry
def sum_rows(words: Any, rows: Any, by_term: Any, values: Any) -> None:
    """What the question does not say adds nothing, and costs no branch that could be guessed wrong."""
    for number in range(len(rows)):
        found = np.float32(0.0)
        for at in range(words.indptr[rows[number]], words.indptr[rows[number] + 1]):
            found += by_term[words.indices[at]] * words.data[at]
        values[number] = found


@entry
def sum_between(pairs: Any, rows: Any, ends: Any, values: Any) -> None:
    """Added in the order of the columns."""
    first, last = ends
    for number in range(len(rows)):
        for at in range(pairs.indptr[rows[number]], pairs.indptr[rows[number] + 1]):
            if first <= pairs.indices[at] < last:
                values[number] += pairs.data[at]


def warm() -> None:
    """Compile both as they are called, for arrays that are mapped and cannot be written."""
    matrix = Csr(np.array([0, 1]), np.array([0], dtype=np.int32), np.ones(1, dtype=np.float32))
    for part in (matrix.indptr, matrix.indices, matrix.data):
        part.flags.writeable = False
    one = np.zeros(1, dtype=np.int64)
    terms = Terms(one, np.ones(1, dtype=np.float32))
    summed(matrix, terms, (one, one + 1, one), 1)
    within(matrix, one, (one, one + 1, one), 1)
    between(matrix, one, 0, 1)
    dots(matrix, one, terms.weights)
