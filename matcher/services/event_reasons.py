"""Why two guests should talk: what the chain of industries says about them, in both languages.

Told to an organizer and to the guests, so from the registered industries alone; nothing that a firm wrote
about itself or keeps to its station.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from matcher.domain.ranking import Reason
from matcher.graph.graph import Graph
from matcher.messages import LANGUAGES, say
from matcher.recommend.among import Company
from matcher.recommend.explain import sentence
from matcher.recommend.pipeline import tell

_PUBLIC: Final = frozenset(
    f"chain.{key}{through}" for key in ("supplies", "sells_to", "buys_from") for through in ("", "_through")
)


def reasons_between(graph: Graph, pairs: Iterable[tuple[str, str]]) -> list[list[Any]]:
    """[a, b, {language: sentence}] for the pairs of whom the chain says something, in their order.

    One scoring of those named for each first member.
    """
    by_first: defaultdict[str, list[str]] = defaultdict(list)
    for a, b in pairs:
        by_first[a].append(b)
    company = Company.of(graph, {*by_first, *(other for others in by_first.values() for other in others)})
    found: list[list[Any]] = []
    for first, others in by_first.items():
        scored = company.asked_by(first)
        for other in others:
            position = company.part.firms.position(other)
            if scored is not None and position is not None and scored.allowed[position]:
                told = _public(tell(scored, position).for_asker)
                if told is not None:
                    found.append([first, other, told])
    return found


def _public(reasons: Iterable[Reason]) -> dict[str, str] | None:
    reason = next((one for one in reasons if one.key in _PUBLIC), None)
    return None if reason is None else {language: sentence(reason, language) for language in LANGUAGES}


@dataclass(frozen=True)
class Why:
    """The stored reasons and fits of a plan, by pair."""

    told: Mapping[frozenset[str], Mapping[str, str]]
    fits: Mapping[frozenset[str], float]
    asked: frozenset[frozenset[str]]

    @classmethod
    def of(cls, plan: Mapping[str, Any]) -> Why:
        """Scores that an organizer gave are not fits: they stay out."""
        fits = {frozenset((a, b)): float(fit) for a, b, fit in plan.get("fits", ())}
        if not plan.get("scores"):
            scored = {
                frozenset((one["buyer"], one["seller"])): one["score"] for one in plan.get("meetings", ())
            }
            fits |= {pair: float(score) for pair, score in scored.items() if score > 0}
        return cls(
            {frozenset((a, b)): told for a, b, told in plan.get("reasons", ())},
            fits,
            frozenset(frozenset(pair) for pair in plan.get("must", ()) if isinstance(pair, list)),
        )

    def best(self, guest: str, others: Sequence[str]) -> str | None:
        """Who of the others fits the guest best; None where nobody is there."""
        return max(others, key=lambda one: self.fits.get(frozenset((guest, one)), 0.0), default=None)

    def sentence(self, a: str, b: str, language: str) -> str:
        """The reason of two guests, else how well they fit, else that it was asked for; "" for neither."""
        pair = frozenset((a, b))
        if pair in self.told:
            return str(self.told[pair][language])
        if pair in self.fits:
            return say("events.sheet.fit", language, percent=round(100 * self.fits[pair]))
        return say("events.sheet.agreed", language) if pair in self.asked else ""
