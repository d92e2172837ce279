"""What labelled titles teach: kernel ridge regression over letters and words of titles.

The kernel is the mean of four cosines of tf-idf. With few examples its scores are small, so that it can
always be added to the comparison that needs none. Memory grows with the square of the examples: 200 MB for
MOST.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matcher.text.occupations.letters import bare, pairs, quads, triples, whole
from matcher.text.tokenize import words_of

Array = NDArray[np.float64]

RIDGE: Final = 0.4
MOST: Final = 5_000  # examples
_VIEWS: Final[tuple[tuple[Callable[[str], str], Callable[[str], list[str]]], ...]] = (
    (bare, pairs),
    (bare, quads),
    (bare, words_of),
    (whole, triples),
)


class Labelled:
    """Scores of titles for `width` occupations, learned from titles and positions. Deterministic.

    Some four seconds of one core for 3,000 examples.
    """

    def __init__(self, titles: Sequence[str], positions: Sequence[int], width: int) -> None:
        from scipy.linalg import cho_factor, cho_solve

        self._width = width
        self.examples = len(titles)
        self._classes, targets = np.unique(np.asarray(positions), return_inverse=True)
        self._views = [_View(titles, *view) for view in _VIEWS]
        kernel = _mean(view.among() for view in self._views)
        kernel[np.diag_indices(len(kernel))] += RIDGE
        factor = cho_factor(kernel, overwrite_a=True, check_finite=False)
        self._weights: Array = cho_solve(factor, np.eye(len(self._classes))[targets], check_finite=False)

    def __call__(self, titles: Sequence[str]) -> Array:
        """An array (titles, width); zero for occupations without an example."""
        kernel = _mean(view(titles) for view in self._views)
        scores = np.zeros((len(titles), self._width))
        scores[:, self._classes] = kernel @ self._weights
        return scores


def _mean(kernels: Iterator[Array]) -> Array:
    """Of one kernel a view; two of them in memory at a time."""
    total = next(kernels)
    for kernel in kernels:
        total += kernel
    total /= len(_VIEWS)
    return total


class _View:
    """Cosines of titles with the examples, by one cleaning and one cut."""

    def __init__(
        self, titles: Sequence[str], clean: Callable[[str], str], cut: Callable[[str], list[str]]
    ) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._clean = clean
        self._vectorizer: Any = TfidfVectorizer(analyzer=cut, sublinear_tf=True)
        self._examples: Any = self._vectorizer.fit_transform([clean(title) for title in titles])

    def among(self) -> Array:
        """(examples, examples)"""
        found: Array = (self._examples @ self._examples.T).toarray()
        return found

    def __call__(self, titles: Sequence[str]) -> Array:
        """(titles, examples)"""
        asked = self._vectorizer.transform([self._clean(title) for title in titles])
        found: Array = (asked @ self._examples.T).toarray()
        return found
