"""What officers' corrections have taught about the kinds of needs: a linear model read without any library.

An opinion is a probability a kind. It is added to the lexicon's evidence with a weight of its own and never
replaces it, so that a model of few corrections cannot silence a plain phrase.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from matcher.domain.need import NeedKind
from matcher.text.tokenize import words_and_pairs

OPINION_WEIGHT: Final = 2.0  # a certain opinion counts as much as a phrase of four characters and a cue


@dataclass(frozen=True)
class Learned:
    """A softmax over kinds. `terms` give (idf, a weight for each kind); `model_id` names the publication.

    `weight` is what a certain opinion adds to the lexicon's evidence.
    """

    model_id: int
    kinds: tuple[NeedKind, ...]
    intercepts: tuple[float, ...]
    terms: Mapping[str, tuple[float, ...]]
    weight: float = OPINION_WEIGHT

    def opinion(self, text: str) -> dict[NeedKind, float]:
        """The probability of each kind for a folded text; nothing where no term of it is known."""
        counts = Counter(term for term in words_and_pairs(text) if term in self.terms)
        if not counts:
            return {}
        told = {term: (1 + math.log(count)) * self.terms[term][0] for term, count in counts.items()}
        length = math.sqrt(sum(value * value for value in told.values()))
        sums = list(self.intercepts)
        for term, value in told.items():
            for place, weight in enumerate(self.terms[term][1:]):
                sums[place] += weight * value / length
        return dict(zip(self.kinds, _softmax(sums), strict=True))

    def as_json(self) -> dict[str, Any]:
        """What a row keeps; `model_id` is the row's own."""
        return {
            "kinds": list(self.kinds),
            "intercepts": list(self.intercepts),
            "weight": self.weight,
            "terms": {term: list(weights) for term, weights in self.terms.items()},
        }

    @classmethod
    def of(cls, model_id: int, told: Mapping[str, Any]) -> Learned:
        """The counterpart of `as_json`."""
        terms = {term: tuple(weights) for term, weights in told["terms"].items()}
        kinds, weight = tuple(map(NeedKind, told["kinds"])), float(told.get("weight", OPINION_WEIGHT))
        return cls(model_id, kinds, tuple(told["intercepts"]), terms, weight)


def with_opinion(
    scores: Mapping[NeedKind, float], learned: Learned | None, text: str
) -> Mapping[NeedKind, float]:
    """Evidence of the lexicon with the opinion added, if there is one."""
    if learned is None:
        return scores
    opinion = learned.opinion(text)
    kinds = {*scores, *opinion}
    return {kind: scores.get(kind, 0.0) + learned.weight * opinion.get(kind, 0.0) for kind in kinds}


def _softmax(sums: Sequence[float]) -> list[float]:
    most = max(sums)
    powers = [math.exp(value - most) for value in sums]
    total = sum(powers)
    return [power / total for power in powers]
