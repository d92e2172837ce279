"""A neighbourhood as a file for programs that draw graphs."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Final

from matcher.services.graph import Neighbourhood

_NO_TEXT: Final[Mapping[int, int | None]] = {code: None for code in range(32) if code not in (9, 10, 13)}


def graphml(found: Neighbourhood) -> bytes:
    """GraphML of the nodes and edges; nodes carry kind, identifier, label, edges their kind. UTF-8."""
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph()
    graph.graph |= {"snapshot_id": found.snapshot_id, "as_of": found.as_of.isoformat()}
    for node in found.nodes:
        label = node.label.translate(_NO_TEXT)
        graph.add_node(node.key, kind=node.kind, identifier=node.identifier, label=label)
    for edge in found.edges:
        graph.add_edge(edge.source, edge.target, kind=edge.kind)
    file = BytesIO()
    nx.write_graphml_xml(graph, file)
    return file.getvalue()
