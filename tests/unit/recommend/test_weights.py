"""Weights learned from outcomes: better on a later period, or not used."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from matcher.domain.ranking import Ranking
from matcher.recommend import weight_learning as learning
from matcher.recommend import weight_trial as trial
from matcher.recommend.weight_learning import NAMES, Outcomes
from matcher.recommend.weight_table import SHIPPED, WeightTable, read
from matcher.recommend.weights import WEIGHTS


def outcomes(seed: int, size: int = 1200, telling: str = "place") -> Outcomes:
    """A district where one part alone tells who signs."""
    rng = np.random.default_rng(seed)
    parts = rng.random((size, len(NAMES)))
    odds = 6.0 * (parts[:, NAMES.index(telling)] - 0.6)
    return Outcomes(parts, rng.random(size) < 1.0 / (1.0 + np.exp(-odds)))


def test_a_part_that_tells_who_signs_comes_to_weigh_most() -> None:
    found = trial.tried(outcomes(1), WEIGHTS)
    assert found.better
    assert max(found.weights, key=found.weights.__getitem__) == "place"
    assert found.weights["place"] > 2 * WEIGHTS["place"]
    assert sum(found.weights.values()) == pytest.approx(1.0)
    assert min(found.weights.values()) >= 0
    assert found.figures["auc"]["after"] > found.figures["auc"]["before"]


@pytest.mark.parametrize("seed", range(20))
def test_a_table_learned_from_shuffled_outcomes_is_refused(seed: int) -> None:
    """Whether all outcomes are dealt out by chance, or only those it learns from."""
    rng = np.random.default_rng(100 + seed)
    real = outcomes(seed)
    assert not trial.tried(real.shuffled(rng), WEIGHTS).better
    older, middle, later = trial.periods(real)
    parts = np.concatenate([older.parts, middle.parts, later.parts])
    won = np.concatenate([older.shuffled(rng).won, middle.won, later.won])
    assert not trial.tried(Outcomes(parts, won), WEIGHTS).better


def test_the_same_table_again_is_no_better_than_itself() -> None:
    real = outcomes(3)
    first = trial.tried(real, WEIGHTS)
    assert first.better
    assert not trial.tried(real, first.weights).better


def test_the_chance_is_that_of_what_then_happened() -> None:
    found = trial.tried(outcomes(5, 8000), WEIGHTS)
    line = WeightTable(1, found.weights, *found.line).line
    ranking = Ranking((), "S", datetime(2026, 11, 1, tzinfo=UTC), line=line)
    fresh = outcomes(6, 8000)
    chance = np.array([ranking.chance(value) for value in learning.score(found.weights, fresh.parts)])
    for low in (0.0, 0.25, 0.5):
        told = (chance >= low) & (chance < low + 0.25)
        assert abs(chance[told].mean() - fresh.won[told].mean()) < 0.06
    assert SHIPPED.line is None
    assert Ranking((), "S", ranking.as_of).chance(0.7) is None


def test_without_the_guard_noise_would_become_a_table() -> None:
    """What the guard is for: weights of pure noise sum to 1 as well as any."""
    noise = outcomes(0).shuffled(np.random.default_rng(0))
    assert learning.learn(noise) == dict(WEIGHTS)
    assert learning._without_negative(noise).sum() == pytest.approx(1.0)


def test_few_outcomes_move_the_table_little() -> None:
    few, many = learning.learn(outcomes(7, 60)), learning.learn(outcomes(7, 6000))
    assert abs(few["place"] - WEIGHTS["place"]) < abs(many["place"] - WEIGHTS["place"]) / 2


def test_periods_without_deals_are_not_enough() -> None:
    real = outcomes(8)
    assert trial.enough(real)
    assert not trial.enough(real.slice(0, trial.LEAST_OUTCOMES - 1))
    late = np.arange(len(real)) > 0.9 * len(real)
    assert not trial.enough(Outcomes(real.parts, real.won & late))


def test_a_table_of_other_features_is_another_programs() -> None:
    assert read(None) is SHIPPED
    assert read({"version": 3, "weights": {"luck": 1.0}}) is SHIPPED
    known = {"version": 3, "weights": dict(WEIGHTS), "slope": 2.0, "intercept": -1.0}
    assert read(known).as_json() == known
