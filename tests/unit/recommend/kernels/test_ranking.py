"""Ranked and walked for many at once is what the plain ways give, ties included."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.graph.graph import STEPS, Lists
from matcher.graph.schema import LISTED
from matcher.graph.table import Array, Csr
from matcher.recommend import ties
from matcher.recommend.deal_graph import walk
from matcher.recommend.firm_batches import RULES
from matcher.recommend.kernels.pool import Buyers, Sites
from matcher.recommend.kernels.ranking import Traits, order_of, rank_all
from matcher.recommend.kernels.walking import Edges, edges, walked
from matcher.recommend.pipeline import Scored, rank

PLACES = LISTED
HELD = 146


def csr(rows: list[list[int]]) -> Csr:
    indptr = np.cumsum([0, *map(len, rows)]).astype(np.int64)
    indices = np.array([one for row in rows for one in row], dtype=np.int32)
    return Csr(indptr, indices, np.ones(len(indices), dtype=np.float32))


@dataclass(frozen=True)
class Crowd:
    """Candidates with many ties, owner groups and houses; some that nobody has been shown."""

    traits: Traits
    steps: Array
    keys: Array
    digest: bytes

    @classmethod
    def of(cls, chance: np.random.Generator, size: int, scores: int, houses: int, fresh: float) -> Crowd:
        group = chance.integers(-1, 1 + size // 3, size).astype(np.int32)
        traits = Traits(group, chance.integers(-1, houses, size), chance.random(size) < fresh)
        steps = 4_000 + chance.integers(0, scores, size) * chance.choice([1, 20])
        keys = chance.integers(0, 5 * size, size).astype(np.uint64)
        return cls(traits, steps, keys, bytes(chance.integers(0, 256, 8).tolist()))

    @property
    def values(self) -> Array:
        hashes = (1 << ties.BITS) - 1 - ties.stirred(self.keys, self.digest).astype(np.int64)
        return (self.steps.astype(np.int64) << ties.BITS) + hashes

    def ranked(self) -> list[int]:
        """By the pipeline."""
        traits, every = self.traits, np.ones(len(self.steps), dtype=np.bool_)
        shown = (~traits.fresh).astype(np.int32)
        columns = {"owner_group": traits.group, "building": traits.building, "shown": shown}
        graph = SimpleNamespace(firms=SimpleNamespace(numbers=columns.__getitem__))
        asking: Any = SimpleNamespace(graph=graph, digest=self.digest, downstream=False)
        scores = self.steps / STEPS
        return rank(Scored(asking, {}, {}, scores, every, every, scores, self.keys), PLACES)

    def listed(self, chance: np.random.Generator) -> tuple[list[int], list[int]]:
        """By the kernel, some of them from the pool and the others as extras: rows and scores."""
        size, values = len(self.steps), self.values
        best = np.lexsort((np.arange(size), -values))
        drawn = best[chance.random(size) < 0.7][:HELD]
        extras = np.setdiff1d(best, drawn)
        extras = extras[np.lexsort((extras, -values[extras]))]
        names, told = np.full((1, HELD + 1), -1, np.int32), np.zeros((1, HELD + 1), np.int64)
        names[0, : len(drawn)], told[0, : len(drawn)] = drawn, values[drawn]
        chosen = names, told, np.array([len(drawn)])
        more = np.array([0, len(extras)]), extras.astype(np.int32), values[extras]
        nobody = Edges(np.zeros(size + 2, np.int64), np.zeros(0, np.int32))
        nothing = np.zeros(size + 1, np.bool_), np.zeros(size + 1, np.int32)
        found = Lists.none(1)
        found.of[:] = 0
        rank_all(
            somebody(size),
            (chosen, more, (np.zeros(2, np.int64), np.zeros(0, np.int32)), nobody),
            (self.traits, (np.zeros(1, np.int64), np.arange(0)), nothing, RULES),
            (order_of(size, size + 2, int(self.traits.building.max()) + 1), 16),
            found,
        )
        rows = [row for row in found[0][0].tolist() if row >= 0]
        return rows, found[1][0][: len(rows)].tolist()


def somebody(row: int) -> Buyers:
    """A buyer of no owner group and no known place."""
    unknown, group = np.full(1, np.nan), np.full(1, -1, np.int32)
    sites = Sites(np.array([row], np.int32), group, np.full((4, 1), -1), unknown, unknown, unknown)
    return Buyers(sites, np.ones(1), np.zeros(1, np.uint64), np.zeros(1, np.int64), np.ones((1, 1), np.bool_))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.integers(1, 220),
    scores=st.integers(1, 40),
    houses=st.sampled_from([1, 2, 5, 60]),
    fresh=st.sampled_from([0.0, 0.1, 0.5]),
)
def test_a_list_is_ranked_as_the_pipeline_ranks_it(
    seed: int, size: int, scores: int, houses: int, fresh: float
) -> None:
    chance = np.random.default_rng(seed)
    crowd = Crowd.of(chance, size, scores, houses, fresh)
    expected = crowd.ranked()
    assert crowd.listed(chance) == (expected, crowd.steps[expected].tolist())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 11), max_size=5, unique=True), min_size=12, max_size=12))
def test_a_walk_for_many_is_the_walk_of_each(bought: list[list[int]]) -> None:
    there = csr([sorted(row) for row in bought])
    back = csr([[buyer for buyer, row in enumerate(bought) if seller in row] for seller in range(12)])
    found = walked(edges(there), edges(back), np.arange(12))
    for firm in range(12):
        alone = walk(there, back, firm, 12)
        here = slice(found.start[firm], found.start[firm + 1])
        assert found.rows[here].tolist() == np.flatnonzero(alone).tolist()
        assert found.values[here].tolist() == alone[alone != 0].tolist()


def test_a_partner_of_very_many_says_nothing() -> None:
    many = 1_100
    bought = [[0, 1] if firm < many // 2 else [0] for firm in range(many)]
    there = csr(bought)
    back = csr([list(range(many)), list(range(many // 2)), *([[]] * (many - 2))])
    found = walked(edges(there), edges(back), np.arange(many))
    alone = walk(there, back, many - 1, many)
    assert not alone.any()
    assert found.start[many] - found.start[many - 1] == 0
