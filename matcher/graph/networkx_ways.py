"""Ways by number of steps over sparse arrays, and small pieces as ordinary graphs."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from matcher.graph.adjacency import Adjacency
from matcher.graph.table import Array

if TYPE_CHECKING:
    from collections.abc import Mapping


def known(arrays: Adjacency, node: Hashable) -> int:
    """The position of a node. Raises NodeNotFound."""
    position = arrays.positions.get(node)
    if position is None:
        raise nx.NodeNotFound(f"Node {node} is not in the graph")
    return position


def distances(arrays: Adjacency, start: int, within: int | None = None, until: int | None = None) -> Array:
    """int32 (n,): steps from `start`, -1 where it does not lead, or only past `within` or past `until`."""
    steps = np.full(len(arrays), -1, dtype=np.int32)
    steps[start] = 0
    edge, done = np.array([start]), 0
    while len(edge) and (within is None or done < within) and (until is None or steps[until] < 0):
        done += 1
        beyond = neighbours(arrays, edge)
        edge = np.unique(beyond[steps[beyond] < 0])
        steps[edge] = done
    return steps


def neighbours(arrays: Adjacency, nodes: Array) -> Array:
    """All neighbours of some nodes, row after row."""
    starts, counts = arrays.edges.indptr[nodes], arrays.degrees[nodes]
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    at = np.arange(total) + np.repeat(starts - (ends - counts), counts)
    found: Array = arrays.edges.indices[at]
    return found


def way(arrays: Adjacency, source: Hashable, target: Hashable) -> list[Hashable]:
    """A shortest way, both ends included; of several, that over the lowest positions, seen from the target.

    Raises NodeNotFound, NetworkXNoPath.
    """
    first, last = known(arrays, source), known(arrays, target)
    steps = distances(arrays, first, until=last)
    if steps[last] < 0:
        raise nx.NetworkXNoPath(f"No path between {source} and {target}.")
    return [arrays.names[position] for position in _back(arrays, steps, last)]


def _back(arrays: Adjacency, steps: Array, last: int) -> list[int]:
    found = [last]
    while steps[found[-1]] > 0:
        before = arrays.edges.row(found[-1])[0]
        found.append(int(before[steps[before] == steps[found[-1]] - 1][0]))
    return found[::-1]


def all_ways(arrays: Adjacency, start: int) -> dict[Hashable, list[Hashable]]:
    """The way from `start` to every node it leads to, nearest first."""
    steps = distances(arrays, start)
    reached = np.flatnonzero(steps >= 0)
    nearest = reached[np.argsort(steps[reached], kind="stable")].tolist()
    ways: dict[int, list[Hashable]] = {start: [arrays.names[start]]}
    for position in nearest[1:]:
        before = arrays.edges.row(position)[0]
        step = int(before[steps[before] == steps[position] - 1][0])
        ways[position] = [*ways[step], arrays.names[position]]
    return {arrays.names[position]: ways[position] for position in nearest}


def piece(arrays: Adjacency, nodes: Array) -> nx.Graph[Hashable]:
    """The nodes at some positions (ascending) and the edges among them as an ordinary graph with weights."""
    graph: nx.Graph[Hashable] = nx.Graph()
    graph.add_nodes_from(arrays.names[position] for position in nodes.tolist())
    inside: Mapping[int, Hashable] = {at: arrays.names[at] for at in nodes.tolist()}
    for position in nodes.tolist():
        others, weights = arrays.edges.row(position)
        graph.add_weighted_edges_from(
            (inside[position], inside[other], weight)
            for other, weight in zip(others.tolist(), weights.tolist(), strict=True)
            if other > position and other in inside
        )
    return graph
