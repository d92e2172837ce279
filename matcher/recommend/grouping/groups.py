"""A grouping while it is being changed, as flat arrays that the compiled and the plain search share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Groups(NamedTuple):
    """`n` items in `g` groups; an empty place is an item too, so that every move is an exchange.

    `weight` (n, n) is symmetric with zeros on the diagonal; `sums` (g, n) holds each item's weight with
    each group. `hollow` (n,) marks empty places, `hollows` (g,) counts them, `slack` (g,) is how many a
    group may have. `load` (n,) adds up to `loads` (g,), whose range costs `dear` a unit; 0 asks for no
    evenness. Items `free` may move; the one at `free[p]` only with `free[low[p]:high[p]]`, its kind.
    """

    weight: Floats
    sums: Floats
    group: Ints
    hollow: Bools
    hollows: Ints
    slack: Ints
    load: Floats
    loads: Floats
    dear: float
    free: Ints
    low: Ints
    high: Ints


class Kinds(NamedTuple):
    """What does not change while items move: see Groups."""

    hollow: Bools
    slack: Ints
    load: Floats
    dear: float
    free: Ints
    low: Ints
    high: Ints


def kinds(
    hollow: Bools,
    slack: Ints,
    fixed: Bools | None = None,
    kind: Ints | None = None,
    load: tuple[Floats, float] | None = None,
) -> Kinds:
    """Items of one `kind` only change places with each other; None is one kind. `load` with its price."""
    n = len(hollow)
    movable = np.arange(n) if fixed is None else np.flatnonzero(~fixed)
    label = np.zeros(n, dtype=np.int64) if kind is None else kind
    free = movable[np.argsort(label[movable], kind="stable")].astype(np.int64)
    sorted_labels = label[free]
    loads, dear = (np.zeros(n), 0.0) if load is None else load
    return Kinds(
        hollow,
        slack.astype(np.int64),
        loads.astype(np.float64),
        float(dear),
        free,
        np.searchsorted(sorted_labels, sorted_labels, side="left").astype(np.int64),
        np.searchsorted(sorted_labels, sorted_labels, side="right").astype(np.int64),
    )


def arranged(weight: Floats, group: Ints, of: Kinds) -> Groups:
    """The sums of a grouping, counted anew. `group` is used as it is and changes with the search."""
    number = len(of.slack)
    # Added up group by group: as a matrix product it would wait for the threads of a busy machine.
    members = [np.flatnonzero(group == one) for one in range(number)]
    sums = np.stack([weight[one].sum(axis=0) for one in members])
    loads = np.asarray([of.load[one].sum() for one in members])
    hollows = np.bincount(group[of.hollow], minlength=number).astype(np.int64)
    return Groups(
        np.ascontiguousarray(weight), sums, group, of.hollow, hollows, of.slack,
        of.load, loads, of.dear, of.free, of.low, of.high,
    )  # fmt: skip


def worth(groups: Groups) -> float:
    """Weight within groups, each pair once, less what uneven loads cost."""
    within = float(groups.sums[groups.group, np.arange(len(groups.group))].sum()) / 2.0
    spread = float(groups.loads.max() - groups.loads.min()) if groups.dear else 0.0
    return within - groups.dear * spread
