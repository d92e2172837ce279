# ruff: noqa: ARG001, N803 (networkx passes its arguments by these names)
"""The published graph as a backend of networkx: ``nx.pagerank(graph)`` runs on the snapshot's arrays.

Only what networkx_info.FUNCTIONS names runs here; of anything else networkx says that it is not there.
Pieces that fit a drawing leave as ordinary graphs (``nx.ego_graph``, ``convert_to_nx``).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any

import networkx as nx
import numpy as np

from matcher.graph import networkx_links, networkx_ways
from matcher.graph.adjacency import Adjacency, adjacency
from matcher.graph.graph import Graph
from matcher.graph.table import Array

Node = Hashable


def arrays_of(graph: Graph | Adjacency) -> Adjacency:
    """A snapshot stands for the dealings of its enterprises."""
    return graph.dealings if isinstance(graph, Graph) else graph


def convert_from_nx(graph: Any, edge_attrs: Any = None, **_kept: Any) -> Adjacency:
    """Arrays of an undirected graph without loops. Raises NetworkXNotImplemented for any other."""
    if isinstance(graph, Graph | Adjacency):
        return arrays_of(graph)
    if graph.is_directed() or graph.is_multigraph() or nx.number_of_selfloops(graph):
        raise nx.NetworkXNotImplemented("only undirected graphs without loops and multiple edges")
    weight = next(iter(edge_attrs)) if edge_attrs else "weight"
    names = tuple(graph)
    at = {name: position for position, name in enumerate(names)}
    edges = [(at[a], at[b], data.get(weight, 1)) for a, b, data in graph.edges.data()]
    columns = np.array(edges, dtype=np.float64).reshape(-1, 3)
    left, right = columns[:, 0].astype(np.int32), columns[:, 1].astype(np.int32)
    return adjacency(names, (left, right, columns[:, 2]))


def convert_to_nx(found: Any, *, name: str | None = None) -> Any:
    """An ordinary graph of arrays; any other result as it is."""
    if not isinstance(found, Graph | Adjacency):
        return found
    arrays = arrays_of(found)
    return networkx_ways.piece(arrays, np.arange(len(arrays)))


def pagerank(
    G: Graph | Adjacency,
    alpha: float = 0.85,
    personalization: Mapping[Node, float] | None = None,
    max_iter: int = 100,
    tol: float = 1e-6,
    nstart: Mapping[Node, float] | None = None,
    weight: str | None = "weight",
    dangling: Mapping[Node, float] | None = None,
) -> dict[Node, float]:
    """As networkx.pagerank, by power iteration over the sparse rows: one product an iteration.

    Raises PowerIterationFailedConvergence. `weight` None counts neighbours, any other name takes the weights.
    """
    arrays = arrays_of(G)
    if not len(arrays):
        return {}
    matrix = arrays.pattern if weight is None else arrays.matrix
    shares = (arrays.degrees if weight is None else arrays.strengths).astype(np.float64)
    home = _distribution(arrays, personalization)
    start = _distribution(arrays, nstart)
    lost = home if dangling is None else _distribution(arrays, dangling)
    ranks = _iterate((matrix, shares), start, (home, lost), (alpha, max_iter, tol))
    return dict(zip(arrays.names, ranks.tolist(), strict=True))


def _iterate(
    walk: tuple[Any, Array], start: Array, jumps: tuple[Array, Array], limits: tuple[float, int, float]
) -> Array:
    (matrix, shares), (home, lost), (alpha, max_iter, tol) = walk, jumps, limits
    ends = shares == 0
    ranks: Array = start
    for _ in range(max_iter):
        before = ranks
        flowing = np.divide(before, shares, out=np.zeros_like(before), where=~ends)
        ranks = alpha * (matrix @ flowing + before[ends].sum() * lost)
        ranks += (1 - alpha) * home
        if np.abs(ranks - before).sum() < len(ranks) * tol:
            return ranks
    raise nx.PowerIterationFailedConvergence(max_iter)


def _distribution(arrays: Adjacency, given: Mapping[Node, float] | None) -> Array:
    if given is None:
        return np.full(len(arrays), 1.0 / len(arrays))
    values = np.zeros(len(arrays))
    for node, value in given.items():
        if node in arrays:
            values[arrays.positions[node]] = value
    if values.sum() == 0:
        raise ZeroDivisionError
    values /= values.sum()
    return values


def degree_centrality(G: Graph | Adjacency) -> dict[Node, float]:
    """As networkx.degree_centrality."""
    arrays = arrays_of(G)
    if len(arrays) <= 1:
        return dict.fromkeys(arrays.names, 1)
    shares = arrays.degrees * (1.0 / (len(arrays) - 1.0))
    return dict(zip(arrays.names, shares.tolist(), strict=True))


def connected_components(G: Graph | Adjacency) -> Iterator[set[Node]]:
    """As networkx.connected_components: sets of names, in the order of their first node."""
    arrays = arrays_of(G)
    count, labels = _labels(arrays)
    order = np.argsort(labels, kind="stable")
    ends = np.cumsum(np.bincount(labels, minlength=count))
    names = [arrays.names[position] for position in order.tolist()]
    starts = [0, *ends[:-1].tolist()]
    return (set(names[start:end]) for start, end in zip(starts, ends.tolist(), strict=True))


def number_connected_components(G: Graph | Adjacency) -> int:
    """As networkx.number_connected_components."""
    return _labels(arrays_of(G))[0]


def is_connected(G: Graph | Adjacency) -> bool:
    """As networkx.is_connected. Raises NetworkXPointlessConcept for a graph without nodes."""
    if not len(arrays_of(G)):
        raise nx.NetworkXPointlessConcept("Connectivity is undefined for the null graph.")
    return number_connected_components(G) == 1


def _labels(arrays: Adjacency) -> tuple[int, Array]:
    from scipy.sparse.csgraph import connected_components as components

    if not len(arrays):
        return 0, np.zeros(0, dtype=np.int32)
    count, labels = components(arrays.pattern, directed=False)
    return int(count), labels


def node_connected_component(G: Graph | Adjacency, n: Node) -> set[Node]:
    """As networkx.node_connected_component."""
    arrays = arrays_of(G)
    reached = networkx_ways.distances(arrays, networkx_ways.known(arrays, n))
    return {arrays.names[position] for position in np.flatnonzero(reached >= 0).tolist()}


def ego_graph(
    G: Graph | Adjacency,
    n: Node,
    radius: float = 1,
    center: bool = True,
    undirected: bool = False,
    distance: str | None = None,
) -> Any:
    """As networkx.ego_graph by steps: an ordinary nx.Graph with the weights of the edges."""
    arrays = arrays_of(G)
    start = networkx_ways.known(arrays, n)
    steps = networkx_ways.distances(arrays, start, within=int(radius))
    nodes = np.flatnonzero(steps >= 0)
    return networkx_ways.piece(arrays, nodes if center else nodes[nodes != start])


def shortest_path(
    G: Graph | Adjacency,
    source: Node | None = None,
    target: Node | None = None,
    weight: str | None = None,
    method: str = "dijkstra",
) -> Any:
    """As networkx.shortest_path by steps, from one source: the way to `target`, or {target: way} to all."""
    arrays = arrays_of(G)
    if target is None:
        return networkx_ways.all_ways(arrays, networkx_ways.known(arrays, source))
    return networkx_ways.way(arrays, source, target)


def shortest_path_length(
    G: Graph | Adjacency,
    source: Node | None = None,
    target: Node | None = None,
    weight: str | None = None,
    method: str = "dijkstra",
) -> Any:
    """As networkx.shortest_path_length by steps, from one source: to `target`, or {target: steps}."""
    arrays = arrays_of(G)
    if target is not None:
        return len(networkx_ways.way(arrays, source, target)) - 1
    return single_source_shortest_path_length(G, source)


def single_source_shortest_path_length(
    G: Graph | Adjacency,
    source: Node,
    cutoff: float | None = None,
) -> dict[Node, int]:
    """As networkx.single_source_shortest_path_length, nearest first."""
    arrays = arrays_of(G)
    within = None if cutoff is None else int(cutoff)
    steps = networkx_ways.distances(arrays, networkx_ways.known(arrays, source), within=within)
    reached = np.flatnonzero(steps >= 0)
    nearest = reached[np.argsort(steps[reached], kind="stable")]
    return {arrays.names[position]: int(steps[position]) for position in nearest.tolist()}


def has_path(G: Graph | Adjacency, source: Node, target: Node) -> bool:
    """As networkx.has_path."""
    try:
        networkx_ways.way(arrays_of(G), source, target)
    except nx.NetworkXNoPath:
        return False
    return True


def _links(measure: networkx_links.Measure) -> Callable[..., Iterator[tuple[Node, Node, float]]]:
    def predict(
        G: Graph | Adjacency,
        ebunch: Iterable[tuple[Node, Node]] | None = None,
    ) -> Iterator[tuple[Node, Node, float]]:
        return networkx_links.predict(arrays_of(G), ebunch, measure)

    return predict


jaccard_coefficient = _links(networkx_links.jaccard)
adamic_adar_index = _links(networkx_links.adamic_adar)
resource_allocation_index = _links(networkx_links.resource_allocation)
preferential_attachment = _links(networkx_links.preferential_attachment)


def can_run(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool | str:
    """Whether a call can run on the arrays; else the reason, which networkx logs."""
    given = dict(zip(_ARGUMENTS.get(name, ()), args, strict=False)) | dict(kwargs)
    if given.get("weight") is not None and name.startswith("shortest_path"):
        return "ways are counted in steps, not in weights"
    if name.startswith("shortest_path") and given.get("source") is None:
        return "ways lead from one source"
    if given.get("distance") is not None:
        return "distances are counted in steps"
    return True


def should_run(_name: str, _args: tuple[Any, ...], _kwargs: Mapping[str, Any]) -> bool:
    """Always: the arrays are there."""
    return True


_ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "shortest_path": ("G", "source", "target", "weight"),
    "shortest_path_length": ("G", "source", "target", "weight"),
    "ego_graph": ("G", "n", "radius", "center", "undirected", "distance"),
}
