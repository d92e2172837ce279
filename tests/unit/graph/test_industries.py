"""Chains of industries: the dense arrays say what networkx would, and no firm is led to its rivals."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest

from matcher.domain import chain as chain_facts
from matcher.graph.industries import MOST_HOPS, chain_arrays, path, supply_array
from matcher.graph.schema import DIVISIONS


def supplies(**strengths: float) -> np.ndarray:
    """Arrays of links such as a01_02=0.5."""
    direct = np.zeros((DIVISIONS, DIVISIONS), dtype=np.float32)
    for link, strength in strengths.items():
        supplier, buyer = link.removeprefix("a").split("_")
        direct[int(supplier), int(buyer)] = strength
    return direct


def test_a_detour_is_taken_only_if_it_is_stronger() -> None:
    _, chain, hop = chain_arrays(supplies(a01_03=0.2, a01_02=0.9, a02_03=0.9, a03_04=0.5))
    assert chain[1, 3] == pytest.approx(0.81)
    assert hop[1, 3] == 2
    assert chain[1, 4] == pytest.approx(0.405)


def test_a_way_of_four_hops_is_too_far() -> None:
    _, chain, _ = chain_arrays(supplies(a01_02=1, a02_03=1, a03_04=1, a04_05=1))
    assert chain[1, 4] == 1
    assert chain[1, 5] == 0


def test_nobody_is_led_to_its_own_division() -> None:
    _, chain, _ = chain_arrays(supply_array())
    assert not chain.diagonal().any()


def test_the_arrays_agree_with_networkx_on_the_shortest_logarithms() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    for (supplier, buyer), link in chain_facts.supplies().items():
        if supplier != buyer:
            graph.add_edge(supplier, buyer, length=-math.log(link.strength))
    _, chain, _ = chain_arrays(supply_array())
    for supplier, buyer in (("01", "62"), ("13", "62"), ("17", "18"), ("39", "65"), ("22", "83")):
        way = nx.shortest_path(graph, supplier, buyer, weight="length")
        if len(way) <= MOST_HOPS + 1:
            length = nx.path_weight(graph, way, "length")
            assert chain[int(supplier), int(buyer)] == pytest.approx(math.exp(-length), rel=1e-4)


def test_a_path_runs_from_supplier_to_buyer() -> None:
    _, chain, hop = chain_arrays(supply_array())
    way = path(chain, hop, 1, 62)
    assert way[0] == "01"
    assert way[-1] == "62"
    assert 2 <= len(way) <= MOST_HOPS + 1
    assert path(chain, hop, 62, 62) == ()
