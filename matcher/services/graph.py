"""The neighbourhood of an enterprise as nodes and edges, for drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.field_access import Condition, Sight
from matcher.graph.around import around as neighbourhood
from matcher.graph.graph import Graph
from matcher.graph.schema import EdgeKind, NodeKind
from matcher.messages import LANGUAGES, say
from matcher.services import sight
from matcher.services.partners import ACTIVE, OPEN, own_enterprise, shown
from matcher.storage import enterprises, needs
from matcher.storage.enterprises import Enterprise
from matcher.storage.needs import Need

if TYPE_CHECKING:
    import networkx as nx

# What an edge says of the firms at its ends, by the table of fields.
_SAYS: Final = {
    EdgeKind.DEAL: "trade_edges",
    EdgeKind.LOCATED: "building",
    EdgeKind.SAME_BUILDING: "building",
    EdgeKind.IN_INDUSTRY: "industry",
    EdgeKind.HAS_OFFER: "offers",
}


@dataclass(frozen=True)
class Node:
    """`key` is ``kind:identifier``; `kind` one of graph.schema.NodeKind, named in both languages."""

    key: str
    kind: str
    identifier: str
    label: str
    kind_names: dict[str, str]


@dataclass(frozen=True)
class Edge:
    """Between two keys; `kind` one of graph.schema.EdgeKind, named in both languages."""

    source: str
    target: str
    kind: str
    kind_names: dict[str, str]


@dataclass(frozen=True)
class Neighbourhood:
    """What lies around an enterprise in one snapshot; its needs are those of this moment."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    snapshot_id: str
    as_of: datetime


def around(session: Session, graph: Graph, actor: Actor, enterprise_id: str, depth: int = 1) -> Neighbourhood:
    """Nodes and edges within `depth` (1 to 3). Raises NotFound out of scope.

    An enterprise sees one step: who deals with whom beyond itself is not its affair. Enterprises that
    have closed or hidden themselves since the snapshot are left out, and edges that say more of a firm
    than the table of fields lets this actor read.
    """
    require(actor, "graph.read")
    own_enterprise(session, actor, enterprise_id)
    drawing = neighbourhood(graph, enterprise_id, 1 if actor.role is Role.ENTERPRISE else depth)
    firms = {key: data["identifier"] for key, data in drawing.nodes(data=True) if _is_firm(data)}
    rows = enterprises.by_ids(session, sorted(firms.values()))
    hidden = [
        key
        for key, identifier in firms.items()
        if identifier not in rows or rows[identifier].status != ACTIVE or not shown(actor, rows[identifier])
    ]
    centre = f"{NodeKind.ENTERPRISE}:{enterprise_id}"
    drawing.remove_nodes_from([key for key in hidden if key != centre])
    known = {key: rows[identifier] for key, identifier in firms.items() if key in drawing}
    kept_back = [(a, b) for a, b, data in drawing.edges(data=True) if not _may_draw(actor, known, a, b, data)]
    drawing.remove_edges_from(kept_back)
    drawing = _reached(drawing, centre)
    nodes = [_node(key, data) for key, data in drawing.nodes(data=True)]
    edges = [_edge(a, b, data["kind"]) for a, b, data in drawing.edges(data=True)]
    open_needs = [need for need in needs.needs_of(session, enterprise_id) if need.state in OPEN]
    nodes += [_need_node(need) for need in open_needs]
    edges += [_edge(centre, _need_node(need).key, EdgeKind.HAS_NEED.value) for need in open_needs]
    return Neighbourhood(tuple(nodes), tuple(edges), graph.snapshot_id, graph.as_of)


def _may_draw(actor: Actor, rows: Mapping[str, Enterprise], a: str, b: str, data: dict[str, Any]) -> bool:
    """Whether the actor may read what this edge says of each firm at its ends.

    Who deals with whom is told to either side and its station; where a firm is, to those who see its
    building, and "the same building" to those who see at least that.
    """
    ends = [rows[key] for key in (a, b) if key in rows]
    name = _SAYS.get(EdgeKind(data["kind"]))
    if name is None:
        return all(sight.sees(actor, row, "name") is Sight.FULL for row in ends)
    public = frozenset({Condition.PUBLISHED}) if name == "offers" else sight.NOTHING_MORE
    seen = [sight.sees(actor, row, name, public) for row in ends]
    if name == "trade_edges":
        return any(one in (Sight.FULL, Sight.OWN) for one in seen)
    if len(ends) > 1:
        return all(one in (Sight.FULL, Sight.BAND) for one in seen)
    return all(one is Sight.FULL for one in seen)


def _reached(drawing: nx.Graph[str], centre: str) -> nx.Graph[str]:
    """What still hangs together with the centre: a node alone would say that there is some way to it."""
    import networkx as nx

    return drawing.subgraph(nx.node_connected_component(drawing, centre))


def _is_firm(data: dict[str, Any]) -> bool:
    return bool(data["kind"] == NodeKind.ENTERPRISE.value)


def _node(key: str, data: dict[str, Any]) -> Node:
    return Node(key, data["kind"], data["identifier"], data["label"], _names("graph.node", data["kind"]))


def _need_node(need: Need) -> Node:
    kind, label = NodeKind.NEED.value, need.text[:40] if need.title is None else need.title
    return Node(f"{kind}:{need.need_id}", kind, need.need_id, label, _names("graph.node", kind))


def _edge(a: str, b: str, kind: str) -> Edge:
    return Edge(a, b, kind, _names("reasons.edge", kind))


def _names(table: str, kind: str) -> dict[str, str]:
    return {language: say(f"{table}.{kind}", language) for language in LANGUAGES}
