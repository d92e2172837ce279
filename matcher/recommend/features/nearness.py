"""How near each industry of a snapshot is to those that answer a question."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from matcher.domain import industry
from matcher.graph.graph import Graph
from matcher.graph.table import Array
from matcher.recommend.weights import WANTED_LEVEL

_OUTSIDE = np.float32(0.0)


def nearness(graph: Graph, wanted: Mapping[str, float]) -> Array:
    """float32 (industries + 1,): how near each industry of the snapshot is to the best wanted one.

    `wanted` holds how well each wanted code answers. The last entry is 0, so that position -1, an unknown
    industry, is near nothing.
    """
    codes = graph.industries.ids.all
    best = np.zeros(len(codes), dtype=np.float32)
    for goal, share in wanted.items():
        np.maximum(best, _near_each(codes, goal) * np.float32(share), out=best)
    return np.append(best, _OUTSIDE)


@lru_cache(maxsize=1024)
def _near_each(codes: tuple[str, ...], wanted: str) -> Array:
    return np.array([near(code, wanted) for code in codes], dtype=np.float32)


def near(code: str, wanted: str) -> float:
    """1 for the wanted class itself, less for a member of a wanted group or division, else the tree's.

    The tree's nearness is squared: to share a section, such as manufacturing, is no answer to a need.
    """
    if code == wanted or wanted in industry.ancestors(code):
        return WANTED_LEVEL[len(wanted)]
    return industry.similarity(code, wanted) ** 2 * WANTED_LEVEL[len(wanted)]
