"""One thing of a scope -> how likely each division is: a linear classifier over letters of the phrases.

Training takes about a second of one core and is done once a process, at the first question.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matcher.domain import industry
from matcher.text.trades.phrases import TRADE_GOODS, phrases

Array = NDArray[np.float64]
DIVISIONS: Final = industry.all_codes(industry.DIVISION)
POSITION: Final = {code: at for at, code in enumerate(DIVISIONS)}

_SHARPNESS: Final = 6.0  # of the softmax over distances to the planes
_KNOWN_SHARE: Final = 0.85  # of a thing that is one of the phrases, letter by letter
_GRAMS: Final = (1, 2, 3)


class Head:
    """P(division | thing), rows over DIVISIONS. Deterministic."""

    def __init__(self) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.svm import LinearSVC

        words, targets = _examples()
        self._vectorizer: Any = TfidfVectorizer(analyzer=grams, sublinear_tf=True)
        counted = self._vectorizer.fit_transform(words)
        self._planes: Any = LinearSVC(C=1.0, random_state=0).fit(counted, targets)
        self._known: dict[str, set[int]] = {}
        for word, target in zip(words, targets, strict=True):
            self._known.setdefault(word, set()).add(target)

    def __call__(self, things: Sequence[str]) -> Array:
        """An array (things, divisions); each row sums to one."""
        found = np.zeros((len(things), len(DIVISIONS)))
        if not things:
            return found
        distances = self._planes.decision_function(self._vectorizer.transform(things))
        found[:, self._planes.classes_] = softmax(distances, _SHARPNESS)
        for row, thing in enumerate(things):
            known = self._known.get(thing)
            if known is not None:
                found[row] *= 1 - _KNOWN_SHARE
                found[row, sorted(known)] += _KNOWN_SHARE / len(known)
        return found


@cache
def head() -> Head:
    """The trained head of this process."""
    return Head()


def grams(word: str) -> list[str]:
    """One to three letters in a row, the ends of the word marked."""
    marked = f"^{word}$"
    pieces = (marked[start : start + size] for size in _GRAMS for start in range(len(marked) - size + 1))
    return [piece for piece in pieces if piece not in "^$"]


def softmax(values: Array, sharpness: float) -> Array:
    """Row by row; each row sums to one."""
    raised = np.exp(sharpness * (values - values.max(axis=1, keepdims=True)))
    shares: Array = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _examples() -> tuple[list[str], list[int]]:
    """Phrases and divisions. What is sold is no trade of its own: the same steel is made by division 31."""
    pairs = [
        (word, POSITION[group[:2]])
        for group, words in sorted(phrases().items())
        if group not in TRADE_GOODS
        for word in sorted(words)
    ]
    return [word for word, _ in pairs], [target for _, target in pairs]
