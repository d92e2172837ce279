"""Which firm stands at which booth of a fair: wishes to numbers, an assignment, exchanges, the check."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Final

import numpy as np

from matcher.domain.event.floor import Floor, FloorPlan
from matcher.domain.event.floor_check import check_floor, check_floor_request
from matcher.recommend.floor_conflicts import keeping_all
from matcher.recommend.floor_numbers import Grid, benefits, task_of
from matcher.recommend.floor_search import Ints, exchanged

STEPS: Final = 6  # exchanges a booth
_LEAST_STEPS: Final = 120


def plan_floor(
    request: Floor, seed: int, steps: int | None = None, keep: Mapping[str, int] | None = None
) -> FloorPlan:
    """A booth for every exhibitor: wishes first, then draw x exposure and trades side by side.

    Where a floor has been announced (`keep`, firm -> booth) a firm leaves its booth only to mend what cannot
    be kept, and as few as possible do. Same seed and steps, same floor; 180 firms take about a second.
    What cannot be kept is listed in the violations. Raises InvalidInput for what no floor could keep.
    """
    check_floor_request(request)
    grid = Grid.of(request)
    firms = len(request.exhibitors)
    if not firms:
        return FloorPlan({}, 0.0, 0.0)
    task = task_of(request, grid, keep)
    start = _assigned(task.single)
    number = max(_LEAST_STEPS, STEPS * len(start)) if steps is None else steps
    rng = np.random.default_rng(seed)
    booths = exchanged(task, start, firms, number, rng)
    plan = _named(request, grid, booths)
    if plan.violations:
        kept = keeping_all(request)
        if kept is not None:
            again = _placed(request, grid, kept)
            plan = _named(request, grid, exchanged(task, again, firms, number, rng))
    return plan


def _assigned(single: np.ndarray) -> Ints:
    from scipy.optimize import linear_sum_assignment

    return np.asarray(linear_sum_assignment(single, maximize=True)[1], dtype=np.int64)


def _placed(request: Floor, grid: Grid, kept: Mapping[str, int]) -> Ints:
    """Those with wishes at their booths, the others in order at what is left."""
    column = {number: place for place, number in enumerate(grid.numbers)}
    found = np.full(len(grid.numbers), -1, dtype=np.int64)
    for row, firm in enumerate(request.firms()):
        if firm in kept:
            found[row] = column[kept[firm]]
    left = np.setdiff1d(np.arange(len(found)), found)
    found[found < 0] = left
    return found


def _named(request: Floor, grid: Grid, booths: Ints) -> FloorPlan:
    placed = {firm: grid.numbers[int(booths[row])] for row, firm in enumerate(request.firms())}
    plan = FloorPlan(placed, _value(request, grid, booths), _bound(request, grid))
    return dataclasses.replace(plan, violations=check_floor(request, plan))


def _value(request: Floor, grid: Grid, booths: Ints) -> float:
    single, together = benefits(request, grid)
    own = booths[: len(single)]
    beside = grid.beside[np.ix_(own, own)]
    return float(single[np.arange(len(own)), own].sum() + (together * beside).sum() / 2.0)


def _bound(request: Floor, grid: Grid) -> float:
    """Every firm gets, beside its own worth at a booth, half of the best neighbours that fit there.

    An assignment with those sums is an upper limit of any floor (Gilmore 1962, Lawler 1963).
    """
    from scipy.optimize import linear_sum_assignment

    single, together = benefits(request, grid)
    mates = (together > 0).sum(axis=1)
    sides = grid.beside.sum(axis=1)
    best = np.minimum(mates[:, None], sides[None, :]) * request.trades_together / 2.0
    total = single + best
    rows, columns = linear_sum_assignment(total, maximize=True)
    return float(total[rows, columns].sum())
