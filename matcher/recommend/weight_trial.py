"""Whether a learned table may take the place of the one in force: by a later period that it has not seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from matcher.recommend import weight_learning as learning
from matcher.recommend.weight_learning import Outcomes

LEARNED_SHARE: Final = 0.5  # the oldest teach the weights
CALIBRATED_SHARE: Final = 0.25  # the next the chance; the newest judge
LEAST_OUTCOMES: Final = 200
LEAST_OF_A_KIND: Final = 10  # of deals, and of no deals, in each of the three periods
SURE: Final = 2.0  # standard errors by which it must be better
_DECIMALS: Final = 5


@dataclass(frozen=True)
class Trial:
    """A learned table beside the one in force. `figures` is what is kept of the comparison."""

    weights: Mapping[str, float]
    line: tuple[float, float]
    better: bool
    figures: Mapping[str, Any]


def periods(outcomes: Outcomes) -> tuple[Outcomes, Outcomes, Outcomes]:
    """To learn from, to calibrate by, to judge by; `outcomes` are in the order of time."""
    first = int(len(outcomes) * LEARNED_SHARE)
    second = first + int(len(outcomes) * CALIBRATED_SHARE)
    size = len(outcomes)
    return outcomes.slice(0, first), outcomes.slice(first, second), outcomes.slice(second, size)


def enough(outcomes: Outcomes) -> bool:
    """Whether there are outcomes of both kinds to learn from, to calibrate and to judge by."""
    if len(outcomes) < LEAST_OUTCOMES:
        return False
    return all(period.rarer >= LEAST_OF_A_KIND for period in periods(outcomes))


def tried(outcomes: Outcomes, now: Mapping[str, float]) -> Trial:
    """Learn, calibrate, and judge beside the table in force (`now`), which is calibrated the same way.

    `better` where the later period's log loss falls by more than SURE standard errors of the paired
    difference, and deals are ranked before the others at least as often as before.
    """
    older, middle, later = periods(outcomes)
    found = learning.learn(older)
    line, gains = learning.calibrate(found, middle), _gains(found, now, middle, later)
    gain, error = float(gains.mean()), float(gains.std(ddof=1) / np.sqrt(len(gains)))
    before, after = learning.concordance(now, later), learning.concordance(found, later)
    better = gain > SURE * error and after >= before and gain > 0
    figures: dict[str, dict[str, float]] = {
        "outcomes": {"learned": len(older), "calibrated": len(middle), "judged": len(later)},
        "deals": {"learned": _deals(older), "calibrated": _deals(middle), "judged": _deals(later)},
        "log_loss": {"before": _loss(now, middle, later), "after": _loss(found, middle, later)},
        "gain": {"mean": gain, "standard_error": error, "by_chance": learning.by_chance(older)},
        "auc": {"before": before, "after": after},
    }
    return Trial(found, line, better, _rounded(figures))


def _gains(found: Mapping[str, float], now: Mapping[str, float], middle: Outcomes, later: Outcomes) -> Any:
    lines = [learning.calibrate(weights, middle) for weights in (now, found)]
    before, after = (
        learning.losses(weights, line, later) for weights, line in zip((now, found), lines, strict=True)
    )
    return before - after


def _deals(outcomes: Outcomes) -> int:
    return int(outcomes.won.sum())


def _loss(weights: Mapping[str, float], middle: Outcomes, later: Outcomes) -> float:
    return float(learning.losses(weights, learning.calibrate(weights, middle), later).mean())


def _rounded(figures: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    return {
        name: {key: round(value, _DECIMALS) for key, value in values.items()}
        for name, values in figures.items()
    }
