"""Fairness of lists: nobody in everything, nobody in nothing; and the figures that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Exposure:
    """How suggestions spread over those who could be suggested. `gini` 0 is even, near 1 is all for one;
    `coverage` is the part that appears at least once; `busiest` the share of the one who appears most."""

    gini: float
    coverage: float
    busiest: float


def exposure(counts: Sequence[int]) -> Exposure:
    """The figures of appearances, one count a candidate."""
    values = np.sort(np.asarray(counts, dtype=np.float64))
    total = float(values.sum())
    if values.size == 0 or total == 0.0:
        return Exposure(0.0, 0.0, 0.0)
    ranks = np.arange(1, values.size + 1)
    gini = float((2.0 * ranks - values.size - 1).dot(values)) / (values.size * total)
    return Exposure(gini, float((values > 0).mean()), float(values[-1]) / total)


def fatigue(invitations: NDArray[np.int64]) -> NDArray[np.float64]:
    """What a guest's worth is multiplied by after so many invitations of late: 1, 1/2, 1/3 ..."""
    return np.asarray(1.0 / (1.0 + invitations), dtype=np.float64)


def quota(part: int, whole: int, places: int) -> int:
    """Places kept for a group of `part` among `whole` candidates: its share, rounded down, at least one
    where there is one. Never more than the group has."""
    if part == 0 or whole == 0:
        return 0
    return min(part, max(1, places * part // whole))
