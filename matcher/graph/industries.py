"""Who supplies whom among GB/T 4754-2017 divisions, about a thousand links, and the ways along them.

Compilation keeps the dense arrays ``supply``, ``chain`` and ``hop``; the tests hold them to networkx.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.graph.schema import DIVISIONS
from matcher.graph.table import Array

if TYPE_CHECKING:
    from matcher.graph.graph import Graph

MOST_HOPS = 3


def supply_array() -> Array:
    """float32 (DIVISIONS, DIVISIONS): direct strength [supplier, buyer], 0 where there is none."""
    from matcher.domain import chain

    direct = np.zeros((DIVISIONS, DIVISIONS), dtype=np.float32)
    for (supplier, buyer), supply in chain.supplies().items():
        direct[int(supplier), int(buyer)] = supply.strength
    return direct


def chain_arrays(direct: Array) -> tuple[Array, Array, Array]:
    """(direct, best product over at most MOST_HOPS hops, first hop on that way or -1), by max-product."""
    best = direct.copy()
    hop = np.where(direct > 0, np.arange(DIVISIONS, dtype=np.int8)[None, :], np.int8(-1))
    for _ in range(MOST_HOPS - 1):
        through = direct[:, :, None] * best[None, :, :]  # supplier x first hop x buyer
        first = through.argmax(axis=1)
        value = np.take_along_axis(through, first[:, None, :], axis=1)[:, 0, :]
        better = value > best
        best = np.where(better, value, best)
        hop = np.where(better, first.astype(np.int8), hop)
    # Within a division the others are rivals first: nobody is led to them by the chain alone.
    np.fill_diagonal(best, 0)
    return direct, best, hop.astype(np.int8)


def path(chain: Array, hop: Array, supplier: int, buyer: int) -> tuple[str, ...]:
    """Follow `hop` from supplier to buyer. Codes of two digits; () where there is no way."""
    if chain[supplier, buyer] <= 0:
        return ()
    way = [supplier]
    while way[-1] != buyer and len(way) <= MOST_HOPS:
        way.append(int(hop[way[-1], buyer]))
    return tuple(f"{division:02d}" for division in way) if way[-1] == buyer else ()


def path_in(graph: Graph, supplier: int, buyer: int) -> tuple[str, ...]:
    """The same in an opened snapshot, by its stored arrays."""
    return path(graph.chain, graph.hop, supplier, buyer)
