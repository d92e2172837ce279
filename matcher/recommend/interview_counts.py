"""How many members of each class meet each firm, and in which windows where some are away."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from matcher.domain.event.interviews import Interviews, Pair

Place: TypeAlias = tuple[str, str, int]
_NODES: Final = 200  # a time limit would not be reproducible
_EVERY: Final = -1  # the window of a count that is not placed yet


@dataclass(frozen=True)
class Counts:
    """How many of each pair; `placed` where the windows were decided with them; a bound on the value."""

    counts: Counter[Pair]
    placed: Counter[Place] | None
    bound: float


@dataclass(frozen=True)
class _Columns:
    """One column a pair (and window), then one a missing minimum, then one a missing must."""

    places: list[Place]
    firms: list[str]
    musts: list[Pair]


def chosen(request: Interviews) -> Counts:
    """The most valuable interviews within everybody's limits.

    A minimum or must missed costs more than all scores.
    """
    timed = bool(request.away)
    columns = _columns(request, timed)
    if not columns.places:
        return Counts(Counter(), Counter() if timed else None, 0.0)
    solved, bound = _solved(request, columns)
    placed = Counter({place: number for place, number in zip(columns.places, solved, strict=True) if number})
    counts: Counter[Pair] = Counter()
    for (talent, firm, _), number in placed.items():
        counts[talent, firm] += number
    return Counts(counts, placed if timed else None, bound)


def _columns(request: Interviews, timed: bool) -> _Columns:
    must = set(request.must)
    pairs = sorted({pair for pair, score in request.scores.items() if score > 0} | must)
    places = []
    for talent, firm in pairs:
        both = sorted(set(request.there(talent)) & set(request.there(firm)))
        places += [(talent, firm, window) for window in (both if timed else [_EVERY] * bool(both))]
    return _Columns(places, sorted(firm for firm, least in request.least.items() if least > 0), sorted(must))


def _solved(request: Interviews, columns: _Columns) -> tuple[list[int], float]:
    from scipy.optimize import Bounds, LinearConstraint, milp

    n, extra = len(columns.places), len(columns.firms) + len(columns.musts)
    scores = np.asarray([request.scores.get((talent, firm), 0.0) for talent, firm, _ in columns.places])
    most = np.asarray([float(request.limit((talent, firm))) for talent, firm, _ in columns.places])
    dear = 1.0 + float((scores * most).sum())
    cost = np.concatenate([-scores, np.full(extra, dear)])
    matrix, lows, highs = _rows(request, columns)
    solved = milp(
        cost,
        constraints=LinearConstraint(matrix, lows, highs),
        bounds=Bounds(np.zeros(n + extra), np.concatenate([most, np.full(extra, np.inf)])),
        integrality=np.ones(n + extra, dtype=np.int64),
        options={"node_limit": _NODES},
    )
    if solved.x is None:
        raise ArithmeticError("a programme whose every wish is soft has a solution")
    numbers = np.rint(np.asarray(solved.x)[:n]).astype(int)
    gap = max(0.0, float(solved.fun) - float(solved.mip_dual_bound))
    return numbers.tolist(), float((scores * numbers).sum()) + gap


def _rows(request: Interviews, columns: _Columns) -> tuple[Any, np.ndarray, np.ndarray]:
    from scipy.sparse import csr_array

    groups: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for number, (talent, firm, window) in enumerate(columns.places):
        groups["pair", talent, firm].append(number)
        groups["class", talent].append(number)
        groups["firm", firm].append(number)
        if window != _EVERY:
            groups["at", talent, window].append(number)
            groups["at", firm, window].append(number)
    rows = [(members, 0.0, _limit(request, key)) for key, members in groups.items()]
    extra = len(columns.places)
    for place, firm in enumerate(columns.firms):
        rows.append(([*groups["firm", firm], extra + place], float(request.least[firm]), np.inf))
    for place, pair in enumerate(columns.musts, len(columns.firms)):
        rows.append(([*groups["pair", *pair], extra + place], 1.0, np.inf))
    where = np.repeat(np.arange(len(rows)), [len(row[0]) for row in rows])
    column = np.asarray([number for row in rows for number in row[0]], dtype=np.int64)
    width = extra + len(columns.firms) + len(columns.musts)
    matrix = csr_array((np.ones(len(column)), (where, column)), shape=(len(rows), width))
    return matrix, np.asarray([row[1] for row in rows]), np.asarray([row[2] for row in rows])


def _limit(request: Interviews, key: tuple[object, ...]) -> float:
    kind, who = key[0], str(key[1])
    if kind == "pair":
        return float(request.limit((who, str(key[2]))))
    if kind == "at":
        return float(request.heads[who] if who in request.heads else request.desks[who])
    return float(request.held(who))
