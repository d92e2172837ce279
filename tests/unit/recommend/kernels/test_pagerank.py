"""Whom dealings lead to: pushed and iterated ranks agree, and both are networkx's."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.graph.adjacency import Adjacency, adjacency
from matcher.graph.networkx_backend import convert_to_nx
from matcher.recommend.kernels.pagerank import near, near_plain, near_pushed


def dealings(seed: int, size: int) -> Adjacency:
    rng = np.random.default_rng(seed)
    left, right = rng.integers(0, size, (2, 2 * size)).astype(np.int32)
    keep = left != right
    weights = rng.integers(1, 4, keep.sum()).astype(np.float64)
    return adjacency(tuple(range(size)), (left[keep], right[keep], weights))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 60))
def test_pushed_ranks_are_the_iterated_ones(seed: int, size: int) -> None:
    arrays, seeds = dealings(seed, size), np.arange(size)
    plain, exact = near_plain(arrays, seeds, 5)
    pushed, ranks = near_pushed(arrays, seeds, 5, left=1e-12)
    assert ranks == pytest.approx(exact, abs=1e-6)
    assert np.array_equal(pushed >= 0, plain >= 0)


def test_ranks_are_those_of_networkx_and_the_seed_is_left_out() -> None:
    arrays = dealings(4, 40)
    ids, ranks = near(arrays, np.array([3]), 6)
    theirs = nx.pagerank(convert_to_nx(arrays), personalization={3: 1.0}, tol=1e-12)
    del theirs[3]
    best = sorted(theirs, key=lambda node: -theirs[node])[:6]
    assert ranks[0] == pytest.approx([theirs[node] for node in best], abs=1e-6)
    assert 3 not in ids[0]


def test_nobody_is_near_a_firm_that_never_dealt() -> None:
    arrays = adjacency((0, 1, 2), (np.array([0]), np.array([1]), np.array([1.0])))
    assert near(arrays, np.array([2]), 3)[0].tolist() == [[-1, -1, -1]]
    assert near_pushed(arrays, np.array([2]), 3)[0].tolist() == [[-1, -1, -1]]
