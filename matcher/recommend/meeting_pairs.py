"""Which pairs meet: a flow with limits, minimums and a total, solved as a linear programme.

The matrix is that of a network, so the corners of its feasible region are whole numbers: the programme's
value is a proof that no choice of pairs is worth more. Only the pairs that could matter are given to it:
the others are priced by its duals, and those that would gain are added until none does, which is the proof
for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matcher.domain.event import Meetings

Pair: TypeAlias = tuple[str, str]
Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]

_SPARES: Final = 0.5  # further pairs offered to the slots, as a part of those chosen
_FIRST: Final = 3  # times as many pairs as there are places begin in the programme
_ROUNDING: Final = 1e-7


@dataclass(frozen=True)
class Chosen:
    """Pairs to meet, spare ones (best first), and a bound on the value of any plan."""

    pairs: tuple[Pair, ...]
    spares: tuple[Pair, ...]
    bound: float


def choose_pairs(request: Meetings) -> Chosen:
    """The most valuable pairs within everybody's limits; minimums first, where all can be kept."""
    offered = _offered(request)
    if not offered.pairs:
        return Chosen((), (), 0.0)
    share = _solve(request, offered, relaxed=False)
    if share is None:
        share = _required(_solve(request, offered, relaxed=True))
    taken = np.flatnonzero(share > 0.5)
    left = np.flatnonzero(share <= 0.5)
    left = left[np.argsort(-offered.score[left], kind="stable")]
    spares = left[: int(len(taken) * _SPARES) + 1]
    return Chosen(
        tuple(offered.pairs[place] for place in taken.tolist()),
        tuple(offered.pairs[place] for place in spares.tolist()),
        float(offered.score[taken].sum()),
    )


@dataclass(frozen=True)
class _Offered:
    """Pairs that could meet, by buyer and seller in their order: numbers, scores, whether they must."""

    pairs: list[Pair]
    ends: tuple[Ints, Ints]
    score: Floats
    must: Bools


def _offered(request: Meetings) -> _Offered:
    forbidden, must = set(request.must_not), request.all_musts()
    number = {firm: place for place, firm in enumerate((*request.buyers, *request.sellers))}
    there = {firm: sum(1 << slot for slot in request.free_slots(firm)) for firm in number}
    known = set(must)
    wanted = [pair for pair, score in request.scores.items() if score > 0 and pair not in known]
    pairs = [pair for pair in (*wanted, *must) if pair not in forbidden and there[pair[0]] & there[pair[1]]]
    one = np.asarray([number[buyer] for buyer, _ in pairs], dtype=np.int64)
    two = np.asarray([number[seller] for _, seller in pairs], dtype=np.int64)
    order = np.lexsort((two, one))
    pairs = [pairs[place] for place in order.tolist()]
    score = np.asarray([request.scores.get(pair, 0.0) for pair in pairs], dtype=np.float64)
    fixed = np.asarray([pair in known for pair in pairs], dtype=np.bool_)
    return _Offered(pairs, (one[order], two[order]), score, fixed)


def _required(share: Floats | None) -> Floats:
    if share is None:
        raise ArithmeticError("a programme whose every wish is soft has a solution")
    return share


def _solve(request: Meetings, offered: _Offered, relaxed: bool) -> Floats | None:
    """A 0/1 vector over the pairs, or None where the minimums and musts exclude each other.

    Relaxed, each missing meeting of a minimum and each must left out costs more than all scores.
    """
    dear = 1.0 + float(offered.score.sum())
    gain = offered.score + dear * offered.must if relaxed else offered.score
    rows = _Rows.of(request)
    active = _first(request, offered, rows)
    while True:
        solved = _programme(offered, rows, (gain, active), dear if relaxed else None)
        if solved is None:
            if active.all():
                return None
            active[:] = True
            continue
        share, duals = solved
        missing = ~active & (gain - rows.price(offered, duals) > _ROUNDING)
        if not missing.any():
            return share
        active |= missing


