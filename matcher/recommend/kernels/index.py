"""Arrays that let a search pass over most of a population unread; what is skipped could not have won.

Open firms are numbered anew by (industry, place), so that an industry, and in it a city, a district, a
street, a building, is one range; a word's postings fall into cells, one an industry, each with its largest
weight; a second index holds the words of each street; large ranges keep their best firms of each size.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from matcher.graph.table import Array
from matcher.recommend.kernels.population import LEVELS, UNIT, UNKNOWN, Population, Recipe, Sparse
from matcher.recommend.kernels.ranked import Ranked, ranked_of
from matcher.recommend.kernels.shelves import shelves

STREET: Final = 1  # the level of place whose words are indexed apart
RANKS: Final = (0.0, 0.5, 1.0)  # standings up to which firms of an industry stand together


class Index(NamedTuple):
    """Arrays of one population. `name` leads from a number to the position, `number` back (-1: not open).

    A branch is an industry's firms of one rank of standing; the last branches are of no known industry.
    By number: leaf, branch, traits (leaf, size, standing, name). By position: group, area. `start`: the
    branches' ranges of numbers, `most` their best standing. Words: postings posted/weight in cells, one a
    branch, cell_* with `cells` (terms + 1) pointing in, and cell_at (term, branch); rows row_* by number;
    street_* in cells of street_at (street, term). flow: an industry's suppliers as branches, the strongest
    first.
    """

    name: Array
    number: Array
    leaf: Array
    branch: Array
    traits: Array
    group: Array
    area: Array
    reach: Array
    start: Array
    most: Array
    cell_at: Ranked
    cells: Array
    cell_branch: Array
    cell_start: Array
    cell_most: Array
    term_most: Array
    posted: Array
    weight: Array
    row_start: Array
    row_term: Array
    row_weight: Array
    street_at: Ranked
    street_start: Array
    street_posted: Array
    street_weight: Array
    flow: Sparse
    shelf_of: Array
    shelf: Array


class Leaves(NamedTuple):
    """Places as ranges: `leaf` (n,) of each position, and low, high (LEVELS, leaves) around it."""

    leaf: Array
    low: Array
    high: Array


def leaves_of(places: Array) -> Leaves:
    """Number places so that each level is a range of leaves; an unknown level is an empty range."""
    order = np.lexsort(places)
    sorted_places = places[:, order]
    changed = np.any(sorted_places[:, 1:] != sorted_places[:, :-1], axis=0)
    number = np.concatenate([[0], np.cumsum(changed)]).astype(np.int32) if places.shape[1] else order
    leaf = np.empty(places.shape[1], dtype=np.int32)
    leaf[order] = number
    first = np.flatnonzero(np.concatenate([[True], changed])) if places.shape[1] else order
    found = [_ranges(sorted_places[level:, first]) for level in range(LEVELS)]
    low = np.array([pair[0] for pair in found], dtype=np.int32).reshape(LEVELS, -1)
    return Leaves(leaf, low, np.array([pair[1] for pair in found], dtype=np.int32).reshape(LEVELS, -1))


def _ranges(keys: Array) -> tuple[Array, Array]:
    """First and past-last leaf of equal `keys` (levels, leaves), which stand together."""
    leaves = keys.shape[1]
    fresh = np.concatenate([[True], np.any(keys[:, 1:] != keys[:, :-1], axis=0)]) if leaves else np.zeros(0)
    starts = np.flatnonzero(fresh)
    run = np.cumsum(fresh).astype(np.int64) - 1
    low, high = starts[run], np.append(starts[1:], leaves)[run]
    return low, np.where(keys[0] == UNKNOWN, low, high)


def index_of(population: Population, recipe: Recipe, leaves: Leaves) -> Index:
    """Build the index: some sorts of the firms and of their words. About 40 bytes a word, 60 a firm."""
    branches, branch_of = _branches(population, recipe)
    opened = np.flatnonzero(population.open)
    name = opened[np.lexsort((opened, leaves.leaf[opened], branch_of[opened]))].astype(np.int32)
    number = np.full(len(population), -1, dtype=np.int32)
    number[name] = np.arange(len(name), dtype=np.int32)
    branch, leaf = branch_of[name], leaves.leaf[name]
    start = np.searchsorted(branch, np.arange(branches + 1)).astype(np.int64)
    standing, size = population.standing[name].astype(np.int32), population.size[name].astype(np.int32)
    most = np.zeros(branches, dtype=np.int32)
    np.maximum.at(most, branch, standing)
    rows = _rows(population.offers, name)
    shelves_made = shelves(recipe, start, (leaf, leaves), size, standing, name)
    traits = np.stack([leaf, size, standing, name], axis=1)
    parts: list[Any] = [name, number, leaf, branch, traits]
    parts += [population.group.astype(np.int32), population.area.astype(np.int32), population.reach]
    parts += [start, most, *_cells(rows, branch, (population.words, branches)), *rows]
    parts += _streets(rows, population.places[STREET][name], (population.reach.shape[1], population.words))
    parts += [_by_branch(population.flow, branches // len(population.flow.indptr)), *shelves_made]
    return Index._make(parts)


def _branches(population: Population, recipe: Recipe) -> tuple[int, Array]:
    """How many, and int32 (n,) that of each firm: its industry's firms of about the same standing."""
    ranks = RANKS if recipe.standing else RANKS[-1:]
    industries = len(population.flow.indptr) - 1
    industry = np.where(population.industry < 0, industries, population.industry)
    rank = np.searchsorted(np.array(ranks) * UNIT, population.standing)
    return (industries + 1) * len(ranks), (industry * len(ranks) + rank).astype(np.int32)


