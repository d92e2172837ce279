"""Place: the same building, street, district or city, or close by coordinates."""

from __future__ import annotations

import math

import numpy as np

from matcher.domain.ranking import PathStep, Reason
from matcher.graph.schema import EdgeKind, NodeKind
from matcher.graph.table import Array
from matcher.recommend.asking import Asking
from matcher.recommend.signal import NOTHING, Evidence, Signal
from matcher.recommend.weights import NEAR_KILOMETRES, NEAREST, PLACE

KILOMETRES_A_DEGREE = 111.2


def place(asking: Asking) -> Signal:
    """1 in the same building, less by street, district, city; by distance where both have coordinates."""
    by_street = _by_street(asking)
    values = by_street[asking.graph.firms.numbers("street")]
    values = np.maximum(values, _by_distance(asking))
    if asking.building >= 0:
        values[asking.graph.firms.numbers("building") == asking.building] = PLACE["building"]
    return Signal(values, lambda firm: _evidence(asking, firm, values))


def _by_street(asking: Asking) -> Array:
    """float32 (streets + 1,): nearness of each region to the question's; the last entry is 0, for unknown."""
    streets = asking.graph.streets
    values = np.zeros(len(streets) + 1, dtype=np.float32)
    if asking.street < 0:
        return values
    for level in ("city", "district", "street"):  # the narrower one overwrites
        codes = streets.numbers(level)
        here = codes[asking.street]
        if here >= 0:
            values[:-1][codes == here] = PLACE[level]
    return values


def _by_distance(asking: Asking) -> Array:
    """float32 (firms,): exp(-kilometres / NEAR_KILOMETRES) on a flat map; 0 where a coordinate is unknown."""
    firms, here = asking.graph.firms, _here(asking)
    if here is None:
        return np.zeros(len(firms), dtype=np.float32)
    north = (firms.numbers("latitude") - here[0]) * KILOMETRES_A_DEGREE
    shrink = math.cos(math.radians(here[0]))
    east = (firms.numbers("longitude") - here[1]) * (KILOMETRES_A_DEGREE * shrink)
    near = NEAREST * np.exp(-np.hypot(north, east) / NEAR_KILOMETRES)
    return np.fmax(near, 0.0).astype(np.float32)  # of an unknown place: 0


def _here(asking: Asking) -> tuple[float, float] | None:
    graph = asking.graph
    if asking.building >= 0:
        table, row = graph.buildings, asking.building
    elif asking.asker >= 0 and asking.question.region_code is None:
        table, row = graph.firms, asking.asker
    else:
        return None
    found = float(table.numbers("latitude")[row]), float(table.numbers("longitude")[row])
    return None if math.isnan(found[0]) or math.isnan(found[1]) else found


def _evidence(asking: Asking, firm: int, values: Array) -> Evidence:
    """The narrowest place that both share. Floors and addresses are never told."""
    graph, value = asking.graph, float(values[firm])
    if value <= 0:
        return NOTHING
    if asking.building >= 0 and int(graph.firms.numbers("building")[firm]) == asking.building:
        reason = Reason("reasons.place.building")
        name = graph.buildings.text("name")[asking.building]
        step = PathStep(
            NodeKind.BUILDING.value, graph.buildings.ids[asking.building], name, EdgeKind.LOCATED.value
        )
        return Evidence((reason,), (reason,), (step, asking.end(firm, EdgeKind.SAME_BUILDING)))
    shared = _shared_level(asking, firm)
    reason = Reason(f"reasons.place.{shared}") if shared is not None else Reason("reasons.place.near")
    if shared is None or value > PLACE[shared] + 0.05:
        reason = Reason("reasons.place.near")
    way = (asking.end(firm, EdgeKind.SAME_STREET),) if shared == "street" else ()
    return Evidence((reason,), (reason,), way)


def _shared_level(asking: Asking, firm: int) -> str | None:
    streets, other = asking.graph.streets, int(asking.graph.firms.numbers("street")[firm])
    if asking.street < 0 or other < 0:
        return None
    for level in ("street", "district", "city"):
        codes = streets.numbers(level)
        if codes[other] >= 0 and codes[other] == codes[asking.street]:
            return level
    return None
