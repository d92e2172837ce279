"""Compiled sums are those of the plain passes, to the last bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.graph.table import Array, Csr, Table
from matcher.recommend import ranges
from matcher.recommend.kernels import sparse
from matcher.recommend.ranges import Ranges

FIRMS, TERMS = 30, 8


@st.composite
def matrices(draw: st.DrawFn) -> Csr:
    """Rows of a few terms each, as a snapshot holds them: sorted, and not to be written."""
    rows = draw(st.lists(st.sets(st.integers(0, TERMS - 1)), min_size=FIRMS, max_size=FIRMS))
    indptr = np.cumsum([0, *map(len, rows)]).astype(np.int64)
    indices = np.array([term for row in rows for term in sorted(row)], dtype=np.int32)
    data = np.random.default_rng(draw(st.integers(0, 99))).random(len(indices)).astype(np.float32)
    return _mapped(indptr, indices, data)


def _mapped(*arrays: Array) -> Csr:
    for array in arrays:
        array.flags.writeable = False
    return Csr(*arrays)


def turned(words: Csr) -> Csr:
    owners = np.repeat(np.arange(FIRMS, dtype=np.int32), np.diff(words.indptr))
    order = np.lexsort((owners, words.indices))
    ends = np.cumsum(np.bincount(words.indices, minlength=TERMS))
    return _mapped(np.append(0, ends).astype(np.int64), owners[order], words.data[order])


@st.composite
def some_ranges(draw: st.DrawFn) -> Ranges:
    cuts = sorted(draw(st.sets(st.integers(0, FIRMS), max_size=6)))
    pairs = np.array(cuts[: len(cuts) // 2 * 2], dtype=np.int64).reshape(-1, 2)
    return Ranges.of(pairs[:, 0], pairs[:, 1])


@given(matrices(), some_ranges(), st.sets(st.integers(0, TERMS - 1)))
@settings(max_examples=100, deadline=None)
def test_ranges_sum_up_and_hold_the_same_either_way(words: Csr, where: Ranges, asked: set[int]) -> None:
    postings, ids = turned(words), np.array(sorted(asked), dtype=np.int64)
    table = Table("firms", {}, np.arange(FIRMS), words, postings)
    weights = np.linspace(0.1, 0.9, len(ids)).astype(np.float32)
    plain = where.summed(table, ids, weights)
    found = sparse.summed(postings, sparse.Terms(ids, weights), where.laid_out, len(where))
    assert found.tobytes() == plain.tobytes()
    taken = sparse.within(postings, ids, where.laid_out, len(postings.indices))
    held = [postings.row(term)[0] for term in ids.tolist()]
    assert taken.tolist() == [
        row for rows in held for row in rows.tolist() if where.holds(np.array([row]))[0]
    ]


@given(matrices(), st.sets(st.integers(0, FIRMS - 1)), st.sets(st.integers(0, TERMS - 1)))
@settings(max_examples=100, deadline=None)
def test_rows_sum_up_the_same_either_way(words: Csr, chosen: set[int], asked: set[int]) -> None:
    rows, by_term = np.array(sorted(chosen), dtype=np.int64), np.zeros(TERMS, dtype=np.float32)
    by_term[sorted(asked)] = 0.3
    columns, data, lengths = words.many(rows)
    owner = np.repeat(np.arange(len(rows)), lengths)
    plain = np.zeros(len(rows), dtype=np.float32)
    np.add.at(plain, owner, by_term[columns] * data)
    assert sparse.dots(words, rows, by_term).tobytes() == plain.tobytes()
    inside = (columns >= 2) & (columns < 5)
    between = np.bincount(owner[inside], weights=data[inside], minlength=len(rows))
    assert sparse.between(words, rows, 2, 5).tobytes() == between.tobytes()


def test_everything_is_compiled_beforehand_for_the_types_of_a_snapshot() -> None:
    sparse.warm()
    entries = (sparse.sum_ranges, sparse.take_within, sparse.sum_rows, sparse.sum_between)
    before = {entry: len(entry.nopython_signatures) for entry in entries}
    words = _mapped(np.arange(3), np.zeros(2, dtype=np.int32), np.ones(2, dtype=np.float32))
    chosen, terms = np.arange(2), sparse.Terms(np.arange(1), np.ones(1, dtype=np.float32))
    one = Ranges.of(np.array([0]), np.array([1]))
    sparse.summed(words, terms, one.laid_out, 1)
    sparse.within(words, terms.ids, one.laid_out, 2)
    sparse.dots(words, chosen, terms.weights)
    sparse.between(words, chosen, 0, 1)
    assert {entry: len(entry.nopython_signatures) for entry in entries} == before


@pytest.mark.parametrize("firms", [0, ranges.SMALL])
def test_small_populations_load_no_kernel(firms: int) -> None:
    assert not ranges.for_kernels(_mapped(np.zeros(1, dtype=np.int64), *_nothing()), firms)


def _nothing() -> tuple[Any, Any]:
    return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
