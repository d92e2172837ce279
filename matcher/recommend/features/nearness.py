"""How near each industry of a snapshot is to those that answer a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from matcher.domain import industry
from matcher.graph.graph import Graph
from matcher.graph.table import Array, Table
from matcher.recommend.weights import WANTED_LEVEL

_OUTSIDE = np.float32(0.0)
_LEVELS: Final = 4  # section, division, group, class


def nearness(graph: Graph, wanted: Mapping[str, float]) -> Array:
    """float32 (industries + 1,): how near each industry of the snapshot is to the best wanted one.

    `wanted` holds how well each wanted code answers. The last entry is 0, so that position -1, an unknown
    industry, is near nothing.
    """
    best = np.zeros(len(graph.industries) + 1, dtype=np.float32)
    for goal, share in wanted.items():
        np.maximum(best[:-1], _near_each(graph.industries, goal) * np.float32(share), out=best[:-1])
    return best


# By table of industries: how near all are to a goal, and their lines up the tree.
_kept: WeakKeyDictionary[Table, dict[str, Array]] = WeakKeyDictionary()
_lines: WeakKeyDictionary[Table, Array] = WeakKeyDictionary()


def _near_each(industries: Table, goal: str) -> Array:
    """float32 (industries,): `near` of each to the goal. Those that part from it at one level are as near."""
    kept = _kept.setdefault(industries, {})
    if goal not in kept:
        codes = industries.ids.all
        if industries not in _lines:
            _lines[industries] = lines(codes)
        kept[goal] = np.array(_by_parting(codes, _lines[industries], goal), dtype=np.float32)
    return kept[goal]


def _by_parting(codes: Sequence[str], above: Array, goal: str) -> Array:
    """float64 (codes,): `near` asked once for each level at which codes part from the goal."""
    parting = shared_levels(above, lines((goal,))[0])
    found = np.zeros(len(codes))
    for level in range(_LEVELS + 1):
        alike = np.flatnonzero(parting == level)
        if len(alike):
            found[alike] = near(codes[int(alike[0])], goal)
    for at in np.flatnonzero(above[:, 0] < 0).tolist():  # of no known line: near itself alone
        found[at] = near(codes[at], goal)
    return found


def lines(codes: Sequence[str]) -> Array:
    """int32 (codes, 4): the place in the standard of each code's section, division, group and class; -1 where
    it has none.
    """
    known, places = industry.table(), _places()
    found = np.full((len(codes), _LEVELS), -1, dtype=np.int32)
    for at, code in enumerate(codes):
        for part in (code, *industry.ancestors(code)) if code in known else ():
            found[at, known[part].level - 1] = places[part]
    return found


def shared_levels(above: Array, line: Array) -> Array:
    """int64 (codes,): how many levels, from the section down, each line shares with one line."""
    same: Array = ((above == line) & (above >= 0)).sum(axis=1)
    return same


@lru_cache(maxsize=1)
def _places() -> Mapping[str, int]:
    return {code: place for place, code in enumerate(industry.table())}


def near(code: str, wanted: str) -> float:
    """1 for the wanted class itself, less for a member of a wanted group or division, else the tree's.

    The tree's nearness is squared: to share a section, such as manufacturing, is no answer to a need.
    """
    if code == wanted or wanted in industry.ancestors(code):
        return WANTED_LEVEL[len(wanted)]
    return industry.similarity(code, wanted) ** 2 * WANTED_LEVEL[len(wanted)]
