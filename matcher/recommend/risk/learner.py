"""Learns a bank's past decisions: a shrunk logistic regression on straightened figures, with reasons.

Figures of firms are skewed; each is first made straight (Yeo and Johnson 2000), so that no single large firm
decides. What was learned is numbers alone: it is stored as JSON and read without any learning library.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InvalidInput

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Case = Mapping[str, float]

FEWEST: Final = 20  # past cases of each outcome; fewer say nothing
PENALTY: Final = 0.1  # sklearn's C: the prior of every weight is normal with variance 0.1
FOLDS: Final = 5
# Below, the prior calibrates better than folds of a hundred cases would: their slope is mostly chance.
CALIBRATED_FROM: Final = 500
SETTINGS: Final = {"penalty": PENALTY, "straightened": "Yeo-Johnson", "calibrated_from": CALIBRATED_FROM}


@dataclass(frozen=True)
class Reason:
    """A figure that raises or lowers the risk: its name, and by how much on the scale of log odds."""

    name: str
    weight: float


@dataclass(frozen=True)
class Learned:
    """What was learned, a number a figure in the order of `names`. NaN figures are taken as the median.

    `slope` and `shift` calibrate the log odds on cases that were left out.
    """

    names: tuple[str, ...]
    medians: tuple[float, ...]
    powers: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    slope: float
    shift: float

    def risk(self, cases: Sequence[Case]) -> Floats:
        """The probability of the bad outcome for each case, (cases,)."""
        return self.risk_of(_rows(self.names, cases))

    def risk_of(self, rows: Floats) -> Floats:
        """The same for a matrix (cases, names)."""
        odds = self._straight(rows) @ np.asarray(self.weights) + self.intercept
        found: Floats = 1.0 / (1.0 + np.exp(-(self.slope * odds + self.shift)))
        return found

    def reasons(self, case: Case, most: int = 3) -> list[Reason]:
        """The figures that move this case most from the average one; those unknown move nothing."""
        row = _rows(self.names, [case])
        shares = self.slope * self._straight(row)[0] * np.asarray(self.weights)
        shares[np.isnan(row[0])] = 0.0
        order = np.argsort(-np.abs(shares), kind="stable")[:most]
        return [Reason(self.names[at], float(shares[at])) for at in order if abs(shares[at]) > 1e-9]

    def to_json(self) -> dict[str, Any]:
        """As rows keep it."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Learned:
        """The counterpart of `to_json`."""
        plain: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in told.items()
        }
        return cls(**plain)

    def _straight(self, rows: Floats) -> Floats:
        filled = np.where(np.isnan(rows), np.asarray(self.medians), rows)
        powers = np.asarray(self.powers)
        columns = [_yeo_johnson(filled[:, at], power) for at, power in enumerate(powers)]
        return cast(Floats, (np.stack(columns, axis=1) - np.asarray(self.means)) / np.asarray(self.scales))


def learn(cases: Sequence[Case], bad: Bools, seed: int = 0) -> Learned:
    """Learn from past cases, `bad` (cases,) telling how each ended. Same cases and seed, same model.

    Raises InvalidInput for fewer than FEWEST of either outcome. Costs about half a second a thousand cases.
    """
    fewest = int(min(bad.sum(), (~bad).sum()))
    if fewest < FEWEST:
        raise InvalidInput("products.too_few_decisions", found=fewest, fewest=FEWEST)
    names = tuple(sorted(cases[0]))
    rows = _rows(names, cases)
    known = ~np.isnan(rows).all(axis=0)
    medians = np.where(known, np.nanmedian(np.where(known, rows, 0.0), axis=0), 0.0)
    filled = np.where(np.isnan(rows), medians, rows)
    slope, shift = _calibrated(filled, bad, seed) if len(bad) >= CALIBRATED_FROM else (1.0, 0.0)
    return _model(names, medians, _fitted(filled, bad), slope, shift)


def _model(names: tuple[str, ...], medians: Floats, fitted: Any, slope: float, shift: float) -> Learned:
    power, regression = fitted.named_steps["straight"], fitted.named_steps["regression"]
    return Learned(
        names=names,
        medians=_plain(medians),
        powers=_plain(power.lambdas_),
        means=_plain(power._scaler.mean_),
        scales=_plain(power._scaler.scale_),
        weights=_plain(np.ravel(regression.coef_)),
        intercept=float(np.ravel(regression.intercept_)[0]),
        slope=slope,
        shift=shift,
    )


def _fitted(rows: Floats, bad: Bools) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import PowerTransformer

    steps = [("straight", PowerTransformer()), ("regression", LogisticRegression(C=PENALTY, max_iter=3_000))]
    return Pipeline(steps).fit(rows, bad)


def _calibrated(rows: Floats, bad: Bools, seed: int) -> tuple[float, float]:
    """Slope and shift of the log odds, from cases that the model did not see (Platt 1999)."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    odds = np.zeros(len(bad))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(rows, bad):
        odds[test] = _fitted(rows[train], bad[train]).decision_function(rows[test])
    found = LogisticRegression(C=1.0, max_iter=1_000).fit(odds[:, None], bad)
    slope = float(found.coef_[0, 0])
    return (slope, float(found.intercept_[0])) if slope > 0 else (1.0, 0.0)


def _yeo_johnson(values: Floats, power: float) -> Floats:
    up, down = np.maximum(values, 0.0), np.maximum(-values, 0.0)
    raised = np.log1p(up) if abs(power) < 1e-12 else (np.power(up + 1.0, power) - 1.0) / power
    other = 2.0 - power
    lowered = np.log1p(down) if abs(other) < 1e-12 else (np.power(down + 1.0, other) - 1.0) / other
    return cast(Floats, np.where(values >= 0, raised, -lowered))


def _plain(values: Any) -> tuple[float, ...]:
    return tuple(float(one) for one in values)


def _rows(names: Sequence[str], cases: Sequence[Case]) -> Floats:
    return np.asarray([[case[name] for name in names] for case in cases], dtype=np.float64)
