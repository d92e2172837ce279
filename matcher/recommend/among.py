"""How well the members of a company fit each other: each asks for partners, of the company alone.

Scores and reasons are those of `partners.scored`, which passes over all enterprises: here a question costs as
much as the company is large, however many enterprises there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.domain.need import Direction, Question
from matcher.graph.graph import Graph
from matcher.graph.part import Part, part_of
from matcher.graph.table import Array
from matcher.recommend.asking import ask, cosines
from matcher.recommend.features import FEATURES
from matcher.recommend.filters import FILTERS
from matcher.recommend.pipeline import Scored, score


@dataclass(frozen=True, eq=False)
class Company:
    """Some enterprises of a graph, as a part of it; those that it does not know are left out."""

    graph: Graph
    part: Part
    rows: Array

    @classmethod
    def of(cls, graph: Graph, firms: Iterable[str]) -> Company:
        """The company of these enterprises, by id."""
        found = (graph.firms.position(firm) for firm in firms)
        rows = np.unique(np.array([row for row in found if row is not None], dtype=np.int64))
        return cls(graph, part_of(graph, rows), rows)

    def asked_by(self, firm: str) -> Scored | None:
        """The company under the question whom one of them could buy from; None for a stranger.

        Positions are those of `part.firms`.
        """
        at = self.part.firms.position(firm)
        if at is None:
            return None
        asking = ask(self.graph, Question(text="", direction=Direction.UPSTREAM, asker=firm))
        said = {"firms": cosines(asking, "firms")[self.rows]} if len(asking.term_ids) else {}
        return score(replace(asking, graph=self.part, asker=at, weighed=said), FEATURES, FILTERS)


def pair_scores(graph: Graph, guests: Sequence[str]) -> Array:
    """(n, n) float64, symmetric, in [0, 1]: how well guests fit, the better of the two ways.

    0 for enterprises that the graph does not know.
    """
    company = Company.of(graph, guests)
    columns = np.array([_or_none(company.part.firms.position(guest)) for guest in guests], dtype=np.int64)
    result = np.zeros((len(guests), len(guests)))
    for row, guest in enumerate(guests):
        found = company.asked_by(guest)
        if found is not None:
            fits = (columns >= 0) & found.allowed[columns]
            result[row] = np.where(fits, found.score[columns], 0.0)
    result = np.maximum(result, result.T)
    np.fill_diagonal(result, 0.0)
    return result


def _or_none(position: int | None) -> int:
    return -1 if position is None else position
