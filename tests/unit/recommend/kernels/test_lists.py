"""The compiled search finds what dense passes over everybody find, to the last bit, ties included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.recommend.kernels import shelves
from matcher.recommend.kernels.lists import Searcher
from matcher.recommend.kernels.plain import best_plain
from tests.unit.recommend.kernels.populations import a_population, a_recipe


@pytest.fixture(autouse=True)
def _small_ranges_have_shelves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "LARGE", 5)
    monkeypatch.setattr(shelves, "SHELF", 3)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**6), st.integers(1, 220), st.integers(0, 3), st.sampled_from([1, 3, 20]), st.booleans()
)
def test_pruned_lists_are_the_exhaustive_ones(seed: int, size: int, which: int, k: int, full: bool) -> None:
    population, recipe = a_population(seed, size), a_recipe(which, 0.4 if full else 1.0)
    everybody = np.arange(size)
    searcher = Searcher.of(population, recipe)
    ids, scores = searcher.best(everybody, k)
    expected, expected_scores = best_plain(population, recipe, everybody, k)
    assert np.array_equal(ids, expected)
    assert np.array_equal(scores, expected_scores)
    scratch = searcher.scratch(k, 8)
    for buyer in range(0, size, 7):  # asked alone, with memory kept from the one before
        alone, _ = searcher.answer(buyer, k, scratch)
        assert np.array_equal(alone, expected[buyer][expected[buyer] >= 0])
