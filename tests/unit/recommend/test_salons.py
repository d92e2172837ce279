from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import InvalidInput
from matcher.recommend.balance import exposure, quota
from matcher.recommend.good_pairs import PAIRS, Circle, befriended
from matcher.recommend.salons import Wishes, choose_guests


def circle(n: int) -> np.ndarray:
    pairs = np.zeros((n, n))
    for one in range(n):
        pairs[one, (one + 1) % n] = pairs[(one + 1) % n, one] = 0.8
    return pairs


def test_every_guest_finds_two_others_worth_meeting():
    pairs = np.zeros((12, 12))
    pairs[:5, :5] = 0.7
    np.fill_diagonal(pairs, 0.0)
    pairs[5, 6] = pairs[6, 5] = 0.4
    guests = choose_guests(pairs, Wishes(capacity=6))
    assert set(range(5)) <= set(guests.positions)
    assert guests.lonely == tuple(one for one in guests.positions if one >= 5)


def test_whoever_must_come_comes_even_without_a_single_match():
    guests = choose_guests(circle(8), Wishes(capacity=4, must=(6,)))
    assert 6 in guests.positions
    assert len(guests.positions) == 4


def test_nobody_is_invited_who_fits_nobody():
    pairs = np.zeros((6, 6))
    pairs[0, 1] = pairs[1, 0] = 0.9
    assert choose_guests(pairs, Wishes(capacity=6)).positions == (0, 1)


def test_of_two_equal_guests_the_one_asked_less_of_late_is_asked():
    pairs = np.full((4, 4), 0.5)
    invited = np.asarray([0, 0, 5, 0])
    assert 2 not in choose_guests(pairs, Wishes(capacity=3, invited=invited)).positions


def test_small_firms_keep_their_share_of_the_places():
    pairs = np.full((10, 10), 0.9)
    pairs[5:, :] = pairs[:, 5:] = 0.31
    small = np.arange(10) >= 5
    guests = choose_guests(pairs, Wishes(capacity=4, small=small))
    assert sum(one >= 5 for one in guests.positions) == 2


def test_more_guests_who_must_come_than_places_are_named():
    with pytest.raises(InvalidInput) as caught:
        choose_guests(circle(3), Wishes(1, (0, 2), names=("云帆", "同舟", "青禾")))
    assert caught.value.params["who"] == "云帆、青禾"


def test_the_figures_of_exposure_tell_even_from_uneven():
    assert exposure([2, 2, 2, 2]).gini == 0.0
    one = exposure([0, 0, 0, 8])
    assert (round(one.gini, 2), one.coverage, one.busiest) == (0.75, 0.25, 1.0)
    assert exposure([]).coverage == 0.0


def test_a_group_has_at_least_one_place():
    assert quota(1, 100, 10) == 1
    assert quota(50, 100, 10) == 5
    assert quota(0, 100, 10) == 0


def test_a_guest_with_one_good_pair_gives_its_place_to_one_who_finds_two():
    pairs = np.zeros((7, 7))
    pairs[:4, :4] = 0.5  # four who fit each other
    pairs[4, 0] = 0.95  # fits one of them, and very well
    pairs[5, 0] = pairs[5, 1] = 0.35  # fits two
    pairs = np.maximum(pairs, pairs.T)
    np.fill_diagonal(pairs, 0.0)
    guests = choose_guests(pairs, Wishes(capacity=5))
    assert guests.positions == (0, 1, 2, 3, 5)
    assert guests.lonely == ()


def test_who_must_come_is_given_two_it_fits_as_far_as_there_are_any():
    pairs = np.zeros((9, 9))
    pairs[:5, :5] = 0.6
    for friend in (6, 7):  # fit the one who must come, and two of the others a little
        pairs[5, friend] = 0.4
        pairs[friend, 0] = pairs[friend, 1] = 0.31
    pairs = np.maximum(pairs, pairs.T)
    np.fill_diagonal(pairs, 0.0)
    guests = choose_guests(pairs, Wishes(capacity=6, must=(5,)))
    assert {5, 6, 7} <= set(guests.positions)
    assert guests.lonely == ()


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_changing_lonely_guests_never_makes_more_of_them_nor_takes_what_is_promised(seed):
    rng = np.random.default_rng(seed)
    n, capacity = 14, 6
    pairs = np.triu(rng.random((n, n)) * (rng.random((n, n)) < 0.3), 1)
    pairs += pairs.T
    bound, small = rng.random(n) < 0.1, rng.random(n) < 0.5
    kept = quota(int(small.sum()), n, capacity)
    before = np.isin(np.arange(n), rng.permutation(n)[:capacity]) | bound
    good = pairs >= 0.3
    after = befriended(Circle(good, pairs, bound, small, min(kept, int((before & small).sum()))), before)
    lonely = [int((good[np.ix_(one, one)].sum(axis=1) < PAIRS).sum()) for one in (before, after)]
    assert lonely[1] <= lonely[0]
    assert after.sum() == before.sum()
    assert after[bound].all()
    assert (after & small).sum() >= min(kept, int((before & small).sum()))


def test_a_guest_about_the_theme_comes_before_one_of_another_subject_who_fits_as_well():
    pairs = np.full((6, 6), 0.5)
    near = np.asarray([1.0, 0.0, 1.0, 1.0, 0.0, 1.0])
    assert choose_guests(pairs, Wishes(capacity=4, near=near)).positions == (0, 2, 3, 5)