def _by_branch(flow: Sparse, ranks: int) -> Sparse:
    """The branches of each supplying industry, those of the best standing first."""
    branches = flow.indices[:, None] * ranks + np.arange(ranks - 1, -1, -1)
    return Sparse(flow.indptr * ranks, branches.ravel().astype(np.int32), np.repeat(flow.data, ranks))


def _rows(offers: Sparse, name: Array) -> tuple[Array, Array, Array]:
    """The words of each open firm by its number, without weights that came out as zero."""
    lengths = np.diff(offers.indptr)[name]
    ends = np.cumsum(lengths)
    at = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(
        offers.indptr[name] - (ends - lengths), lengths
    )
    term, weight = offers.indices[at], offers.data[at]
    owner = np.repeat(np.arange(len(name)), lengths)[weight > 0]
    begin = np.zeros(len(name) + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner, minlength=len(name)), out=begin[1:])
    return begin, term[weight > 0].astype(np.int32), weight[weight > 0].astype(np.uint16)


def _cells(rows: tuple[Array, Array, Array], branch: Array, shape: tuple[int, int]) -> tuple[Any, ...]:
    """`shape` is (words, branches)."""
    (begin, term, weight), words = rows, shape[0]
    turned, posted, values = _turn(begin, term, weight, words)
    owner = np.repeat(np.arange(words, dtype=np.int64), np.diff(turned))
    key = owner * (int(branch.max(initial=0)) + 1) + branch[posted]
    first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else key
    cell_most = np.maximum.reduceat(values, first) if len(key) else values
    cells = np.searchsorted(owner[first], np.arange(words + 1)).astype(np.int64)
    term_most = np.zeros(words, dtype=np.int32)
    np.maximum.at(term_most, owner[first], cell_most.astype(np.int32))
    cell_start = np.append(first, len(key)).astype(np.int64)
    found = ranked_of(owner[first], branch[posted[first]], shape), cells, branch[posted[first]]
    return *found, cell_start, cell_most, term_most, posted, values


def _streets(rows: tuple[Array, Array, Array], street: Array, shape: tuple[int, int]) -> tuple[Any, ...]:
    """The words of each street, and the firms that use each; `shape` is (streets, words)."""
    begin, term, weight = rows
    owner = np.repeat(np.arange(len(street), dtype=np.int32), np.diff(begin))
    known = street[owner] != UNKNOWN
    owner, term, weight = owner[known], term[known], weight[known]
    key = street[owner].astype(np.int64) * (int(term.max(initial=0)) + 1) + term
    order = np.argsort(key, kind="stable")
    key = key[order]
    first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else key
    term, owner = term[order], owner[order]
    at = ranked_of(street[owner[first]], term[first], shape)
    return at, np.append(first, len(key)).astype(np.int64), owner, weight[order]


def _turn(begin: Array, term: Array, weight: Array, words: int) -> tuple[Array, Array, Array]:
    from scipy.sparse import csr_array

    matrix: Any = csr_array((weight, term, begin), shape=(len(begin) - 1, words)).T.tocsr()
    return matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data
