"""What networkx is told of the backend when it starts: names only, so that nothing heavy is loaded."""

from __future__ import annotations

from typing import Any, Final

FUNCTIONS: Final = (
    "pagerank",
    "degree_centrality",
    "connected_components",
    "number_connected_components",
    "is_connected",
    "node_connected_component",
    "ego_graph",
    "shortest_path",
    "shortest_path_length",
    "single_source_shortest_path_length",
    "has_path",
    "jaccard_coefficient",
    "adamic_adar_index",
    "resource_allocation_index",
    "preferential_attachment",
)


def get_info() -> dict[str, Any]:
    """The entry point ``networkx.backend_info``."""
    return {
        "backend_name": "qianxian",
        "project": "qianxian",
        "package": "matcher",
        "short_summary": "Sparse arrays of a published snapshot.",
        "functions": {name: {} for name in FUNCTIONS},
    }
