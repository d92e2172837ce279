"""What a recommender answers: a ranking of suggestions, each with its evidence and its path."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Reason:
    """One piece of evidence. `key` names a sentence in the catalogue file ``reasons``.

    `params` fill its blanks and hold only facts that the side it is told to may see.
    """

    key: str
    params: Mapping[str, object] = field(default_factory=dict)
    weight: float = 0.0


@dataclass(frozen=True)
class PathStep:
    """A node on the way from asker to answer, for drawing: `kind` as in graph.schema.NodeKind.

    `edge` says how the step before led here (catalogue key ``reasons.edge.<edge>``).
    """

    kind: str
    identifier: str
    label: str
    edge: str | None = None


@dataclass(frozen=True)
class Suggestion:
    """One answer. `score` and every part lie in [0, 1]; higher is better; parts are unweighted.

    `weights` are those by which the parts made the score; empty where it is no weighted sum.
    """

    identifier: str
    score: float
    parts: Mapping[str, float]
    for_asker: tuple[Reason, ...] = ()
    for_candidate: tuple[Reason, ...] = ()
    path: tuple[PathStep, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranking:
    """Suggestions, best first, with the snapshot they were read from.

    `line` is slope and intercept of the log odds of a deal over the score, where outcomes have taught it.
    """

    suggestions: tuple[Suggestion, ...]
    snapshot_id: str
    as_of: datetime
    considered: int = 0
    line: tuple[float, float] | None = None

    def chance(self, score: float) -> float | None:
        """The chance, in [0, 1], that an introduction of this score ends in a deal; None before outcomes."""
        if self.line is None:
            return None
        return 1.0 / (1.0 + math.exp(-(self.line[0] * score + self.line[1])))
