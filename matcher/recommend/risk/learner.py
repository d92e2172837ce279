"""Learns a bank's past decisions: a logistic regression and a forest, averaged and calibrated, with reasons.

Both learn from the same named figures. The forest sees what is not straight, the regression keeps it honest
where past cases are few; on a hundred cases either alone is less sure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InvalidInput

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FEWEST: Final = 20  # past cases of each outcome; fewer say nothing
TREES: Final = 300
LEAF: Final = 3  # the fewest past cases a leaf stands for
FOLDS: Final = 5
SETTINGS: Final = {"trees": TREES, "leaf": LEAF, "inner_folds": FOLDS, "penalty": "chosen by inner folds"}


@dataclass(frozen=True)
class Reason:
    """A figure that raises or lowers the risk: its name, and by how much on the scale of log odds."""

    name: str
    weight: float


@dataclass(frozen=True, eq=False)
class Learned:
    """What was learned. `names` are the figures in their order."""

    names: tuple[str, ...]
    line: Any
    forest: Any

    def risk(self, cases: Sequence[Mapping[str, float]]) -> Floats:
        """The probability of the bad outcome for each case, (cases,)."""
        rows = _rows(self.names, cases)
        both = (self.line.predict_proba(rows)[:, 1], self.forest.predict_proba(rows)[:, 1])
        return np.asarray(np.mean(both, axis=0), dtype=np.float64)

    def reasons(self, case: Mapping[str, float], most: int = 3) -> list[Reason]:
        """The figures that move this case most from the average one, by the regression's part."""
        scaler, regression = self.line.named_steps["scale"], self.line.named_steps["regression"]
        shares = scaler.transform(_rows(self.names, [case]))[0] * np.ravel(regression.coef_)
        order = np.argsort(-np.abs(shares), kind="stable")[:most]
        return [Reason(self.names[place], float(shares[place])) for place in order]


def learn(cases: Sequence[Mapping[str, float]], bad: Bools, seed: int = 0) -> Learned:
    """Learn from past cases, `bad` (cases,) telling how each ended. Same cases and seed, same model.

    Raises InvalidInput for fewer than FEWEST of either outcome. Costs about a second a hundred cases.
    """
    fewest = int(min(bad.sum(), (~bad).sum()))
    if fewest < FEWEST:
        raise InvalidInput("products.too_few_decisions", found=fewest, fewest=FEWEST)
    names = tuple(sorted(cases[0]))
    rows = _rows(names, cases)
    return Learned(names, _line(seed).fit(rows, bad), _forest(seed).fit(rows, bad))


def _rows(names: Sequence[str], cases: Sequence[Mapping[str, float]]) -> Floats:
    return np.asarray([[case[name] for name in names] for case in cases], dtype=np.float64)


def _line(seed: int) -> Any:
    from sklearn.linear_model import LogisticRegressionCV
    from sklearn.model_selection import StratifiedKFold
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    regression = LogisticRegressionCV(
        Cs=np.logspace(-3, 1, 9),
        cv=folds,
        scoring="neg_log_loss",
        max_iter=2_000,
        l1_ratios=(0,),
        use_legacy_attributes=False,
    )
    return Pipeline([("scale", StandardScaler()), ("regression", regression)])


def _forest(seed: int) -> Any:
    from sklearn.ensemble import ExtraTreesClassifier

    return ExtraTreesClassifier(TREES, min_samples_leaf=LEAF, max_features=0.5, random_state=seed)
