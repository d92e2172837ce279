"""One grouping on given weights: maximally diverse, with kinds and even loads if asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.recommend.grouping.groups import Floats, Ints, Kinds, arranged, kinds, worth
from matcher.recommend.grouping.search import Budget, improved


@dataclass(frozen=True)
class Task:
    """`n` items with symmetric `weight` (n, n) into groups of `least` to `most` items each, (g,).

    Every group gets as many items of each `kind` as every other, so the kinds' sizes are multiples of g.
    The range of the groups' summed `load` costs `dear` a unit.
    """

    weight: Floats
    least: Ints
    most: Ints
    kind: Ints | None = None
    load: Floats | None = None
    dear: float = 0.0


@dataclass(frozen=True)
class _OneRound:
    weight: Floats
    kinds: tuple[Kinds]

    def weights(self, seats: Ints, turn: int) -> Floats:  # noqa: ARG002 (one round: nothing else decides)
        return self.weight

    def worth(self, seats: Ints) -> float:
        return worth(arranged(self.weight, seats[0].copy(), self.kinds[0]))


def grouped(task: Task, budget: Budget, rng: np.random.Generator) -> tuple[Ints, float]:
    """The group of each item, and what the grouping is worth. Needs sum(least) <= n <= sum(most)."""
    n, places = len(task.weight), int(task.most.sum())
    weight = np.zeros((places, places))
    weight[:n, :n] = task.weight
    np.fill_diagonal(weight, 0.0)
    load = None if task.load is None else (np.pad(task.load, (0, places - n)), task.dear)
    kind = None if task.kind is None else np.pad(task.kind, (0, places - n))
    of = kinds(np.arange(places) >= n, task.most - task.least, kind=kind, load=load)
    problem = _OneRound(weight, (of,))
    best = improved(problem, lambda: _start(task, places, rng), budget, rng)
    return best[0][:n], problem.worth(best)


def _start(task: Task, places: int, rng: np.random.Generator) -> Ints:
    """A random grouping within the limits; kinds are dealt round the groups."""
    n, number = len(task.weight), len(task.most)
    group = np.empty(places, dtype=np.int64)
    if task.kind is not None:
        for kind in np.unique(task.kind):
            members = np.flatnonzero(task.kind == kind)
            group[members] = rng.permutation(np.arange(len(members)) % number)
        return group[np.newaxis]
    sure = np.repeat(np.arange(number), task.least)
    rest = rng.permutation(np.repeat(np.arange(number), task.most - task.least))
    group[rng.permutation(n)] = np.concatenate([sure, rest])[:n]
    group[n:] = rest[n - len(sure) :]
    return group[np.newaxis]
