"""Whom to invite: a group in which every guest finds others worth meeting.

Starts from all candidates and takes away, one at a time, the one whose leaving costs least, so that who
stays keeps good pairs; protected are those who must come and the small firms' share of the places.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InvalidInput
from matcher.recommend.balance import fatigue, quota

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

GOOD: Final = 0.3  # a pair is good from this score on
SHRINK: Final = 4.0  # events that what is usual weighs as much as
USUAL: Final = 0.9  # comes, where nothing is known
PAIRS: Final = 2  # good pairs that every guest should have


@dataclass(frozen=True)
class Wishes:
    """`must` are guests by position; `small` marks small firms, `invited` counts late invitations.

    `shows` is how surely each comes, see show_rates.
    """

    capacity: int
    must: tuple[int, ...] = ()
    small: Bools | None = None
    invited: Ints | None = None
    shows: Floats | None = None
    names: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Guests:
    """Positions of the guests, ascending; good pairs of each among them; who has fewer than PAIRS."""

    positions: tuple[int, ...]
    good_pairs: tuple[int, ...]
    lonely: tuple[int, ...]


def choose_guests(pairs: Floats, wishes: Wishes) -> Guests:
    """At most `wishes.capacity` of the n candidates; `pairs` is (n, n), symmetric, in [0, 1].

    Raises InvalidInput where more must come than there are places, or none can be invited.
    O(n^2) in all; 2,000 candidates take about a second.
    """
    n = len(pairs)
    if wishes.capacity < 1:
        raise InvalidInput("events.not_positive", name="capacity", value=wishes.capacity)
    if len(set(wishes.must)) > wishes.capacity:
        who = "、".join(wishes.names[place] for place in wishes.must) if wishes.names else len(wishes.must)
        raise InvalidInput("events.too_many_must_come", places=wishes.capacity, who=who)
    small = np.zeros(n, dtype=np.bool_) if wishes.small is None else wishes.small
    invited = np.zeros(n, dtype=np.int64) if wishes.invited is None else wishes.invited
    worth = pairs * np.sqrt(np.outer(fatigue(invited), fatigue(invited)))
    if wishes.shows is not None:
        worth *= np.outer(wishes.shows, wishes.shows)
    np.fill_diagonal(worth, 0.0)
    inside = _peeled(worth, wishes, small)
    return _counted(pairs, inside)


def show_rates(came: Floats, missed: Floats) -> Floats:
    """How surely each guest comes, in (0, 1): its record drawn towards what is usual among all of them.

    `came` and `missed` are (weighted) counts. A single absence says little, a habit much: the estimate of a
    beta prior worth SHRINK events (Efron and Morris, Stein's paradox in statistics, 1977).
    """
    total = float(came.sum() + missed.sum())
    usual = (float(came.sum()) + SHRINK * USUAL) / (total + SHRINK)
    return np.asarray((came + SHRINK * usual) / (came + missed + SHRINK), dtype=np.float64)


def _peeled(worth: Floats, wishes: Wishes, small: Bools) -> Bools:
    n = len(worth)
    inside = np.ones(n, dtype=np.bool_)
    protected = np.zeros(n, dtype=np.bool_)
    protected[list(wishes.must)] = True
    kept = quota(int(small.sum()), n, wishes.capacity)
    degree = worth.sum(axis=1)
    # Whom nothing links to anybody is no guest, even where places are left.
    for _ in range(n):
        loose = inside & ~protected & (degree <= 0.0)
        if inside.sum() <= wishes.capacity and not loose.any():
            break
        removable = inside & ~protected
        if (inside & small).sum() <= kept and not loose.any():
            removable &= ~small | ~(~small & removable).any()
        candidates = np.flatnonzero(loose if loose.any() else removable)
        out = int(candidates[np.argmin(degree[candidates])])
        inside[out] = False
        degree -= worth[:, out]
        degree[np.abs(degree) < 1e-12] = 0.0
    return inside


def _counted(pairs: Floats, inside: Bools) -> Guests:
    chosen = np.flatnonzero(inside)
    good = pairs[np.ix_(chosen, chosen)] >= GOOD
    np.fill_diagonal(good, False)
    counts = good.sum(axis=1)
    lonely = chosen[counts < PAIRS]
    return Guests(tuple(chosen.tolist()), tuple(counts.tolist()), tuple(lonely.tolist()))
