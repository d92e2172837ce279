"""Deferred acceptance with numbers: classes of graduates offered to openings, until nobody would rather.

Each side ranks the other by score. The result is stable: no class and opening would both prefer each
other to something they hold (Gale and Shapley 1962; with quantities, Baiou and Balinski 2002).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def allocate(scores: Floats, heads: Sequence[int], places: Sequence[int]) -> Ints:
    """How many of class c go to opening o, shape (classes, openings); 0 scores are no match.

    `heads` and `places` are the sizes of classes and openings. Classes propose, best score first; ties go
    to the lower position on both sides, so the result is the same every time.
    """
    result = np.zeros(scores.shape, dtype=np.int64)
    order = [_liked(scores[row]) for row in range(len(scores))]
    following = [0] * len(heads)
    left = list(heads)
    waiting = [row for row in range(len(heads)) if left[row] > 0]
    while waiting:
        row = waiting.pop()
        if following[row] >= len(order[row]):
            continue
        opening = order[row][following[row]]
        result[row, opening] += left[row]
        left[row] = 0
        for refused, number in _refuse(scores, result, opening, places[opening]):
            left[refused] += number
            # A class refused in part has nothing more to hope for here.
            following[refused] = max(following[refused], order[refused].index(opening) + 1)
            if refused not in waiting:
                waiting.append(refused)
    return result


def _liked(row: Floats) -> list[int]:
    return [int(place) for place in np.argsort(-row, kind="stable") if row[place] > 0]


def _refuse(scores: Floats, result: Ints, opening: int, places: int) -> list[tuple[int, int]]:
    """Send back what is over the opening's places, least wanted first."""
    over = int(result[:, opening].sum()) - places
    refused = []
    holders = [int(row) for row in np.flatnonzero(result[:, opening])]
    for row in sorted(holders, key=lambda one: (scores[one, opening], -one)):
        if over <= 0:
            break
        number = min(over, int(result[row, opening]))
        result[row, opening] -= number
        over -= number
        refused.append((row, number))
    return refused


def blocking_pairs(
    scores: Floats, heads: Sequence[int], places: Sequence[int], result: Ints
) -> list[tuple[int, int]]:
    """Pairs (class, opening) that would both rather have each other than something they hold or lack.

    An independent check of `allocate`: () is a stable allocation. O(classes x openings x both).
    """
    found = []
    for row in range(len(scores)):
        for opening in range(scores.shape[1]):
            score = scores[row, opening]
            if score <= 0:
                continue
            worse_place = any(
                result[row, other] and scores[row, other] < score for other in range(scores.shape[1])
            )
            idle = result[row].sum() < heads[row]
            worse_class = any(
                result[other, opening] and scores[other, opening] < score for other in range(len(scores))
            )
            room = result[:, opening].sum() < places[opening]
            if (idle or worse_place) and (room or worse_class):
                found.append((row, opening))
    return found
