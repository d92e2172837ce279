"""The lists of many enterprises of one division at once, compiled. Same bytes as one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.graph.graph import Lists
from matcher.graph.schema import LISTED
from matcher.graph.table import Array
from matcher.recommend import weights
from matcher.recommend.division import Division
from matcher.recommend.firm_sites import FirmSites
from matcher.recommend.kernels.choosing_plain import choose_compiled
from matcher.recommend.kernels.pairing import pair_all
from matcher.recommend.kernels.pool import Buyers, Pool
from matcher.recommend.kernels.ranking import Order, Rules, Traits, order_of, rank_all
from matcher.recommend.kernels.walking import Edges, Walked, edges, walked
from matcher.recommend.pipeline import looked_at

SPARE = 16  # candidates beyond those ranked, for firms that are kept apart
CHOSEN = looked_at(LISTED) + SPARE
RULES = Rules(
    looked_at(LISTED),
    max(1, round(weights.BUILDING_SHARE * LISTED)),
    int(weights.NEWCOMER_SHARE * LISTED),
    weights.NEWCOMER_NEAR,
)


@dataclass(frozen=True, eq=False)
class Batches:
    """Of one graph, for one process."""

    firms: FirmSites

    def lists(self, first: int, last: int, division: Division) -> Lists:
        """Of the enterprises at [first, last), all of one division."""
        buyers, found = self.firms.buyers(first, last), Lists.none(last - first)
        chosen = choose_compiled(division.ordered, buyers, self.firms.worth, CHOSEN)
        met = self._walked(first, last)
        extras, more = self._extras(division, buyers, met)
        found.of[:] = (buyers.served @ division.ways)[buyers.reach] + more
        found.of[~self.firms.active[first:last]] = -1
        sources = chosen, extras, (met.start, met.rows), self._apart
        grounded = division.grounded, self.firms.reach.of
        about = self._traits, self.firms.owned, grounded, RULES
        rank_all(buyers, sources, about, (self._order(extras[0]), SPARE), found)
        return found

    def _walked(self, first: int, last: int) -> Walked:
        """Whom the dealings of fellow buyers speak for; nobody for who may not ask."""
        there, back = self._deals
        return walked(there, back, np.arange(first, last))

    def _extras(self, division: Division, buyers: Buyers, met: Walked) -> tuple[tuple[Array, ...], Array]:
        """Those of them that may be listed, the best first, as (start, rows, values); and how many more that
        is for each buyer than without their dealings.
        """
        base = division.with_past(met.rows, met.values)
        values = np.empty(len(base), dtype=np.int64)
        pair_all(self._whole, buyers, self.firms.worth, self._apart, (met.start, met.rows, base, values))
        kept = np.flatnonzero(values >= 0)
        owner = np.repeat(np.arange(len(buyers.seed)), np.diff(met.start))[kept]
        rows, values = met.rows[kept], values[kept]
        more = np.bincount(owner[~division.grounded[rows]], minlength=len(buyers.seed))
        order = np.lexsort((rows, -values, owner))
        start = np.searchsorted(owner, np.arange(len(buyers.seed) + 1)).astype(np.int64)
        return (start, rows[order], values[order]), more

    def _order(self, start: Array) -> Order:
        size = CHOSEN + int(np.diff(start).max(initial=0))
        groups, houses = len(self.firms.owned[0]), int(self._traits.building.max(initial=-1)) + 1
        return order_of(size, groups, houses)

    @cached_property
    def _whole(self) -> Pool:
        """All firms, by row."""
        rows = np.arange(len(self.firms.graph.firms))
        return self.firms.pool(rows, np.zeros(len(rows)))

    @cached_property
    def _traits(self) -> Traits:
        graph = self.firms.graph
        fresh = np.asarray(graph.firms.numbers("shown")) == 0
        return Traits(self.firms.sites.group, self.firms.sites.place[0].copy(), fresh)

    @cached_property
    def _deals(self) -> tuple[Edges, Edges]:
        return edges(self.firms.graph.deals), edges(self.firms.graph.customers)

    @cached_property
    def _apart(self) -> Edges:
        return edges(self.firms.graph.relations)
