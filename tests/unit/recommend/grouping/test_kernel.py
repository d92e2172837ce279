from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.recommend.grouping import kernel, plain
from matcher.recommend.grouping.diverse import Task, grouped
from matcher.recommend.grouping.groups import arranged, kinds, worth
from matcher.recommend.grouping.search import _LOGS, Budget


def world(seed, dear=0.0):
    """Twelve places at three tables, two of them empty, four kinds if loads count."""
    rng = np.random.default_rng(seed)
    weight = np.triu(rng.integers(0, 4, (12, 12)).astype(float), 1)
    weight[:, 10:] = 0.0
    hollow = np.arange(12) >= 10
    load = None if not dear else (rng.integers(0, 9, 12).astype(float), dear)
    kind = np.arange(12) // 6 if dear else None
    of = kinds(hollow, np.full(3, 1 + seed % 2), rng.random(12) < 0.2, kind, load)
    return arranged(weight + weight.T, rng.permutation(np.repeat(np.arange(3), 4)), of)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 1.0]), st.sampled_from([0.0, 0.5, 3.0]))
def test_the_compiled_search_and_the_plain_one_agree_draw_for_draw(seed, dear, heat):
    ours, theirs = world(seed, dear), world(seed, dear)
    states = [np.asarray([seed + 1], dtype=np.uint64) for _ in range(2)]
    kept = [
        search.anneal(groups, heat, 60, state, _LOGS)
        for search, groups, state in zip((kernel, plain), (ours, theirs), states, strict=True)
    ]
    kernel.climb(ours, 1e-9, 0)
    plain.climb(theirs, 1e-9, 0)
    assert kept[0] == kept[1]
    assert states[0] == states[1]
    assert ours.group.tolist() == theirs.group.tolist()
    assert np.allclose(ours.sums, theirs.sums)
    assert ours.hollows.tolist() == theirs.hollows.tolist()
    assert np.allclose(ours.loads, theirs.loads)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_sums_kept_move_by_move_are_those_counted_anew_and_limits_hold(seed):
    groups = world(seed)
    plain.anneal(groups, 2.0, 80, np.asarray([seed + 3], dtype=np.uint64), _LOGS)
    assert np.bincount(groups.group).tolist() == [4, 4, 4]
    assert (groups.hollows <= np.maximum(groups.slack, world(seed).hollows)).all()
    sits = np.eye(3)[groups.group].T
    assert np.allclose(groups.sums, sits @ groups.weight)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_groups_of_different_sizes_reach_the_best_of_all_groupings(seed):
    rng = np.random.default_rng(seed)
    weight = np.triu(rng.integers(0, 9, (6, 6)).astype(float), 1)
    weight += weight.T
    task = Task(weight, np.asarray([1, 2]), np.asarray([4, 5]))
    group, value = grouped(task, Budget(moves=20_000), rng)
    best = max(
        sum(weight[a, b] for a in range(6) for b in range(a) if (a in part) == (b in part))
        for size in (1, 2, 3, 4)
        for part in {frozenset(order[:size]) for order in permutations(range(6), size)}
    )
    assert value == best
    assert 1 <= int((group == 0).sum()) <= 4


def test_teams_get_one_of_each_kind_and_even_strength():
    strength = np.asarray([9.0, 5.0, 1.0, 8.0, 5.0, 2.0])
    three = np.full(3, 2)
    task = Task(np.zeros((6, 6)), three, three, kind=np.arange(6) // 3, load=strength, dear=1.0)
    group, value = grouped(task, Budget(moves=4_000), np.random.default_rng(0))
    assert sorted(group[:3].tolist()) == sorted(group[3:].tolist()) == [0, 1, 2]
    assert value == pytest.approx(-2.0)  # 9 + 2, 5 + 5, 1 + 8: nothing is evener
    assert np.bincount(group, strength).tolist().count(10.0) == 1


def test_an_unevenness_is_worth_what_it_is_said_to_cost():
    groups = world(4, dear=2.0)
    within = sum(
        groups.weight[a, b] for a in range(12) for b in range(a) if groups.group[a] == groups.group[b]
    )
    assert worth(groups) == pytest.approx(within - 2.0 * (groups.loads.max() - groups.loads.min()))
