"""Title -> occupation, with how sure, or no answer.

What the classification itself says (comparing.py) and what labelled titles teach (labelled.py) are added.
Labels are whatever a user has: without any, the classification alone answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.text.occupations.comparing import Comparison
from matcher.text.occupations.labelled import MOST, Labelled
from matcher.text.occupations.letters import bare
from matcher.text.occupations.phrases import Known, shipped

Array = NDArray[np.float64]

LABELLED_WEIGHT: Final = 3.5  # of what labels teach, beside the comparison
FEW: Final = 50  # examples that are believed half as much
SHARPNESS: Final = (6.5, 5.0)  # of the softmax that turns scores into confidence, without labels and with
_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Inferred:
    """An occupation's code and how sure, in (0, 1]."""

    code: str
    confidence: float


class Recogniser:
    """Built of occupations, improved by labelled titles."""

    def __init__(self, known: Sequence[Known], comparison: Comparison, labelled: Labelled | None) -> None:
        self.codes = tuple(one.code for one in known)
        self._known = known
        self._comparison = comparison
        self._labelled = labelled

    def with_labels(self, titles: Sequence[str], codes: Sequence[str]) -> Recogniser:
        """The same with what labelled titles teach; codes it does not know teach nothing.

        Of more than MOST the first are taken.
        """
        position = {code: at for at, code in enumerate(self.codes)}
        pairs = zip(titles, codes, strict=True)
        taught = [(title, position[code]) for title, code in pairs if code in position and bare(title)]
        if not taught:
            return self
        told, places = zip(*taught[:MOST], strict=True)
        return Recogniser(self._known, self._comparison, Labelled(told, places, len(self.codes)))

    def scores(self, titles: Sequence[str]) -> Array:
        """An array (titles, occupations); higher is likelier."""
        found = self._comparison(titles)
        if self._labelled is not None:
            examples = self._labelled.examples
            found += LABELLED_WEIGHT * examples / (examples + FEW) * self._labelled(titles)
        return found

    def shares(self, titles: Sequence[str]) -> Array:
        """P(occupation): an array (titles, occupations)."""
        scores = self.scores(titles)
        sharpness = SHARPNESS[0 if self._labelled is None else 1]
        raised = np.exp(sharpness * (scores - scores.max(axis=1, keepdims=True)))
        shares: Array = raised / raised.sum(axis=1, keepdims=True)
        return shares

    def ranked(self, titles: Sequence[str], n: int) -> Iterator[list[Inferred]]:
        """The `n` likeliest occupations of each title, best first; ties in the order of the codes.

        Nothing for a title without letters. About a thousand titles a second of one core.
        """
        for start in range(0, len(titles), _AT_ONCE):
            some = titles[start : start + _AT_ONCE]
            for title, row in zip(some, self.shares(some), strict=True):
                best = np.argsort(-row, kind="stable")[:n] if bare(title) else ()
                yield [Inferred(self.codes[at], round(float(row[at]), 3)) for at in best]


def learn(known: Sequence[Known]) -> Recogniser:
    """A recogniser of these occupations without any label."""
    return Recogniser(known, Comparison(known), None)


@cache
def unlabelled() -> Recogniser:
    """The one of the shipped classification; a second of one core, once a process."""
    return learn(shipped())
