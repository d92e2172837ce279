"""An undirected weighted graph as sparse arrays, with the vocabulary of networkx: who has dealt with whom."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from matcher.graph.table import Array, Csr

BACKEND = "qianxian"  # the name that networkx knows these arrays by


@dataclass(frozen=True, eq=False)
class Adjacency:
    """Nodes 0 to n - 1 with their names; each edge stands in both rows, none leads to itself.

    `edges` holds float64 weights, rows sorted by column. networkx runs on them through
    matcher.graph.networkx_backend.
    """

    names: Sequence[Hashable]
    edges: Csr

    __networkx_backend__: ClassVar[str] = BACKEND

    def is_directed(self) -> bool:
        """Never: a deal joins both sides."""
        return False

    def is_multigraph(self) -> bool:
        """Never: deals of one pair are added up."""
        return False

    @cached_property
    def degrees(self) -> Array:
        """int64 (n,): number of neighbours."""
        found: Array = np.diff(self.edges.indptr)
        return found

    @cached_property
    def strengths(self) -> Array:
        """float64 (n,): sum of the weights of a node's edges."""
        starts = np.repeat(np.arange(len(self)), self.degrees)
        return np.bincount(starts, weights=self.edges.data, minlength=len(self))

    @cached_property
    def matrix(self) -> Any:
        """The weights as a scipy.sparse.csr_array over the same memory."""
        from scipy.sparse import csr_array

        return csr_array((self.edges.data, self.edges.indices, self.edges.indptr), shape=(len(self),) * 2)

    @cached_property
    def pattern(self) -> Any:
        """Ones in place of the weights."""
        from scipy.sparse import csr_array

        ones = np.ones(len(self.edges.indices), dtype=np.float64)
        return csr_array((ones, self.edges.indices, self.edges.indptr), shape=(len(self),) * 2)

    @cached_property
    def positions(self) -> Mapping[Hashable, int]:
        """Where each name stands. Costs one dictionary of all names at its first use."""
        return {name: position for position, name in enumerate(self.names)}

    def neighbors(self, node: Hashable) -> Iterator[Hashable]:
        """Names of the neighbours, in the order of their positions. Raises KeyError for an unknown node."""
        return (self.names[other] for other in self.edges.row(self.positions[node])[0].tolist())

    def degree(self, node: Hashable) -> int:
        """How many neighbours. Raises KeyError for an unknown node."""
        return int(self.degrees[self.positions[node]])

    def number_of_nodes(self) -> int:
        """As len()."""
        return len(self)

    def number_of_edges(self) -> int:
        """Each edge once."""
        return len(self.edges.indices) // 2

    def __len__(self) -> int:
        return len(self.edges)

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self.names)

    def __contains__(self, node: Hashable) -> bool:
        return node in self.positions


def adjacency(names: Sequence[Hashable], pairs: Iterable[Array]) -> Adjacency:
    """From (left, right, weight) arrays, each pair in one direction or both; equal pairs are added up."""
    from scipy.sparse import coo_array

    left, right, weight = pairs
    ends = np.concatenate([left, right]), np.concatenate([right, left])
    values = np.concatenate([weight, weight]).astype(np.float64)
    matrix = coo_array((values, ends), shape=(len(names),) * 2).tocsr()
    matrix.sum_duplicates()
    return Adjacency(names, Csr(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data))