@dataclass(frozen=True)
class _Rows:
    """Limits a firm, the total, then the minimums: `least_row[f]` is -1 for a firm without one."""

    limits: Floats
    places: float
    least: Floats
    least_row: Ints

    @classmethod
    def of(cls, request: Meetings) -> _Rows:
        firms = (*request.buyers, *request.sellers)
        short = [firm for firm in firms if request.least.get(firm, 0) > 0]
        row = {firm: len(firms) + 1 + place for place, firm in enumerate(short)}
        return cls(
            np.asarray([float(request.limit(firm)) for firm in firms]),
            float(request.slots * len(request.open_tables())),
            np.asarray([float(request.least[firm]) for firm in short]),
            np.asarray([row.get(firm, -1) for firm in firms], dtype=np.int64),
        )

    def price(self, offered: _Offered, duals: Floats) -> Floats:
        """What a pair's places are worth to others."""
        total = np.full(len(offered.score), -duals[len(self.limits)])
        for ends in offered.ends:
            total -= duals[ends]
            row = self.least_row[ends]
            total += np.where(row >= 0, duals[row], 0.0)
        return total


def _first(request: Meetings, offered: _Offered, rows: _Rows) -> Bools:
    """The best pairs of all, those that must meet, and all of firms with a minimum."""
    most = _FIRST * request.slots * len(request.open_tables())
    active = offered.must.copy()
    active[np.argsort(-offered.score, kind="stable")[:most]] = True
    for ends in offered.ends:
        active |= rows.least_row[ends] >= 0
    return active


def _programme(
    offered: _Offered, rows: _Rows, columns: tuple[Floats, Bools], dear: float | None
) -> tuple[Floats, Floats] | None:
    """Shares of all pairs and duals of all rows; None where it has no solution."""
    from scipy.optimize import linprog

    gain, active = columns
    chosen = np.flatnonzero(active)
    extra = 0 if dear is None else len(rows.least)
    upper = np.concatenate([rows.limits, [rows.places], -rows.least])
    low = np.where(offered.must[chosen] & (dear is None), 1.0, 0.0)
    bounds = np.column_stack([np.concatenate([low, np.zeros(extra)]), np.ones(len(chosen) + extra)])
    bounds[len(chosen) :, 1] = np.inf
    cost = np.concatenate([-gain[chosen], np.full(extra, dear or 0.0)])
    matrix = _matrix(offered, rows, chosen, extra)
    # The stubs know dense matrices only; SciPy takes sparse ones.
    solved = linprog(cost, A_ub=matrix, b_ub=upper, bounds=bounds, method="highs-ds")  # type: ignore[call-overload]
    if solved.x is None or solved.status != 0:
        return None
    share = np.zeros(len(offered.score))
    share[chosen] = np.asarray(solved.x)[: len(chosen)]
    return share, np.asarray(solved.ineqlin.marginals)


def _matrix(offered: _Offered, rows: _Rows, chosen: Ints, extra: int) -> Any:
    from scipy.sparse import csc_array

    n, m = len(chosen), len(rows.limits)
    numbers = np.arange(n)
    row, column = [np.full(n, m)], [numbers]
    data = [np.ones(n)]
    for ends in offered.ends:
        row.append(ends[chosen])
        column.append(numbers)
        data.append(np.ones(n))
        least = rows.least_row[ends[chosen]]
        has = least >= 0
        row.append(least[has])
        column.append(numbers[has])
        data.append(-np.ones(int(has.sum())))
    if extra:
        row.append(np.arange(m + 1, m + 1 + extra))
        column.append(np.arange(n, n + extra))
        data.append(-np.ones(extra))
    where = (np.concatenate(row), np.concatenate(column))
    return csc_array((np.concatenate(data), where), shape=(m + 1 + len(rows.least), n + extra))
