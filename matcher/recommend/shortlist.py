"""A list before its reasons are told: rows are read again first, and who has dropped out needs no reasons."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from matcher.domain.ranking import Ranking, Suggestion
from matcher.graph.graph import Graph
from matcher.recommend.weight_table import table_of


@dataclass(frozen=True, eq=False)
class Shortlist:
    """Who is suggested, best first, with scores in [0, 1]; `tell` gives the suggestion at a place.

    `considered` is of how many these are the best.
    """

    graph: Graph
    identifiers: tuple[str, ...]
    scores: tuple[float, ...]
    tell: Callable[[int], Suggestion]
    considered: int

    def told(self, among: Collection[str] | None = None, most: int | None = None) -> Ranking:
        """The first `most` of those that are `among` (None: all), with their reasons."""
        places = [place for place, found in enumerate(self.identifiers) if among is None or found in among]
        return Ranking(
            suggestions=tuple(self.tell(place) for place in places[:most]),
            snapshot_id=self.graph.snapshot_id,
            as_of=self.graph.as_of,
            considered=self.considered,
            line=table_of(self.graph).line,
        )


def merged(lists: Sequence[Shortlist], n: int) -> Shortlist:
    """One list of several over one snapshot: best score of each enterprise, ties as they came."""
    best: dict[str, tuple[float, Shortlist, int]] = {}
    for one in lists:
        for place, (identifier, score) in enumerate(zip(one.identifiers, one.scores, strict=True)):
            known = best.get(identifier)
            if known is None or score > known[0]:
                best[identifier] = score, one, place
    ordered = sorted(best, key=lambda identifier: -best[identifier][0])[:n]

    def tell(place: int) -> Suggestion:
        _, one, at = best[ordered[place]]
        return one.tell(at)

    return Shortlist(
        lists[0].graph,
        tuple(ordered),
        tuple(best[identifier][0] for identifier in ordered),
        tell,
        max(one.considered for one in lists),
    )
