"""What all enterprises of a division share when they ask for nothing in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from matcher.graph.graph import Graph
from matcher.graph.table import Array
from matcher.recommend import weights
from matcher.recommend.asking import ask
from matcher.recommend.features import FEATURES
from matcher.recommend.features.history import by_division, with_fellows
from matcher.recommend.filters import FILTERS
from matcher.recommend.firm_sites import FirmSites, plain_question
from matcher.recommend.kernels.pool import Blocks, Pool, blocks_of, in_order
from matcher.recommend.pipeline import score
from matcher.recommend.weight_table import table_of

OWN: Final = ("place", "size")  # features that depend on which firm of a division asks


@dataclass(frozen=True, eq=False)
class Division:
    """float64 (firms,) `base`: scores but for place and size; bool (firms,) `shown` and `grounded`: whether
    each may be listed to strangers, and has a ground besides, but for what depends on who asks; `pool`: the
    rows of these. float32 `past`, and float64 `ground` without it; what a full past weighs.
    """

    firms: FirmSites
    base: Array
    shown: Array
    grounded: Array
    pool: Array
    past: Array
    ground: Array
    weight: float

    @classmethod
    def of(cls, firms: FirmSites, firm: int) -> Division:
        """That of a firm."""
        graph: Graph = firms.graph
        asking = replace(ask(graph, plain_question(graph.firms.ids[firm])), fellows=False)
        found = score(asking, {name: one for name, one in FEATURES.items() if name not in OWN}, {})
        shown = FILTERS["active"](asking) & FILTERS["listed"](asking) & FILTERS["free"](asking)
        grounded = found.grounded & shown
        ground = np.zeros(len(shown))
        for name, values in (("chain", found.signals["chain"].grounds), ("words", found.parts["words"])):
            ground += weights.WEIGHTS[name] * values
        pool, past = np.flatnonzero(grounded), by_division(asking)
        return cls(
            firms, found.total, shown, grounded, pool, past, ground, table_of(graph).weights["history"]
        )

    @cached_property
    def candidates(self) -> Pool:
        """The pool as those a buyer chooses from."""
        return self.firms.pool(self.pool, self.base[self.pool])

    @cached_property
    def ordered(self) -> tuple[Pool, Blocks]:
        """The same in the order of the compiled search."""
        pool = in_order(self.candidates)
        return pool, blocks_of(pool)

    @cached_property
    def ways(self) -> Array:
        """int64 (ways,): how many of the pool serve regions in each way."""
        reach = self.firms.reach
        return np.bincount(reach.of[self.pool], minlength=len(reach.areas))

    def with_past(self, rows: Array, walked: Array) -> Array:
        """float64 (n,): base scores of firms whom fellow buyers' dealings speak for; NaN for who may not be
        listed or has no ground even so.
        """
        past = with_fellows(self.past[rows], walked)
        alone = with_fellows(self.past[rows], np.zeros(len(rows)))
        found: Array = self.base[rows] - self.weight * alone + self.weight * past
        ground = self.ground[rows] + weights.WEIGHTS["history"] * past
        found[~self.shown[rows] | (ground < weights.LEAST_CHAIN)] = np.nan
        return found
