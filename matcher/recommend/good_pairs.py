"""Guests so chosen that each finds enough good pairs: who finds too few is changed for who finds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PAIRS: Final = 2  # good pairs that every guest should have
_NONE: Final = -np.inf


@dataclass(frozen=True)
class Circle:
    """Candidates: `good` (n, n) marks good pairs, `worth` (n, n) is what a pair is worth.

    `bound` (n,) must come, `small` (n,) are small firms, of whom `kept` places are theirs.
    """

    good: Bools
    worth: Floats
    bound: Bools
    small: Bools
    kept: int


def befriended(circle: Circle, inside: Bools) -> Bools:
    """The guests, as many as before, with fewer who have less than PAIRS good pairs among them; (n,).

    A lonely guest gives its place to the best candidate with enough pairs; one who must come gets one it fits
    in the place of whoever is missed least. Nobody else becomes lonely by it.
    """
    inside = inside.copy()
    helpless = np.zeros(len(inside), dtype=np.bool_)
    while True:
        lonely = inside & ~helpless & (circle.good[:, inside].sum(axis=1) < PAIRS)
        if not lonely.any():
            return inside
        who = int(np.flatnonzero(lonely)[0])
        change = _joining(circle, inside, who) if circle.bound[who] else _changed(circle, inside, who)
        if change is None:
            helpless[who] = True
        else:
            inside[change[0]], inside[change[1]] = False, True


def _changed(circle: Circle, inside: Bools, who: int) -> tuple[int, int] | None:
    """Who comes in the place of a lonely guest."""
    rest = inside.copy()
    rest[who] = False
    counts = circle.good[:, rest].sum(axis=1)
    if (rest & (counts < PAIRS) & circle.good[who]).any():
        return None  # a pair of the few that somebody else has
    fits = ~inside & (counts >= PAIRS) & _quota(circle, rest)
    found = _best(circle.worth[:, rest].sum(axis=1), fits)
    return None if found is None else (who, found)


def _joining(circle: Circle, inside: Bools, who: int) -> tuple[int, int] | None:
    """Who leaves and who comes, so that one who must come finds a pair more."""
    counts = circle.good[:, inside].sum(axis=1)
    needed = circle.good[:, inside & (counts <= PAIRS)].any(axis=1)
    leaving = _best(
        -circle.worth[:, inside].sum(axis=1), inside & ~circle.bound & ~needed & ~circle.good[who]
    )
    if leaving is None:
        return None
    rest = inside.copy()
    rest[leaving] = False
    fits = ~inside & circle.good[who] & (circle.good[:, rest].sum(axis=1) >= PAIRS) & _quota(circle, rest)
    coming = _best(circle.worth[:, rest].sum(axis=1), fits)
    return None if coming is None else (leaving, coming)


def _quota(circle: Circle, rest: Bools) -> Bools:
    """Who may take the place, so that small firms keep theirs."""
    return circle.small | np.bool_((rest & circle.small).sum() >= circle.kept)


def _best(value: Floats, among: Bools) -> int | None:
    return int(np.where(among, value, _NONE).argmax()) if among.any() else None
