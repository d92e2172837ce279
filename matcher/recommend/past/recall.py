"""The memory of a snapshot: who answered needs like the one asked, as a value for every firm."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np

from matcher.graph.graph import Graph
from matcher.graph.table import Array
from matcher.recommend.past import learning
from matcher.recommend.past.learning import Weights
from matcher.recommend.past.memory import Memory, remember
from matcher.recommend.past.need import PastNeed
from matcher.recommend.past.signs import nearest

LIKE: Final = 0.25  # cosine by words from which a past need counts as like the one asked


@dataclass(frozen=True, eq=False)
class Recall:
    """`firms` are the positions of the memory's suppliers in the snapshot, -1 for those it does not hold."""

    memory: Memory
    weights: Weights
    firms: Array
    until: int


@dataclass(frozen=True, eq=False)
class Answered:
    """Of some firms, int64 positions ascending: float32 `value` in [0, 1], and how many needs like the one
    asked each answered.
    """

    firms: Array
    value: Array
    times: Array

    @classmethod
    def none(cls) -> Answered:
        """Nobody did."""
        nothing = np.zeros(0, dtype=np.float32)
        return cls(np.zeros(0, dtype=np.int64), nothing, nothing)


@lru_cache(maxsize=2)
def recall(graph: Graph) -> Recall | None:
    """The memory of a snapshot, None where it has none. Costs up to a second once a snapshot and process."""
    if len(graph.past) == 0:
        return None
    told = json.loads(graph.past.tobytes())
    needs = [_need(one) for one in told["needs"]]
    position = graph.firms.position
    at = {name: position(name) for need in needs for name in (*need.winners, *need.bidders)}
    names = {name: name if row is None else graph.firms.text("name")[row] for name, row in at.items()}
    memory = remember(needs, names)
    until = graph.as_of.date().toordinal()
    rows = [at[name] for name in memory.suppliers]
    firms = np.array([-1 if row is None else row for row in rows], dtype=np.int64)
    return Recall(memory, _weights(told["weights"], memory, until), firms, until)


def answered(graph: Graph, text: str, buyer: str, place: str) -> Answered:
    """Who answered needs like this one. Nobody where the snapshot has no memory or nothing is like it.

    A firm's value is its score's share of the best, counted from one that no sign speaks for, times how near
    the nearest need it answered is: without a past need of its own that is like this one, its value is 0.
    """
    found = recall(graph) if text else None
    if found is None:
        return Answered.none()
    near = _near(found, text)
    like = np.minimum(1.0, nearest(near, found.memory.won)[0] / LIKE)
    # Most questions are like nothing in the memory: they do not pay for the other signs.
    if like.max() < 1.0:
        return Answered.none()
    seen = learning.view(found.memory, [PastNeed("", text, found.until, buyer, place)], found.until)
    share = _shares(found, learning.columns(seen)[0])
    times = ((near >= LIKE).astype(float) @ found.memory.won)[0]
    order = np.argsort(found.firms, kind="stable")[int((found.firms < 0).sum()) :]
    values = ((share * like)[order], times[order])
    return Answered(found.firms[order], *(one.astype(np.float32) for one in values))


def _near(found: Recall, text: str) -> Array:
    """float64 (1, needs): cosines by words, less for words that the memory never met."""
    spaces = found.memory.spaces
    asked = spaces.weighers["words"].transform([text])
    cosines: Array = (asked @ spaces.rows["words"].T).toarray() * spaces.known(text)
    return cosines * (found.memory.days <= found.until)


def _shares(found: Recall, columns: Array) -> Array:
    """float64 (suppliers,): scores as a share of the best, counted from one that no sign speaks for."""
    scores = found.weights.score(columns)[0]
    nothing = float(found.weights.score(np.zeros(columns.shape[-1])))
    share: Array = np.clip((scores - nothing) / max(float(scores.max()) - nothing, 1e-9), 0.0, 1.0)
    return share


def _need(told: dict[str, Any]) -> PastNeed:
    values: dict[str, Any] = {"title": "", "text": ""}
    values |= {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    return PastNeed(**values)


def _weights(told: dict[str, Any] | None, memory: Memory, until: int) -> Weights:
    """Those of the snapshot, unless they were learned of other signs than these."""
    plain = learning.plain(memory, until, "won")
    if told is None or tuple(told["names"]) != plain.names:
        return plain
    mean, scale, weight = (np.array(told[name]) for name in ("mean", "scale", "weight"))
    return Weights(plain.names, mean, scale, weight)
