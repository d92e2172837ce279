"""Which pairs meet: a flow with limits, minimums and a total, solved as a linear programme.

The matrix is that of a network, so the corners of its feasible region are whole numbers: the programme's
value is a proof that no choice of pairs is worth more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from matcher.domain.event import Meetings

Pair: TypeAlias = tuple[str, str]

_SPARES = 0.5  # further pairs offered to the slots, as a part of those chosen


@dataclass(frozen=True)
class Chosen:
    """Pairs to meet, spare ones (best first), and a bound on the value of any plan."""

    pairs: tuple[Pair, ...]
    spares: tuple[Pair, ...]
    bound: float


def choose_pairs(request: Meetings) -> Chosen:
    """The most valuable pairs within everybody's limits; minimums first, where all can be kept."""
    forbidden = set(request.must_not)
    wanted = {pair for pair, score in request.scores.items() if score > 0} | set(request.must)
    pairs = sorted(
        pair
        for pair in wanted - forbidden
        if set(request.free_slots(pair[0])) & set(request.free_slots(pair[1]))
    )
    if not pairs:
        return Chosen((), (), 0.0)
    share = _solve(request, pairs, relaxed=False)
    if share is None:
        share = _solve(request, pairs, relaxed=True)
    taken = [pair for pair, part in zip(pairs, _required(share), strict=True) if part > 0.5]
    left = sorted(set(pairs) - set(taken), key=lambda pair: (-request.scores.get(pair, 0.0), pair))
    spares = left[: int(len(taken) * _SPARES) + 1]
    bound = float(sum(request.scores.get(pair, 0.0) for pair in taken))
    return Chosen(tuple(taken), tuple(spares), bound)


def _required(share: NDArray[np.float64] | None) -> NDArray[np.float64]:
    if share is None:
        raise ArithmeticError("a programme whose every wish is soft has a solution")
    return share


def _solve(request: Meetings, pairs: list[Pair], relaxed: bool) -> NDArray[np.float64] | None:
    """A 0/1 vector over the pairs, or None where the minimums and musts exclude each other.

    Relaxed, each missing meeting of a minimum and each must left out costs more than all scores.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    firms = (*request.buyers, *request.sellers)
    row_of = {firm: place for place, firm in enumerate(firms)}
    short = sorted(firm for firm, least in request.least.items() if least > 0)
    n, m = len(pairs), len(firms)
    numbers = np.arange(n)
    ends = [np.asarray([row_of[pair[side]] for pair in pairs]) for side in (0, 1)]
    least_row = {firm: m + 1 + place for place, firm in enumerate(short)}
    rows = [*ends, np.full(n, m)]
    columns, data = [numbers] * 3, [np.ones(n)] * 3
    for side in (0, 1):
        bound_below = np.asarray([least_row.get(pair[side], -1) for pair in pairs])
        rows.append(bound_below[bound_below >= 0])
        columns.append(numbers[bound_below >= 0])
        data.append(-np.ones(int((bound_below >= 0).sum())))
    if relaxed:
        rows.append(np.arange(m + 1, m + 1 + len(short)))
        columns.append(np.arange(n, n + len(short)))
        data.append(-np.ones(len(short)))
    upper = [float(request.limit(firm)) for firm in firms]
    upper += [float(request.slots * request.tables), *(-float(request.least[firm]) for firm in short)]
    cost, bounds = _costs(request, pairs, len(short) if relaxed else 0, relaxed)
    matrix = csr_array(
        (np.concatenate(data), (np.concatenate(rows), np.concatenate(columns))),
        shape=(len(upper), len(cost)),
    )
    # The stubs know dense matrices only; SciPy takes sparse ones.
    solved = linprog(cost, A_ub=matrix, b_ub=upper, bounds=bounds, method="highs-ds")  # type: ignore[call-overload]
    return np.asarray(solved.x)[:n] if solved.x is not None and solved.status == 0 else None


def _costs(
    request: Meetings, pairs: list[Pair], extra: int, relaxed: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    must = set(request.must)
    dear = 1.0 + sum(request.scores.values())
    fixed = np.asarray([pair in must for pair in pairs])
    scores = np.asarray([request.scores.get(pair, 0.0) for pair in pairs])
    gain = scores + dear * fixed if relaxed else scores
    low = np.zeros(len(pairs)) if relaxed else fixed.astype(float)
    cost = np.concatenate([-gain, np.full(extra, dear)])
    bounds = np.column_stack([np.concatenate([low, np.zeros(extra)]), np.ones(len(cost))])
    bounds[len(pairs) :, 1] = np.inf
    return cost, bounds
