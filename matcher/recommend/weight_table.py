"""The weights in force: those shipped, or a table learned from outcomes, as the snapshot carries it.

A table comes with the snapshot, so that one list is never made by two of them, what was computed with the
snapshot stays true, and a past suggestion is computed again by the table of its day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from matcher.graph.graph import Graph
from matcher.recommend.weights import WEIGHTS

KEY: Final = "weights"  # of the manifest


@dataclass(frozen=True)
class WeightTable:
    """`weights` sum to 1. `version` is 0 for the shipped ones. `slope` and `intercept` turn a score into the
    chance of a deal, where outcomes have taught it.
    """

    version: int
    weights: Mapping[str, float]
    slope: float | None = None
    intercept: float | None = None

    @property
    def line(self) -> tuple[float, float] | None:
        """Both, or None before outcomes."""
        return None if self.slope is None or self.intercept is None else (self.slope, self.intercept)

    def as_json(self) -> dict[str, Any]:
        """As the manifest holds it."""
        told = {"version": self.version, "weights": dict(self.weights)}
        return told if self.slope is None else told | {"slope": self.slope, "intercept": self.intercept}


SHIPPED: Final = WeightTable(0, WEIGHTS)


def table_of(graph: Graph) -> WeightTable:
    """The table that the snapshot carries; the shipped one where it carries none."""
    return read(graph.manifest.get(KEY))


def read(told: Mapping[str, Any] | None) -> WeightTable:
    """From JSON. A table of other features than this program's is of another program: the shipped one."""
    if told is None or set(told["weights"]) != set(WEIGHTS):
        return SHIPPED
    return WeightTable(told["version"], told["weights"], told.get("slope"), told.get("intercept"))
