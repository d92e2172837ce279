"""The reference: the score of every firm for one buyer after the other, in NumPy and SciPy.

It serves small populations without a compile, and is the oracle of the compiled search.
"""

from __future__ import annotations

import numpy as np

from matcher.graph.table import Array
from matcher.recommend.kernels.population import NOBODY, UNIT, UNKNOWN, Population, Recipe, Sparse

Lists = tuple[Array, Array]


def best_plain(population: Population, recipe: Recipe, buyers: Array, k: int) -> Lists:
    """The best `k` sellers of each buyer: int32 (buyers, k) positions, NOBODY past the end; float32 scores.

    Higher score first, then lower position. Only firms that supply the buyer's industry or share a word
    with its needs are listed. Costs some dense passes over all firms a buyer.
    """
    ids = np.full((len(buyers), k), NOBODY, dtype=np.int32)
    scores = np.zeros((len(buyers), k), dtype=np.float32)
    postings = _transposed(population.offers, population.words)
    for row, buyer in enumerate(buyers.tolist()):
        totals, grounded = totals_of(population, recipe, postings, buyer)
        found = np.flatnonzero(grounded & admitted(population, buyer))
        chosen = found[np.argsort(-totals[found], kind="stable")[:k]]
        ids[row, : len(chosen)] = chosen
        scores[row, : len(chosen)] = totals[chosen] / recipe.scale
    return ids, scores


def totals_of(population: Population, recipe: Recipe, postings: Sparse, buyer: int) -> tuple[Array, Array]:
    """int64 (n,) whole scores, and bool (n,): whether flow or words give a ground at all."""
    flow, words = _flow(population, buyer), _words(population, postings, buyer)
    parts = recipe.flow * flow + recipe.place * _place(population, recipe, buyer)
    parts += recipe.size * _size(population, recipe, buyer) + recipe.standing * population.standing
    return parts * UNIT + recipe.words * np.minimum(words, recipe.full), (flow > 0) | (words > 0)


def admitted(population: Population, buyer: int) -> Array:
    """bool (n,): open, not itself, not of its owner group, not kept apart, serving its street."""
    allowed = population.open.copy()
    allowed[buyer] = False
    group = population.group[buyer]
    if group != UNKNOWN:
        allowed &= population.group != group
    indptr, apart = population.apart
    allowed[apart[indptr[buyer] : indptr[buyer + 1]]] = False
    street = population.places[1, buyer]
    if street != UNKNOWN and len(population.reach):
        served = population.reach[population.area, street] | (population.area == UNKNOWN)
        allowed &= served
    return allowed


def _flow(population: Population, buyer: int) -> Array:
    by_industry = np.zeros(len(population.flow.indptr), dtype=np.int64)  # the last for industry -1
    own = population.industry[buyer]
    if own >= 0:
        row = slice(population.flow.indptr[own], population.flow.indptr[own + 1])
        by_industry[population.flow.indices[row]] = population.flow.data[row]
    found: Array = by_industry[population.industry]
    return found


def _words(population: Population, postings: Sparse, buyer: int) -> Array:
    found = np.zeros(len(population), dtype=np.int64)
    for at in range(population.needs.indptr[buyer], population.needs.indptr[buyer + 1]):
        term, wanted = population.needs.indices[at], int(population.needs.data[at])
        row = slice(postings.indptr[term], postings.indptr[term + 1])
        found[postings.indices[row]] += wanted * postings.data[row].astype(np.int64)
    return found


def _place(population: Population, recipe: Recipe, buyer: int) -> Array:
    found = np.zeros(len(population), dtype=np.int64)
    for value, places in zip(reversed(recipe.near), population.places[::-1], strict=True):
        if places[buyer] != UNKNOWN:
            found[places == places[buyer]] = value  # the narrower level overwrites
    return found


def _size(population: Population, recipe: Recipe, buyer: int) -> Array:
    own = population.size[buyer]
    if own == UNKNOWN:
        return np.full(len(population), recipe.unknown_size, dtype=np.int64)
    fit = np.asarray(recipe.fit, dtype=np.int64)
    values = fit[np.abs(population.size - own)]
    found: Array = np.where(population.size == UNKNOWN, recipe.unknown_size, values)
    return found


def _transposed(rows: Sparse, columns: int) -> Sparse:
    from scipy.sparse import csr_array

    shape = (len(rows.indptr) - 1, columns)
    turned = csr_array((rows.data, rows.indices, rows.indptr), shape=shape).T.tocsr()
    turned.sort_indices()
    return Sparse(turned.indptr.astype(np.int64), turned.indices.astype(np.int32), turned.data)
