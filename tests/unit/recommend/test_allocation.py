from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.recommend.allocation import allocate, blocking_pairs

SIZES = st.integers(1, 5)


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 10_000), st.booleans())
def test_no_class_and_opening_would_both_rather_have_each_other(classes, openings, seed, tied):
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 4, (classes, openings)) / 3.0 if tied else rng.random((classes, openings))
    heads, places = rng.integers(1, 6, classes).tolist(), rng.integers(1, 6, openings).tolist()
    result = allocate(scores, heads, places)
    assert (result.sum(axis=1) <= heads).all()
    assert (result.sum(axis=0) <= places).all()
    assert not result[scores <= 0].any()
    assert blocking_pairs(scores, heads, places, result) == []


def test_the_better_class_takes_the_only_place_and_the_other_its_second_choice():
    scores = np.asarray([[0.9, 0.2], [0.8, 0.5]])
    assert allocate(scores, [1, 1], [1, 1]).tolist() == [[1, 0], [0, 1]]


def test_a_class_larger_than_its_first_choice_is_split():
    scores = np.asarray([[0.9, 0.4]])
    assert allocate(scores, [40], [10, 50]).tolist() == [[10, 30]]


def test_an_unstable_allocation_is_found_out():
    scores = np.asarray([[0.9, 0.2], [0.8, 0.5]])
    assert blocking_pairs(scores, [1, 1], [1, 1], np.asarray([[0, 1], [1, 0]])) == [(0, 0)]
