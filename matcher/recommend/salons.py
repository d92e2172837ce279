"""Whom to invite: a group in which every guest finds others worth meeting.

Starts from all candidates and takes away, one at a time, the one whose leaving costs least, so that who
stays keeps good pairs; protected are those who must come and the small firms' share of the places. Who is
then still left with fewer than two good pairs is changed for a candidate who finds them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InvalidInput
from matcher.recommend.balance import fatigue, quota
from matcher.recommend.good_pairs import PAIRS, Circle, befriended

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

GOOD: Final = 0.3  # a pair is good from this score on
SHRINK: Final = 4.0  # events that what is usual weighs as much as
USUAL: Final = 0.9  # comes, where nothing is known
OFF_THEME: Final = 0.4  # what a guest of another subject is worth beside one of the theme


@dataclass(frozen=True)
class Wishes:
    """`must` are guests by position; `small` marks small firms, `invited` counts late invitations.

    `shows` is how surely each comes, see show_rates; `near` in [0, 1] how near to the theme each is.
    """

    capacity: int
    must: tuple[int, ...] = ()
    small: Bools | None = None
    invited: Ints | None = None
    shows: Floats | None = None
    near: Floats | None = None
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
    O(n^2) in all; 2,000 candidates take a tenth of a second.
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
    if wishes.near is not None:
        # Of each other's partners, those come first who are both about the theme, then where one is.
        drawn = OFF_THEME + (1.0 - OFF_THEME) * wishes.near
        worth *= np.sqrt(np.outer(drawn, drawn))
    np.fill_diagonal(worth, 0.0)
    bound = np.zeros(n, dtype=np.bool_)
    bound[list(wishes.must)] = True
    circle = Circle(_good(pairs), worth, bound, small, quota(int(small.sum()), n, wishes.capacity))
    return _counted(circle.good, befriended(circle, _peeled(circle, wishes.capacity)))


def show_rates(came: Floats, missed: Floats) -> Floats:
    """How surely each guest comes, in (0, 1): its record drawn towards what is usual among all of them.

    `came` and `missed` are (weighted) counts. A single absence says little, a habit much: the estimate of a
    beta prior worth SHRINK events (Efron and Morris, Stein's paradox in statistics, 1977).
    """
    total = float(came.sum() + missed.sum())
    usual = (float(came.sum()) + SHRINK * USUAL) / (total + SHRINK)
    return np.asarray((came + SHRINK * usual) / (came + missed + SHRINK), dtype=np.float64)


def _good(pairs: Floats) -> Bools:
    good = pairs >= GOOD
    np.fill_diagonal(good, False)
    return good


def _peeled(circle: Circle, capacity: int) -> Bools:
    worth, small, protected = circle.worth, circle.small, circle.bound
    n = len(worth)
    inside = np.ones(n, dtype=np.bool_)
    degree = worth.sum(axis=1)
    # Whom nothing links to anybody is no guest, even where places are left.
    for _ in range(n):
        loose = inside & ~protected & (degree <= 0.0)
        if inside.sum() <= capacity and not loose.any():
            break
        removable = inside & ~protected
        if (inside & small).sum() <= circle.kept and not loose.any():
            removable &= ~small | ~(~small & removable).any()
        candidates = np.flatnonzero(loose if loose.any() else removable)
        out = int(candidates[np.argmin(degree[candidates])])
        inside[out] = False
        degree -= worth[:, out]
        degree[np.abs(degree) < 1e-12] = 0.0
    return inside


def _counted(good: Bools, inside: Bools) -> Guests:
    chosen = np.flatnonzero(inside)
    counts = good[np.ix_(chosen, chosen)].sum(axis=1)
    lonely = chosen[counts < PAIRS]
    return Guests(tuple(chosen.tolist()), tuple(counts.tolist()), tuple(lonely.tolist()))
