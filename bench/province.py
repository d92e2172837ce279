"""A synthetic province as arrays: industries by Zipf, towers, streets, districts, words offered and needed.

Nothing of it is real. `province(n)` gives the same firms for the same n and seed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from matcher.graph.table import Array
from matcher.recommend.kernels.population import UNIT, Population, Sparse, sizes, word_rows

WORDS, INDUSTRIES, SUPPLIERS, TOPIC = 50_000, 1_400, 15, 300
FIRMS_A_BUILDING, BUILDINGS_A_STREET, STREETS_A_DISTRICT, DISTRICTS_A_CITY = 150, 20, 20, 10
OFFERED, NEEDED, OWN_WORDS = 13, 7, 0.75


class Province(NamedTuple):
    """The population, and the unrounded rows of words (firms, WORDS) and flow (industries, industries)."""

    population: Population
    offers: csr_matrix
    needs: csr_matrix
    flow: csr_matrix


def province(firms: int, seed: int = 2) -> Province:
    rng = np.random.default_rng(seed)
    flow = flows(rng)
    share = 1.0 / np.arange(1, INDUSTRIES + 1)
    industry = np.sort(rng.choice(INDUSTRIES, firms, p=share / share.sum())).astype(np.int32)
    building = rng.integers(0, max(1, firms // FIRMS_A_BUILDING), firms)
    order = np.lexsort((building, industry))
    places = levels(building[order])
    vocabulary = Vocabulary.of(rng)
    offers = weighed(vocabulary.draw(rng, industry, OFFERED), firms)
    wants = vocabulary.draw(rng, suppliers(rng, flow, industry), NEEDED)
    needs = weighed(wants, firms, np.diff(offers.tocsc().indptr))
    return Province(_population(rng, industry, places, (offers, needs, flow)), offers, needs, flow)


def _population(rng: np.random.Generator, industry: Array, places: Array, words: tuple) -> Population:
    firms, (offers, needs, flow) = len(industry), words
    staff = np.exp(rng.normal(3.0, 1.3, firms))
    staff[rng.random(firms) < 0.1] = np.nan  # one in ten does not tell
    deals = np.where(rng.random(firms) < 0.3, rng.geometric(0.3, firms), 0)
    districts, streets = int(places[2].max()) + 1, int(places[1].max()) + 1
    area = np.where(rng.random(firms) < 0.15, places[2], -1)  # serves its own district only
    reach = np.arange(streets)[None, :] // STREETS_A_DISTRICT == np.arange(districts)[:, None]
    group = np.where(rng.random(firms) < 0.03, rng.integers(0, max(1, firms // 100), firms), -1)
    rivals = csr_matrix(
        (np.ones(firms // 50), (rng.integers(0, firms, firms // 50), rng.integers(0, firms, firms // 50))),
        shape=(firms, firms),
    )
    apart = (rivals + rivals.T).tocsr()
    return Population(
        industry=industry,
        places=places,
        size=sizes(staff),
        standing=np.rint(deals / (deals + 2.0) * UNIT).astype(np.int32),
        open=rng.random(firms) < 0.92,
        group=group.astype(np.int32),
        area=area.astype(np.int32),
        reach=reach,
        apart=(apart.indptr.astype(np.int64), apart.indices.astype(np.int32)),
        offers=word_rows(offers.indptr, offers.indices, offers.data),
        needs=word_rows(needs.indptr, needs.indices, needs.data),
        flow=strongest_first(flow),
        words=WORDS,
    )


def flows(rng: np.random.Generator) -> csr_matrix:
    """(buyer's industry, supplier's): SUPPLIERS each, large industries supplying more often, at most 1."""
    share = np.sqrt(1.0 / np.arange(1, INDUSTRIES + 1))
    columns = [
        rng.choice(INDUSTRIES, SUPPLIERS, replace=False, p=share / share.sum()) for _ in range(INDUSTRIES)
    ]
    values = rng.dirichlet(np.full(SUPPLIERS, 0.7), INDUSTRIES)
    values /= values.max(axis=1, keepdims=True)
    indptr = np.arange(0, INDUSTRIES * SUPPLIERS + 1, SUPPLIERS)
    return csr_matrix((values.ravel(), np.concatenate(columns), indptr), shape=(INDUSTRIES, INDUSTRIES))


def strongest_first(flow: csr_matrix) -> Sparse:
    """As whole numbers, each row by falling strength."""
    rows = np.repeat(np.arange(flow.shape[0]), np.diff(flow.indptr))
    data = np.rint(flow.data * UNIT).astype(np.int32)
    order = np.lexsort((flow.indices, -data, rows))
    order = order[data[order] > 0]
    indptr = np.concatenate([[0], np.cumsum(np.bincount(rows[order], minlength=flow.shape[0]))])
    return Sparse(indptr.astype(np.int64), flow.indices[order].astype(np.int32), data[order])


def levels(building: Array) -> Array:
    """Building, street, district, city."""
    street = building // BUILDINGS_A_STREET
    district = street // STREETS_A_DISTRICT
    return np.stack([building, street, district, district // DISTRICTS_A_CITY]).astype(np.int32)


def suppliers(rng: np.random.Generator, flow: csr_matrix, industry: Array) -> Array:
    """(firms, NEEDED): the industry that each needed word is asked of, by the strength of the flow."""
    cumulated = np.cumsum(flow.data.reshape(INDUSTRIES, SUPPLIERS), axis=1)
    cumulated /= cumulated[:, -1:]
    found = []
    for part in np.array_split(industry, max(1, len(industry) // 100_000)):
        drawn = rng.random((len(part), NEEDED))
        picked = (drawn[:, :, None] > cumulated[part][:, None, :]).sum(axis=2)
        found.append(flow.indices.reshape(INDUSTRIES, SUPPLIERS)[part[:, None], picked])
    return np.concatenate(found)


class Vocabulary(NamedTuple):
    """Each industry's own words, and how often any word is used at all."""

    topics: Array
    cumulated: Array
    order: Array

    @classmethod
    def of(cls, rng: np.random.Generator) -> Vocabulary:
        topics = np.stack([rng.choice(WORDS, TOPIC, replace=False) for _ in range(INDUSTRIES)])
        share = 1.0 / (np.arange(WORDS) + 20.0)
        return cls(topics, np.cumsum(share / share.sum()), rng.permutation(WORDS))

    def draw(self, rng: np.random.Generator, industry: Array, count: int) -> Array:
        """(firms, count) words: three in four of the industry's own, the rest of everybody's."""
        share = 1.0 / (np.arange(TOPIC) + 5.0)
        own = rng.choice(TOPIC, (len(industry), count), p=share / share.sum())
        topic = self.topics[industry[:, None] if industry.ndim == 1 else industry, own]
        at = np.minimum(np.searchsorted(self.cumulated, rng.random(own.shape)), WORDS - 1)
        return np.where(rng.random(own.shape) < OWN_WORDS, topic, self.order[at])


def weighed(words: Array, firms: int, used: Array | None = None) -> csr_matrix:
    """float32 rows of norm 1, each word by its rarity among what is offered."""
    indptr = np.arange(0, words.size + 1, words.shape[1])
    rows = csr_matrix((np.ones(words.size), words.ravel(), indptr), shape=(firms, WORDS))
    rows.sum_duplicates()
    if used is None:
        used = np.bincount(rows.indices, minlength=WORDS)
    rows.data = np.log(1.0 + firms / (1.0 + used))[rows.indices]
    norms = np.sqrt(np.add.reduceat(rows.data**2, rows.indptr[:-1]))
    rows.data = (rows.data / np.repeat(norms, np.diff(rows.indptr))).astype(np.float32)
    return rows
