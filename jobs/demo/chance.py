"""All chance of the demo: one seeded generator behind a few verbs, so that a seed gives the same rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Chance:
    """Draws in plain Python types from one numpy generator."""

    def __init__(self, seed: int) -> None:
        self._generator = np.random.default_rng(seed)

    def below(self, limit: int) -> int:
        """A whole number in [0, limit)."""
        return int(self._generator.random() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number in [low, high]."""
        return low + self.below(high - low + 1)

    def share(self) -> float:
        """A number in [0, 1)."""
        return float(self._generator.random())

    def happens(self, probability: float) -> bool:
        """True with that probability."""
        return self.share() < probability

    def one(self, things: Sequence[T]) -> T:
        """One of the things. Raises IndexError where there is none."""
        return things[self.below(len(things))]

    def weighted(self, things: Sequence[T], weights: Sequence[float]) -> T:
        """One of the things, by weight."""
        mark = self.share() * sum(weights)
        for thing, weight in zip(things, weights, strict=True):
            mark -= weight
            if mark < 0:
                return thing
        return things[-1]

    def some(self, things: Sequence[T], count: int) -> list[T]:
        """Up to `count` different ones, in drawn order."""
        return self.shuffled(things)[:count]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """All of them in a drawn order."""
        return [things[place] for place in self._generator.permutation(len(things))]

    def around(self, median: float, spread: float) -> float:
        """A log-normal number: half of them below `median`; `spread` is the standard deviation of the log."""
        return median * math.exp(spread * float(self._generator.standard_normal()))
