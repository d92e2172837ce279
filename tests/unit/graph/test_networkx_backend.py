"""What networkx says of an ordinary graph, it says of the published arrays."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.graph.adjacency import Adjacency
from matcher.graph.graph import Graph
from matcher.graph.networkx_backend import convert_from_nx, convert_to_nx
from matcher.graph.networkx_info import FUNCTIONS
from tests import worlds


@st.composite
def graphs(draw: st.DrawFn) -> nx.Graph:
    """Small graphs with weights, several pieces and nodes that stand alone."""
    size = draw(st.integers(1, 12))
    pairs = [(a, b) for a in range(size) for b in range(a)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    graph = nx.Graph()
    graph.add_nodes_from(f"企业{number}" for number in range(size))
    for a, b in chosen:
        graph.add_edge(f"企业{a}", f"企业{b}", weight=draw(st.integers(1, 9)) / 2)
    return graph


def arrays_of(graph: nx.Graph) -> Adjacency:
    return convert_from_nx(graph, edge_attrs={"weight": 1})


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_pieces_ranks_and_degrees_are_those_of_networkx(graph: nx.Graph) -> None:
    arrays = arrays_of(graph)
    assert list(nx.connected_components(arrays)) == list(nx.connected_components(graph))
    assert nx.number_connected_components(arrays) == nx.number_connected_components(graph)
    assert nx.is_connected(arrays) == nx.is_connected(graph)
    assert nx.degree_centrality(arrays) == pytest.approx(nx.degree_centrality(graph))
    home = {"企业0": 1.0}
    for options in ({}, {"personalization": home}, {"weight": None}, {"alpha": 0.5, "dangling": home}):
        assert nx.pagerank(arrays, **options) == pytest.approx(nx.pagerank(graph, **options))


@settings(max_examples=60, deadline=None)
@given(graphs(), st.data())
def test_nearness_of_pairs_is_that_of_networkx(graph: nx.Graph, data: st.DataObject) -> None:
    arrays, nodes = arrays_of(graph), list(graph)
    pair = st.lists(st.sampled_from(nodes), min_size=2, max_size=2, unique=True)
    pairs = data.draw(st.lists(pair.map(tuple))) if len(nodes) > 1 else []
    for measure in (nx.jaccard_coefficient, nx.adamic_adar_index, nx.resource_allocation_index):
        assert _near(measure(arrays, pairs)) == _near(measure(graph, pairs))
    assert list(nx.preferential_attachment(arrays, pairs)) == list(nx.preferential_attachment(graph, pairs))
    unasked = {frozenset(found[:2]): found[2] for found in nx.jaccard_coefficient(arrays)}
    assert unasked == pytest.approx({frozenset(f[:2]): f[2] for f in nx.jaccard_coefficient(graph)})


@settings(max_examples=60, deadline=None)
@given(graphs(), st.data())
def test_ways_are_as_short_as_those_of_networkx(graph: nx.Graph, data: st.DataObject) -> None:
    arrays = arrays_of(graph)
    a, b = data.draw(st.sampled_from(list(graph))), data.draw(st.sampled_from(list(graph)))
    lengths = dict(nx.single_source_shortest_path_length(graph, a))
    assert nx.single_source_shortest_path_length(arrays, a) == lengths
    assert nx.shortest_path_length(arrays, a) == lengths
    assert nx.node_connected_component(arrays, a) == nx.node_connected_component(graph, a)
    for target, way in nx.shortest_path(arrays, a).items():
        assert (way[0], way[-1], len(way) - 1) == (a, target, lengths[target])
        assert nx.is_path(graph, way)
    assert nx.has_path(arrays, a, b) == (b in lengths)
    if b in lengths:
        assert nx.is_path(graph, nx.shortest_path(arrays, a, b))
        assert nx.shortest_path_length(arrays, a, b) == lengths[b]
    else:
        with pytest.raises(nx.NetworkXNoPath):
            nx.shortest_path(arrays, a, b)


@settings(max_examples=40, deadline=None)
@given(graphs(), st.integers(0, 3), st.booleans())
def test_small_pieces_leave_as_ordinary_graphs(graph: nx.Graph, radius: int, center: bool) -> None:
    arrays = arrays_of(graph)
    ours = nx.ego_graph(arrays, "企业0", radius, center=center)
    theirs = nx.ego_graph(graph, "企业0", radius, center=center)
    assert type(ours) is nx.Graph
    assert nx.utils.graphs_equal(ours, theirs)
    assert nx.utils.graphs_equal(convert_to_nx(arrays), graph)


def test_the_published_graph_itself_is_asked(tower: Graph) -> None:
    plain = convert_to_nx(tower)
    assert set(plain) == set(tower.firms.ids)
    assert nx.pagerank(tower) == pytest.approx(nx.pagerank(plain))
    assert list(nx.connected_components(tower)) == list(nx.connected_components(plain))
    around = nx.ego_graph(tower, worlds.CATERER_IN_TOWER)
    assert nx.utils.graphs_equal(around, nx.ego_graph(plain, worlds.CATERER_IN_TOWER))


def test_what_is_not_there_says_so() -> None:
    arrays = arrays_of(nx.karate_club_graph())
    assert "betweenness_centrality" not in FUNCTIONS
    with pytest.raises(NotImplementedError, match="not implemented"):
        nx.betweenness_centrality(arrays)
    with pytest.raises(NotImplementedError, match="not implemented"):
        nx.shortest_path(arrays, 0, 5, weight="weight")
    with pytest.raises(NotImplementedError, match="not implemented"):
        nx.ego_graph(arrays, 0, distance="weight")
    with pytest.raises(nx.NetworkXNotImplemented, match="undirected"):
        convert_from_nx(nx.DiGraph([(1, 2)]))
    with pytest.raises(nx.NodeNotFound, match="nobody"):
        nx.jaccard_coefficient(arrays, [(0, "nobody")])
    with pytest.raises(nx.NodeNotFound, match="nobody"):
        nx.shortest_path(arrays, 0, "nobody")


def _near(found: object) -> list[tuple[object, object, object]]:
    return [(u, v, pytest.approx(value)) for u, v, value in found]
