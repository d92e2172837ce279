"""The best sellers of every buyer of a population: compiled for large ones, plain for small ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from matcher.graph.table import Array
from matcher.recommend.kernels.index import Index, Leaves, index_of, leaves_of
from matcher.recommend.kernels.plain import Lists
from matcher.recommend.kernels.population import NOBODY, Population, Recipe

SMALL: Final = 50_000  # firms up to which dense passes answer before a kernel is loaded
PARTITION: Final = 8_192  # buyers of one call: enough to keep a thread's memory warm


@dataclass(frozen=True, eq=False)
class Searcher:
    """A population made ready for the compiled search. One may serve many threads."""

    population: Population
    recipe: Recipe
    leaves: Leaves
    index: Index

    @classmethod
    def of(cls, population: Population, recipe: Recipe) -> Searcher:
        """Build the index: some sorts of all words."""
        leaves = leaves_of(population.places)
        return cls(population, recipe, leaves, index_of(population, recipe, leaves))

    def scratch(self, k: int, terms: int) -> Any:
        """One thread's memory, for lists of `k` and questions of at most `terms` words."""
        from matcher.recommend.kernels.asked import scratch_of

        shape = (len(self.index.name), len(self.index.start) - 1, self.population.words)
        return scratch_of(shape, max(terms, 1), k)

    def best(self, buyers: Array, k: int) -> Lists:
        """As best_plain, in one thread that holds no lock."""
        from matcher.recommend.kernels.search import many

        ids = np.full((len(buyers), k), NOBODY, dtype=np.int32)
        scores = np.zeros((len(buyers), k), dtype=np.float32)
        known, needs = self.population, self.population.needs
        terms = int(np.diff(needs.indptr).max(initial=0))
        about = (
            *(np.asarray(buyers, dtype=np.int64), self.leaves.leaf, self.leaves.low, self.leaves.high),
            *(known.size, known.places[1], known.industry, known.apart, needs),
        )
        found = ids, scores, self.recipe.scale
        many(self.index, self.worth, about, self.scratch(k, terms), found)
        return ids, scores

    def answer(self, buyer: int, k: int, scratch: Any) -> Lists:
        """The best `k` of one buyer, asked alone: int32 and float32 (found,). `scratch` is this thread's."""
        from matcher.recommend.kernels.search import one

        ids, scores = np.empty(k, dtype=np.int32), np.empty(k, dtype=np.float32)
        count = one(self.index, self.worth, self.asked(buyer), scratch, (ids, scores, self.recipe.scale))
        return ids[:count], scores[:count]

    @cached_property
    def worth(self) -> Any:
        """The recipe for the compiled search."""
        from matcher.recommend.kernels.asked import worth_of

        return worth_of(self.recipe)

    def asked(self, buyer: int) -> Any:
        """A buyer's question."""
        from matcher.recommend.kernels.asked import Asked

        known, flow, leaf = self.population, self.index.flow, self.leaves.leaf[buyer]
        own = int(known.industry[buyer])
        first, last = (int(flow.indptr[own]), int(flow.indptr[own + 1])) if own >= 0 else (0, 0)
        needs = slice(known.needs.indptr[buyer], known.needs.indptr[buyer + 1])
        kept = slice(known.apart[0][buyer], known.apart[0][buyer + 1])
        low = np.ascontiguousarray(self.leaves.low[:, leaf])
        high = np.ascontiguousarray(self.leaves.high[:, leaf])
        return Asked(
            *(buyer, int(known.group[buyer]), int(known.places[1, buyer]), int(known.size[buyer])),
            *(low, high),
            *(flow.indices[first:last], flow.data[first:last]),
            *(known.needs.indices[needs], known.needs.data[needs], known.apart[1][kept]),
        )
