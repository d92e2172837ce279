"""Lists for both sides: many matches and no envy, beside lists that have one but not the other."""

from __future__ import annotations

import numpy as np
import pytest

from jobs.evaluation.market import preferences
from matcher.recommend.reciprocal import balanced, outcome, seen, welfare


def test_the_published_figures_of_the_naive_and_the_product_lists() -> None:
    mine, theirs = preferences(30, 20, 0)
    likes = mine * theirs.T
    naive = outcome(likes, seen(mine), seen(theirs))
    product = outcome(likes, seen(likes), seen(likes.T))
    assert (round(naive.matches, 2), naive.envies) == (6.10, 555)
    assert (round(product.matches, 2), product.envies) == (13.21, 292)


def test_the_first_is_seen_in_full_and_the_third_a_third() -> None:
    assert seen(np.array([[0.1, 0.9, 0.5]])).tolist() == [[1 / 3, 1.0, 1 / 2]]


@pytest.mark.parametrize("seed", [0, 3])
def test_nobody_envies_and_matches_stay_above_the_product_lists(seed: int) -> None:
    mine, theirs = preferences(7, 5, seed)
    likes = mine * theirs.T
    ours = balanced(likes, seed, starts=12, kept=1)
    product = outcome(likes, seen(likes), seen(likes.T))
    assert ours.envies == 0
    assert ours.matches > product.matches
    assert product.envies > 0, "without balancing there is envy"
    for lists in (ours.left, ours.right):
        looks = (1.0 / np.arange(1, lists.shape[1] + 1)).sum()
        assert np.allclose(lists.sum(axis=1), looks), "a lottery over lists"


def test_answering_each_other_never_loses_matches() -> None:
    mine, theirs = preferences(8, 8, 1)
    likes = mine * theirs.T
    start = outcome(likes, seen(likes), seen(likes.T))
    assert outcome(likes, *welfare(likes, likes)).matches >= start.matches
