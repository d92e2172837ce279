"""Annealing runs over a seating of one or more rounds: cooled between two heats that the room itself tells.

With the other rounds fixed, a round is a grouping on one weight matrix and its gain is the whole plan's, so
each step of cooling passes over the rounds in turn. A run starts either anew or, warm, from the best so
far; which beats one long run: measured on 36 public grouping instances, docs/decisions/0016.
The budget counts moves, so that one seed gives one plan on every machine; with seconds, as many runs of
the same length are made as fit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from matcher.recommend.grouping.groups import Floats, Groups, Ints, Kinds, arranged

PLAIN: Final = 60_000  # moves up to which plain Python is as quick as loading the compiled kernel
SMALL: Final = 100  # items and rounds up to which the same holds for a climb
RUN: Final = 1_000_000  # moves of a full run, an item and round, at most:
_EACH: Final = 180  # times the number of items and rounds to the power of
_GROWS: Final = 2.5  # this, which lies between too few moves for a large room and too few runs for a small
_RUNS: Final = 6  # runs that a budget is parted into,
_SHORT: Final = 60  # where each keeps so many moves, times the square of items and rounds;
_SMALL_RUNS: Final = (
    20,
    10,
)  # both in a small room, where what parts two good plans is high and the way short
_LEVELS: Final = 100  # steps of cooling
_STEP: Final = 100  # moves an item and round that a step should make at least
_HOT: Final = 0.01  # part of the exchanges that lose and are kept at the beginning of a run,
_COLD: Final = 0.00015  # and at its end: between them the order is made
_WARM: Final = 1 / 3  # of the way from hot to cold, where a warm run begins,
_EVEN: Final = 0.7  # and where loads are to be evened, which is done late
_TRIES: Final = 4  # times as many runs, as much shorter, find even loads sooner
_PROBE: Final = 0.05  # of the moves find the two heats
_FALL: Final = 0.75
_STEPS: Final = 34  # of the probe,
_SURE: Final = 2_000  # whose parts are told from at least so many moves;
_USUAL: Final = (0.4, 0.05)  # else what is usual, in typical weights of an item with its group,
_SMALL_HOT: Final = 3.0  # and where a small room begins
_SIZES: Final = 1.0  # at which heat sizes still change, in the same measure
_LEAST: Final = 1e-9  # below this a gain is rounding
_LOGS: Final = np.log((np.arange(4096) + 0.5) / 4096)


class Problem(Protocol):
    """Rounds to be grouped: what a round's weights are while the others stand, and a whole plan's worth."""

    @property
    def kinds(self) -> Sequence[Kinds]:
        """Of each round."""

    def weights(self, seats: Ints, turn: int) -> Floats:
        """(n, n) weights between the items of one round."""

    def worth(self, seats: Ints) -> float:
        """Of a whole plan, (rounds, n) item -> group; the higher the better."""


@dataclass(frozen=True)
class Budget:
    """How long to search: `moves` in all, or as long as `seconds` of this thread's CPU time last.

    The search ends earlier where a plan is worth `enough`. `sweeps` bounds how often the first climb goes
    over a round, 0 for until nothing gains: 1 gives a first plan at once.
    """

    moves: int = 0
    seconds: float | None = None
    enough: float = np.inf
    sweeps: int = 0


@dataclass
class _Walk:
    """A plan on its way, with the source of chance; `small` rooms go without the compiled kernel."""

    problem: Problem
    seats: Ints
    state: NDArray[np.uint64]
    small: bool
    free: bool = False  # whether loads cost nothing for now

    def groups(self, turn: int) -> Groups:
        weight = self.problem.weights(self.seats, turn)
        of = self.problem.kinds[turn]
        return arranged(weight, self.seats[turn], of._replace(dear=0.0) if self.free else of)

    def step(self, heat: float, moves: int) -> float:
        """Pass over all rounds at one heat; the part of the exchanges that lost and was kept."""
        kept, each = 0, max(1, moves // len(self.seats))
        for turn in range(len(self.seats)):
            kept += _kernel(self.small).anneal(self.groups(turn), heat, each, self.state, _LOGS)
        return kept / (each * len(self.seats))

    def settle(self, sweeps: int = 0) -> None:
        """Climb in every round until no exchange gains; with `sweeps`, go over each round so often once."""
        before = -np.inf
        while (now := self.problem.worth(self.seats)) > before + _LEAST:
            before = now
            for turn in range(len(self.seats)):
                _kernel(self.small).climb(self.groups(turn), _LEAST, sweeps)
            if sweeps:
                return


def _kernel(small: bool) -> Any:
    if small:
        from matcher.recommend.grouping import plain

        return plain
    from matcher.recommend.grouping import kernel

    return kernel


def settled(problem: Problem, seats: Ints, small: bool = True) -> Ints:
    """The nearest plan that no single exchange betters; never worse than `seats`, (rounds, n)."""
    walk = _Walk(problem, seats.copy(), np.ones(1, dtype=np.uint64), small)
    walk.settle()
    return walk.seats


def improved(problem: Problem, start: Callable[[], Ints], budget: Budget, rng: np.random.Generator) -> Ints:
    """The best plan found within the budget, (rounds, n); never worse than the first that `start` gives.

    `start` is asked for a plan to begin with, anew for each fresh run.
    """
    first = start()
    small = budget.seconds is None and budget.moves <= PLAIN and first.size <= SMALL
    priced = any(of.dear for of in problem.kinds)
    clock = _Clock(budget, first.size, _TRIES if priced else 1, small)
    walk = _Walk(problem, first.copy(), _state(rng), small)
    walk.settle(budget.sweeps)
    best, value = walk.seats.copy(), problem.worth(walk.seats)
    hot, cold = _heats(walk, clock)
    runs, part = 0, _EVEN if priced else _WARM
    while value < budget.enough and clock.next():
        warm = runs % 2 == 1
        walk.seats = best.copy() if warm else (start() if runs else best.copy())
        _run(walk, (hot * (cold / hot) ** part if warm else hot, cold), clock)
        runs += 1
        found = problem.worth(walk.seats)
        if found > value + _LEAST:
            best, value = walk.seats.copy(), found
    return best


def _state(rng: np.random.Generator) -> NDArray[np.uint64]:
    return rng.integers(1, 2**63, 1, dtype=np.uint64)


def _run(walk: _Walk, heats: tuple[float, float], clock: _Clock) -> None:
    """One cooling from the first heat to the second, and a climb."""
    hot, cold = heats
    levels = clock.levels(walk.seats.size)
    for level in range(levels):
        moves = clock.step(level, levels)
        walk.step(hot * (cold / hot) ** (level / max(1, levels - 1)), moves)
        clock.spent(moves)
    walk.settle()


def _heats(walk: _Walk, clock: _Clock) -> tuple[float, float]:
    """Where few exchanges are still kept, and where hardly any is, found by cooling a copy."""
    probe = _Walk(walk.problem, walk.seats.copy(), walk.state, walk.small)
    weight = probe.problem.weights(probe.seats, 0)
    size = len(probe.seats[0]) / len(probe.problem.kinds[0].slack)
    # What is forbidden costs far more than anything is worth: it must not set the scale.
    typical = float(np.maximum(weight, 0.0).std()) or float(weight.std())
    scale = typical * np.sqrt(size) + _LEAST
    each = clock.probe() // _STEPS
    if each < _SURE:
        return (_SMALL_HOT if walk.small else _USUAL[0]) * scale, _USUAL[1] * scale
    heat = 1.5 * scale
    hot: float | None = None
    # Loads are felt at heats at which all members stand still: where these melt is told without them.
    priced = any(of.dear for of in walk.problem.kinds)
    probe.free = priced
    for _ in range(_STEPS):
        kept = probe.step(heat, each)
        clock.spent(each)
        if hot is None and kept < _HOT:
            hot, probe.free = heat, False
        if kept < _COLD and not probe.free:
            break
        heat *= _FALL
    # Groups find their sizes while it is much hotter than they find their members.
    sizes = len(probe.seats) == 1 and int(probe.problem.kinds[0].slack.max()) > 2
    return max(hot or heat, _SIZES * scale if sizes else 0.0), heat


class _Clock:
    """Cuts the budget into runs and their steps."""

    def __init__(self, budget: Budget, size: int, tries: int, small: bool) -> None:
        full = min(size * RUN, int(_EACH * size**_GROWS / tries))
        self.budget, self.full, self.size = budget, full, size
        self.begun = time.thread_time()
        self.made = 0
        most, each = _SMALL_RUNS if small else (_RUNS, _SHORT)
        few = min(most, budget.moves // (each * size**2))
        runs = max(1, few, round(budget.moves * (1 - _PROBE) / full))
        self.run = int(budget.moves * (1 - _PROBE)) // runs

    def probe(self) -> int:
        """Moves spent on finding the heats."""
        most = _STEPS * max(30 * self.size, 10_000)
        return most if self.budget.seconds is not None else min(most, int(self.budget.moves * _PROBE))

    def spent(self, moves: int) -> None:
        """Count moves made."""
        self.made += moves

    def next(self) -> bool:
        """Whether there is time for another run; sets its length."""
        if self.budget.seconds is None:
            return 0 < self.run <= self.budget.moves - self.made
        fits = self._fits()
        self.run = self.full if fits > self.full * 4 / 3 else int(fits)
        return fits > self.full / 50

    def levels(self, items: int) -> int:
        """Steps of cooling in a run: fewer where each would make too few moves for what it costs to begin."""
        return min(_LEVELS, max(1, self.run // (_STEP * items)))

    def step(self, level: int, levels: int) -> int:
        """Moves of one of the steps; where time runs short, an even part of what is left of it."""
        moves = self.run // levels
        if self.budget.seconds is None:
            return moves
        return max(1, min(moves, int(self._fits() / (levels - level))))

    def _fits(self) -> float:
        gone = time.thread_time() - self.begun
        return (self.budget.seconds - gone) * self.made / max(gone, 1e-9) if self.budget.seconds else 0.0
