"""A table of weights from outcomes: which parts of the score told a deal beforehand, and how surely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from matcher.graph.table import Array
from matcher.recommend.weights import WEIGHTS

NAMES: Final = tuple(sorted(WEIGHTS))
HALF_TRUST: Final = 100.0  # outcomes of the rarer kind at which half of the table is learned, half shipped
RIDGE: Final = 1.0  # scikit-learn's C
_NO_RIDGE: Final = 1e6
BY_CHANCE: Final = 0.001  # how rarely outcomes dealt out by chance may move the table
_DECIMALS: Final = 4
_LEAST_CHANCE: Final = 1e-6


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Suggestions that were acted on and have ended: `parts` float64 (n, len(NAMES)), `won` bool (n,)."""

    parts: Array
    won: Array

    def __len__(self) -> int:
        return len(self.won)

    @property
    def rarer(self) -> int:
        """How many there are of the rarer kind."""
        return int(min(self.won.sum(), len(self.won) - self.won.sum()))

    def slice(self, start: int, end: int) -> Outcomes:
        """Some of them, in their order."""
        return Outcomes(self.parts[start:end], self.won[start:end])

    def shuffled(self, rng: np.random.Generator) -> Outcomes:
        """The same parts with the outcomes of others."""
        return Outcomes(self.parts, rng.permutation(self.won))


def parts_of(told: Sequence[Mapping[str, float]]) -> Array:
    """float64 (n, len(NAMES)); a part that an older table did not have counts 0."""
    rows = [[float(one.get(name, 0.0)) for name in NAMES] for one in told]
    return np.array(rows, dtype=np.float64).reshape(-1, len(NAMES))


def score(weights: Mapping[str, float], parts: Array) -> Array:
    """float64 (n,)."""
    found: Array = parts @ np.array([weights[name] for name in NAMES])
    return found


def learn(outcomes: Outcomes) -> dict[str, float]:
    """Weights that sum to 1, none below 0: a logistic regression, the shipped table where outcomes are few.

    A part that speaks against a deal is left out and the rest learned again: a reason shown to people as
    one for a partner must not count against it. Where the parts by themselves tell the outcomes no better
    than the shipped score does, but for chance, the shipped table stays: noise, summed up to 1, would look
    like a table too.
    """
    shipped = np.array([WEIGHTS[name] for name in NAMES])
    if by_chance(outcomes) > BY_CHANCE:
        return dict(WEIGHTS)
    found = _without_negative(outcomes)
    trust = outcomes.rarer / (outcomes.rarer + HALF_TRUST) if found.sum() > 0 else 0.0
    mixed = trust * found + (1 - trust) * shipped
    rounded = (mixed / mixed.sum()).round(_DECIMALS)
    rounded[int(np.argmax(rounded))] += 1.0 - rounded.sum()  # what rounding took
    return {name: round(float(value), _DECIMALS) for name, value in zip(NAMES, rounded, strict=True)}


def by_chance(outcomes: Outcomes) -> float:
    """How likely chance alone lets the parts tell the outcomes so much better than the shipped score.

    A likelihood ratio test: the shipped score is one weighted sum of the parts, so the two models are nested.
    """
    from scipy.stats import chi2

    kept = outcomes.parts[:, np.ptp(outcomes.parts, axis=0) > 0]
    gain = _fitted(kept, outcomes.won) - _fitted(score(WEIGHTS, outcomes.parts)[:, None], outcomes.won)
    return float(chi2.sf(2.0 * max(gain, 0.0), max(kept.shape[1] - 1, 1)))


def _fitted(columns: Array, won: Array) -> float:
    """The log likelihood of the outcomes under the best logistic model of some columns."""
    from sklearn.linear_model import LogisticRegression

    chance = LogisticRegression(C=_NO_RIDGE, max_iter=500).fit(columns, won).predict_proba(columns)[:, 1]
    return float(np.log(np.maximum(np.where(won, chance, 1.0 - chance), _LEAST_CHANCE)).sum())


def _without_negative(outcomes: Outcomes) -> Array:
    """float64 (features,): shares that sum to 1, or all 0 where nothing speaks for a deal."""
    from sklearn.linear_model import LogisticRegression

    found = np.zeros(len(NAMES))
    kept = np.flatnonzero(np.ptp(outcomes.parts, axis=0) > 0)
    while len(kept):
        model = LogisticRegression(C=RIDGE, max_iter=500)
        weights = model.fit(outcomes.parts[:, kept], outcomes.won).coef_[0]
        if (weights >= 0).all():
            found[kept] = weights
            break
        kept = np.delete(kept, int(np.argmin(weights)))
    return found / found.sum() if found.sum() > 0 else found


def calibrate(weights: Mapping[str, float], outcomes: Outcomes) -> tuple[float, float]:
    """Slope and intercept of the log odds of a deal over the score (Platt 1999)."""
    from sklearn.linear_model import LogisticRegression

    model: Any = LogisticRegression(C=_NO_RIDGE, max_iter=500)
    model.fit(score(weights, outcomes.parts)[:, None], outcomes.won)
    return round(float(model.coef_[0, 0]), _DECIMALS), round(float(model.intercept_[0]), _DECIMALS)


def losses(weights: Mapping[str, float], line: tuple[float, float], outcomes: Outcomes) -> Array:
    """float64 (n,): minus the log of the chance that was given to what then happened."""
    odds = line[0] * score(weights, outcomes.parts) + line[1]
    chance = 1.0 / (1.0 + np.exp(-odds))
    given = np.where(outcomes.won, chance, 1.0 - chance)
    found: Array = -np.log(np.maximum(given, _LEAST_CHANCE))
    return found


def concordance(weights: Mapping[str, float], outcomes: Outcomes) -> float:
    """How often a deal scored higher than no deal (area under the ROC curve); ties count half."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(outcomes.won, score(weights, outcomes.parts)))
