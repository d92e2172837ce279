"""How near two nodes are by the neighbours they share, for many pairs at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import chain

import networkx as nx
import numpy as np

from matcher.graph.adjacency import Adjacency
from matcher.graph.table import Array

CHUNK = 65_536  # pairs whose rows are held side by side
MOST_NODES_UNASKED = 3_000  # without pairs given, all that are not joined: n * n / 2 of them

Measure = Callable[[Adjacency, Array, Array], Array]
Pairs = Iterable[tuple[Hashable, Hashable]]


def predict(
    arrays: Adjacency, pairs: Pairs | None, measure: Measure
) -> Iterator[tuple[Hashable, Hashable, float]]:
    """(u, v, value) of each pair, in order. Raises NodeNotFound for an unknown node at once.

    Without pairs, of all that are not joined; NetworkXNotImplemented past MOST_NODES_UNASKED nodes.
    """
    asked = list(_apart(arrays) if pairs is None else pairs)
    nodes = list(chain.from_iterable(asked))
    at = list(map(arrays.positions.get, nodes))
    if None in at:
        raise nx.NodeNotFound(f"Node {nodes[at.index(None)]} not in G.")
    ends = np.array(at, dtype=np.int64).reshape(-1, 2)
    return zip(nodes[::2], nodes[1::2], _chunks(arrays, ends, measure), strict=True)


def _chunks(arrays: Adjacency, ends: Array, measure: Measure) -> Iterator[float]:
    for start in range(0, len(ends), CHUNK):
        left, right = ends[start : start + CHUNK].T
        yield from measure(arrays, left, right).tolist()


def _apart(arrays: Adjacency) -> Iterator[tuple[Hashable, Hashable]]:
    if len(arrays) > MOST_NODES_UNASKED:
        raise nx.NetworkXNotImplemented("give the pairs: all that are not joined would be too many")
    for left, name in enumerate(arrays.names):
        joined = set(arrays.edges.row(left)[0].tolist())
        later = range(left + 1, len(arrays))
        yield from ((name, arrays.names[right]) for right in later if right not in joined)


def shared(arrays: Adjacency, left: Array, right: Array, worth: Array) -> Array:
    """float64 (pairs,): sum of `worth` (n,) over the neighbours that both have."""
    both = arrays.pattern[left].multiply(arrays.pattern[right])
    return np.asarray(both @ worth)


def jaccard(arrays: Adjacency, left: Array, right: Array) -> Array:
    """Shared neighbours over all neighbours of both; 0 where neither has any."""
    common = shared(arrays, left, right, np.ones(len(arrays)))
    together = arrays.degrees[left] + arrays.degrees[right] - common
    found: Array = np.divide(common, together, out=np.zeros_like(common), where=together > 0)
    return found


def adamic_adar(arrays: Adjacency, left: Array, right: Array) -> Array:
    """Sum of 1 / ln(degree) over shared neighbours."""
    degrees = np.maximum(arrays.degrees, 2)  # who joins two nodes has two neighbours
    return shared(arrays, left, right, 1.0 / np.log(degrees))


def resource_allocation(arrays: Adjacency, left: Array, right: Array) -> Array:
    """Sum of 1 / degree over shared neighbours."""
    return shared(arrays, left, right, 1.0 / np.maximum(arrays.degrees, 1))


def preferential_attachment(arrays: Adjacency, left: Array, right: Array) -> Array:
    """The product of both degrees, whole numbers as in networkx."""
    product: Array = arrays.degrees[left] * arrays.degrees[right]
    return product
