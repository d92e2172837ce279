"""One question as the compiled search reads it, and the memory that a search keeps between questions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matcher.graph.table import Array
from matcher.recommend.kernels.heap import Heap
from matcher.recommend.kernels.population import Recipe


class Worth(NamedTuple):
    """A Recipe as int64 numbers and arrays: near (LEVELS,), fit by distance in size."""

    flow: int
    words: int
    place: int
    size: int
    standing: int
    unknown: int
    full: int
    near: Array
    fit: Array


class Asked(NamedTuple):
    """A question: who asks (-1 nobody), its group, street, size; leaves low, high (LEVELS,) around it;
    branches with their flow, greatest first; terms with their weights; positions to keep apart.
    """

    buyer: int
    group: int
    street: int
    size: int
    low: Array
    high: Array
    branches: Array
    flows: Array
    terms: Array
    weights: Array
    apart: Array


class Scratch(NamedTuple):
    """Memory of one thread. Sums and marks by number, kept clean between questions, never cleared whole."""

    sums: Array
    touched: Array
    seen: Array
    flow: Array
    asked: Array
    visited: Array
    term: Array
    share: Array
    after: Array
    cell: Array
    pull: Array
    wanted: Array
    ring: Array
    turn: Array
    heap: Heap
    free: Heap


def worth_of(recipe: Recipe) -> Worth:
    """For the compiled search."""
    return Worth(
        *(recipe.flow, recipe.words, recipe.place, recipe.size, recipe.standing),
        *(recipe.unknown_size, recipe.full),
        np.asarray(recipe.near, dtype=np.int64),
        np.asarray(recipe.fit, dtype=np.int64),
    )


def heap_of(k: int) -> Heap:
    """An empty heap of `k`."""
    return Heap(np.zeros(k, np.int64), np.zeros(k, np.int32), np.zeros(1, np.int64))


def scratch_of(shape: tuple[int, int, int], terms: int, k: int) -> Scratch:
    """Memory for lists of `k` and questions of `terms` words; `shape` is (open firms, branches, words).

    12 bytes an open firm, 4 a word of the vocabulary.
    """
    firms, branches, words = shape
    return Scratch(
        sums=np.zeros(firms, np.int32),
        touched=np.zeros(firms, np.int32),
        seen=np.zeros(firms, np.int32),
        flow=np.zeros(branches, np.int64),
        asked=np.zeros(words, np.int32),
        visited=np.zeros(branches, np.int32),
        term=np.zeros(terms, np.int64),
        share=np.zeros(terms, np.int64),
        after=np.zeros(terms + 1, np.int64),
        cell=np.zeros(terms, np.int64),
        pull=np.zeros(terms, np.int64),
        wanted=np.zeros(terms, np.int64),
        ring=np.zeros((5, 2), np.int64),
        turn=np.zeros(4, np.int64),
        heap=heap_of(k),
        free=heap_of(k),
    )
