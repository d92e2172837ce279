"""Who belongs to one owner: firms joined by a label, by one desk, or by a relation in force.

One group share an owner_group label, a relation of that kind in force, or both address and phone:
a firm that registers forty times from one desk holds one place in a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from matcher.build.encode import NONE
from matcher.graph.table import Array


class Desks:
    """What may join firms, as 64-bit hashes a firm: no label, address or phone is kept."""

    def __init__(self) -> None:
        self._labels: list[Array] = []
        self._desks: list[Array] = []

    def add(self, chunk: Mapping[str, Sequence[Any]]) -> None:
        """The next firms, in the order in which their columns are gathered."""
        desks = zip(chunk["address"], chunk["contact_phone"], strict=True)
        self._labels.append(_hashes((label,) if label else None for label in chunk["owner_group"]))
        self._desks.append(_hashes(desk if all(desk) else None for desk in desks))

    def groups(self, related: Sequence[tuple[int, int]], ranks: Array) -> tuple[Array, Array]:
        """(group of each firm or -1, the firm that names each group: its first by id, groups in that order).

        `related` are pairs of places, `ranks` the order of the ids. Firms that stand alone have no group.
        """
        size = len(ranks)
        pairs = [np.array(related, dtype=np.int64).reshape(-1, 2)]
        pairs += [_neighbours(column) for column in (self._labels, self._desks)]
        edges = np.concatenate(pairs)
        graph = coo_matrix((np.ones(len(edges), dtype=np.int8), (edges[:, 0], edges[:, 1])), (size, size))
        _, part = connected_components(graph, directed=False)
        return _named(part.astype(np.int64), ranks) if size else (np.zeros(0, dtype=np.int64),) * 2


def _named(part: Array, ranks: Array) -> tuple[Array, Array]:
    sizes = np.bincount(part)
    first = np.full(len(sizes), len(ranks), dtype=np.int64)
    np.minimum.at(first, part, ranks)
    shared = np.flatnonzero(sizes > 1)
    shared = shared[np.argsort(first[shared])]
    number = np.full(len(sizes), NONE, dtype=np.int64)
    number[shared] = np.arange(len(shared))
    by_rank = np.empty(len(ranks), dtype=np.int64)
    by_rank[ranks] = np.arange(len(ranks))
    return number[part], by_rank[first[shared]]


def _neighbours(chunks: list[Array]) -> Array:
    """Pairs of firms that stand next to each other when sorted by what joins them."""
    hashes = np.concatenate(chunks) if chunks else np.zeros(0, dtype=np.uint64)
    known = np.flatnonzero(hashes)
    known = known[np.argsort(hashes[known], kind="stable")]
    same = hashes[known][1:] == hashes[known][:-1]
    return np.stack([known[:-1][same], known[1:][same]], axis=1)


def _hashes(keys: Iterable[tuple[str, ...] | None]) -> Array:
    return np.fromiter(_hashed(keys), dtype=np.uint64)


def _hashed(keys: Iterable[tuple[str, ...] | None]) -> Iterator[int]:
    """0 for what joins nobody."""
    for key in keys:
        if key is None:
            yield 0
        else:
            told = "\0".join(key).encode("utf-8")
            yield int.from_bytes(blake2b(told, digest_size=8).digest(), "big") or 1
