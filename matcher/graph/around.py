"""The neighbourhood of one enterprise as a small networkx graph, for explanations and drawings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.errors import NotFound
from matcher.graph.schema import EdgeKind, Flag, NodeKind

if TYPE_CHECKING:
    import networkx as nx

    from matcher.graph.graph import Graph

MOST_NODES = 120  # a drawing past this is a hairball
MOST_NEIGHBOURS = 12  # of one kind, a firm: a tower of 160 firms would hide everything else


def around(graph: Graph, enterprise_id: str, depth: int) -> nx.Graph[str]:
    """Nodes within `depth` steps (1 to 3), at most MOST_NODES; keys are ``kind:id``.

    Nodes carry kind, identifier, label; edges carry kind (EdgeKind). Raises NotFound for a firm that the
    snapshot does not hold. Reads some dozens of rows a node.
    """
    import networkx as nx

    start = graph.firms.position(enterprise_id)
    if start is None:
        raise NotFound("access.no_such_enterprise", value=enterprise_id)
    drawing: nx.Graph[str] = nx.Graph()
    frontier = [start]
    _add(drawing, graph, start)
    for _ in range(min(depth, 3)):
        frontier = [found for firm in frontier for found in _grow(drawing, graph, firm)]
    return drawing


def _grow(drawing: nx.Graph[str], graph: Graph, firm: int) -> list[int]:
    """Add what touches one firm; return the firms that are new."""
    node = f"{NodeKind.ENTERPRISE}:{graph.firms.ids[firm]}"
    _attach(drawing, graph, firm, node)
    fresh: list[int] = []
    for other, edge in _neighbours(graph, firm):
        if len(drawing) >= MOST_NODES:
            break
        key, new = _add(drawing, graph, other)
        if not drawing.has_edge(node, key):
            drawing.add_edge(node, key, kind=edge.value)
        if new:
            fresh.append(other)
    return fresh


def _neighbours(graph: Graph, firm: int) -> list[tuple[int, EdgeKind]]:
    """Firms that dealt with this one, then those of its building; inactive ones are left out."""
    import numpy as np

    dealt = np.concatenate([graph.deals.row(firm)[0], graph.customers.row(firm)[0]])
    found = [(int(other), EdgeKind.DEAL) for other in dict.fromkeys(dealt.tolist())]
    building = graph.firms.numbers("building")[firm]
    if building >= 0:
        near = np.flatnonzero(graph.firms.numbers("building") == building)
        found += [(int(other), EdgeKind.SAME_BUILDING) for other in near[:MOST_NEIGHBOURS] if other != firm]
    active = graph.firms.numbers("flags") & Flag.ACTIVE
    return [(other, edge) for other, edge in found if active[other]][: 2 * MOST_NEIGHBOURS]


def _add(drawing: nx.Graph[str], graph: Graph, firm: int) -> tuple[str, bool]:
    identifier = graph.firms.ids[firm]
    key = f"{NodeKind.ENTERPRISE}:{identifier}"
    new = key not in drawing
    if new:
        _node(drawing, NodeKind.ENTERPRISE, identifier, graph.firms.text("name")[firm])
    return key, new


def _attach(drawing: nx.Graph[str], graph: Graph, firm: int, node: str) -> None:
    """Industry, building and offers of one firm. Needs are drawn by the service, which knows who asks."""
    industry = int(graph.firms.numbers("industry")[firm])
    if industry >= 0:
        table = graph.industries
        key = _node(drawing, NodeKind.INDUSTRY, table.ids[industry], table.text("name")[industry])
        drawing.add_edge(node, key, kind=EdgeKind.IN_INDUSTRY.value)
    building = int(graph.firms.numbers("building")[firm])
    if building >= 0:
        table = graph.buildings
        key = _node(drawing, NodeKind.BUILDING, table.ids[building], table.text("name")[building])
        drawing.add_edge(node, key, kind=EdgeKind.LOCATED.value)
    import numpy as np

    rows = graph.offers.numbers("firm")
    first, last = np.searchsorted(rows, [firm, firm + 1])
    for row in range(int(first), min(int(last), int(first) + MOST_NEIGHBOURS)):
        key = _node(drawing, NodeKind.OFFER, graph.offers.ids[row], graph.offers.text("title")[row])
        drawing.add_edge(node, key, kind=EdgeKind.HAS_OFFER.value)


def _node(drawing: nx.Graph[str], kind: NodeKind, identifier: str, label: str) -> str:
    key = f"{kind}:{identifier}"
    drawing.add_node(key, kind=kind.value, identifier=identifier, label=label)
    return key
