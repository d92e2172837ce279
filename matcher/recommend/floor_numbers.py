"""A fair's floor in numbers: what each firm is worth at each booth, and what two firms are at two booths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.domain.event.floor import CLOSE, Booth, Floor, distance, side_by_side

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """The m usable booths by number, and between any two of them: neighbours, too close for rivals."""

    numbers: tuple[int, ...]
    beside: Floats
    close: Floats

    @classmethod
    def of(cls, request: Floor) -> Grid:
        """(m, m) matrices of 0 and 1 with an empty diagonal."""
        numbers = tuple(request.open_booths())
        booths = [request.booths[number] for number in numbers]
        beside = _matrix(booths, side_by_side)
        close = _matrix(booths, lambda one, two: distance(one, two) < CLOSE)
        return cls(numbers, beside, close)


def _matrix(booths: Sequence[Booth], holds: object) -> Floats:
    found = np.zeros((len(booths), len(booths)))
    for row, one in enumerate(booths):
        for column, two in enumerate(booths):
            if row != column and holds(one, two):  # type: ignore[operator]
                found[row, column] = 1.0
    return found


@dataclass(frozen=True)
class Task:
    """m firms (the last ones are nobody, for empty booths) onto m booths.

    Worth of a floor p: sum of `single[i, p[i]]` and, over the pairs of each of `pairs`, weight x place.
    """

    single: Floats
    pairs: tuple[tuple[Floats, Floats], ...]

    def worth(self, booths: NDArray[np.int64]) -> float:
        """Of a whole floor, counted anew."""
        total = float(self.single[np.arange(len(booths)), booths].sum())
        for weight, place in self.pairs:
            total += float((weight * place[np.ix_(booths, booths)]).sum()) / 2.0
        return total


def task_of(request: Floor, grid: Grid, home: Mapping[str, int] | None = None) -> Task:
    """Benefits, and a price for each wish broken that no benefit outweighs; `home` are announced booths.

    One announced booth kept outweighs all benefit, one wish kept outweighs all booths.
    """
    benefit, together = benefits(request, grid)
    n, m = len(request.exhibitors), len(grid.numbers)
    most = float(benefit.max(axis=1).sum() + together.sum()) + 1.0
    scale, stay = (1.0, 0.0) if home is None else (0.5 / most, 1.0)
    dear = most if home is None else float(n + 1)
    single = np.zeros((m, m))
    single[:n] = benefit * scale - dear * misfits(request, grid)
    place = {number: column for column, number in enumerate(grid.numbers)}
    for row, one in enumerate(request.exhibitors):
        if home is not None and home.get(one.firm) in place:
            single[row, place[home[one.firm]]] += stay
    far = 1.0 - grid.beside
    np.fill_diagonal(far, 0.0)
    return Task(
        single,
        (
            (np.pad(together * scale, (0, m - n)), grid.beside),
            (-dear * _wanted(request, request.apart, m), grid.close),
            (-dear * _wanted(request, request.near, m), far),
        ),
    )


def benefits(request: Floor, grid: Grid) -> tuple[Floats, Floats]:
    """Draw x exposure, (n, m), and what two neighbours of one sector are worth, (n, n)."""
    draw = np.asarray([one.draw for one in request.exhibitors])
    exposure = np.asarray([request.booths[number].exposure for number in grid.numbers])
    sectors = np.asarray([one.sector for one in request.exhibitors])
    same = (sectors[:, None] == sectors[None, :]) & (sectors[:, None] != "")
    np.fill_diagonal(same, False)
    return np.outer(draw, exposure), same * request.trades_together


def misfits(request: Floor, grid: Grid) -> Floats:
    """How many of its own wishes a firm misses at each booth, (n, m)."""
    booths = [request.booths[number] for number in grid.numbers]
    size, power = np.asarray([one.size for one in booths]), np.asarray([one.power for one in booths])
    found = np.zeros((len(request.exhibitors), len(booths)))
    pinned = {pin.firm: pin.booth for pin in request.pins}
    numbers = np.asarray(grid.numbers)
    for row, one in enumerate(request.exhibitors):
        found[row] += (size < one.size).astype(float) + (power < one.power)
        if one.zone is not None:
            found[row] += np.asarray([one.zone not in booth.zones for booth in booths])
        if one.firm in pinned:
            found[row] += numbers != pinned[one.firm]
    return found


def _wanted(request: Floor, pairs: Sequence[tuple[str, str]], m: int) -> Floats:
    place = {firm: row for row, firm in enumerate(request.firms())}
    found = np.zeros((m, m))
    for a, b in pairs:
        found[place[a], place[b]] = found[place[b], place[a]] = 1.0
    return found
