"""What the kernels read: firms as whole numbers, the words they offer and need, who may meet whom.

Every part of a score is a whole number of 1/UNIT, every product of two word weights one of 1/UNIT**2:
sums of whole numbers do not depend on their order, so that the compiled search and its plain reference
agree to the last bit, ties included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from matcher.graph.table import Array

UNIT: Final = 1 << 15
SHARE: Final = 1 << 14  # weights are whole numbers of 1/SHARE
NOBODY: Final = -1
UNKNOWN: Final = -1  # place, size, group
LEVELS: Final = 4  # building, street, district, city
SIZE_STEPS: Final = 8  # of a size by the natural logarithm
MOST_SIZE: Final = 127


class Sparse(NamedTuple):
    """Rows of whole numbers above zero: int64 (n + 1,), int32 and int32 (entries,)."""

    indptr: Array
    indices: Array
    data: Array


@dataclass(frozen=True, eq=False)
class Population:
    """`n` firms in the order of a snapshot, thus by industry. -1 is unknown, which is nowhere and no group.

    industry int32 (n,); places int32 (LEVELS, n), narrowest first; size int32 (n,), as of `sizes`;
    standing int32 (n,) in 0..UNIT; open bool (n,): active, listed, with capacity left; group int32 (n,);
    area int32 (n,): row of `reach` bool (areas, streets): which streets a seller serves, -1 all;
    apart (indptr, indices): who may not meet whom; offers, needs: Sparse rows of word weights in 0..UNIT;
    flow: Sparse (industries,): who supplies whom, in 0..UNIT, by the buyer's industry.
    """

    industry: Array
    places: Array
    size: Array
    standing: Array
    open: Array
    group: Array
    area: Array
    reach: Array
    apart: tuple[Array, Array]
    offers: Sparse
    needs: Sparse
    flow: Sparse
    words: int

    def __len__(self) -> int:
        return len(self.industry)


@dataclass(frozen=True)
class Recipe:
    """How parts make a score: whole shares of SHARE, the value of each level of place and of each distance
    in size in 0..UNIT, an unknown size's value, and the cosine of words (of UNIT**2) that counts in full.
    """

    flow: int
    words: int
    place: int
    size: int
    standing: int
    near: tuple[int, ...]
    fit: tuple[int, ...]
    unknown_size: int
    full: int

    @property
    def scale(self) -> float:
        """What a score of 1 is as a whole number."""
        return float(SHARE * UNIT * UNIT)


def recipe(shares: dict[str, float], near: tuple[float, ...], full_cosine: float, width: float) -> Recipe:
    """From shares of flow, words, place, size, standing; `near` of building, street, district, city.

    A size `d` natural logarithms away fits exp(-d / width); words count in full from `full_cosine`.
    """
    steps = np.exp(-np.arange(2 * MOST_SIZE + 2) / SIZE_STEPS / width)
    return Recipe(
        flow=whole(shares["flow"], SHARE),
        words=whole(shares["words"] / full_cosine, SHARE),
        place=whole(shares["place"], SHARE),
        size=whole(shares["size"], SHARE),
        standing=whole(shares["standing"], SHARE),
        near=tuple(whole(value, UNIT) for value in near),
        fit=tuple(whole(float(value), UNIT) for value in steps),
        unknown_size=UNIT // 2,
        full=whole(full_cosine, UNIT * UNIT),
    )


def whole(value: float, unit: int) -> int:
    """The nearest whole number of 1/unit."""
    return round(value * unit)


def sizes(staff: Array) -> Array:
    """int32: steps of 1/SIZE_STEPS of the natural logarithm of staff + 1; -1 where it is unknown."""
    known = np.nan_to_num(staff, nan=0.0)
    steps = np.minimum(np.round(np.log(known + 1.0) * SIZE_STEPS), MOST_SIZE).astype(np.int32)
    found: Array = np.where(np.isnan(staff), UNKNOWN, steps).astype(np.int32)
    return found


def word_rows(indptr: Array, indices: Array, data: Array) -> Sparse:
    """float32 rows of norm 1 as whole numbers; what is too small to be one drops out."""
    values = np.minimum(np.rint(np.asarray(data, dtype=np.float64) * UNIT), UNIT).astype(np.int32)
    kept = np.concatenate([[0], np.cumsum(values > 0)]).astype(np.int64)
    return Sparse(
        kept[np.asarray(indptr)], np.asarray(indices, dtype=np.int32)[values > 0], values[values > 0]
    )
