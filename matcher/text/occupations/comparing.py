"""A title against what is known of each occupation, without any label.

Four comparisons, each a cosine of tf-idf over letters in a row: with the nearest phrase, with all phrases at
once, with phrases and tasks, and with phrases and tasks by latent meaning (a truncated singular value
decomposition, so that words which stand beside the same tasks are near). An occupation with many titles is
one that people often hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matcher.text.occupations.letters import bare, pairs, triples
from matcher.text.occupations.phrases import Known

Array = NDArray[np.float64]

WEIGHTS: Final = {"phrase": 1.0, "phrases": 0.5, "tasks": 0.5, "meaning": 0.3, "titles": 0.02}
DIMENSIONS: Final = 60  # of the latent meaning


class Comparison:
    """Scores of titles for the occupations it was built of. Deterministic; building takes a second."""

    def __init__(self, known: Sequence[Known]) -> None:
        phrases = [sorted({bare(one) for one in entry.phrases}) for entry in known]
        joined = [" ".join(some) for some in phrases]
        sizes = [len(some) for some in phrases]
        self._first = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        self._phrase = _Cosine([one for some in phrases for one in some], triples)
        self._phrases = _Cosine(joined, triples)
        self._tasks = _Cosine(
            [f"{some} {bare(entry.tasks)}" for some, entry in zip(joined, known, strict=True)], pairs
        )
        self._meaning = _Meaning(self._tasks.documents)
        self._titles = np.log(np.array(sizes, dtype=np.float64))

    def __call__(self, titles: Sequence[str]) -> Array:
        """An array (titles, occupations); higher is likelier."""
        asked = [bare(title) for title in titles]
        nearest = np.maximum.reduceat(self._phrase(asked), self._first, axis=1)
        counted = self._tasks.counted(asked)
        scores: Array = (
            WEIGHTS["phrase"] * nearest
            + WEIGHTS["phrases"] * self._phrases(asked)
            + WEIGHTS["tasks"] * (counted @ self._tasks.documents.T).toarray()
            + WEIGHTS["meaning"] * self._meaning(counted)
            + WEIGHTS["titles"] * self._titles
        )
        return scores


class _Cosine:
    """Cosines of texts with documents, over letters in a row."""

    def __init__(self, documents: Sequence[str], cut: Callable[[str], list[str]]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._vectorizer: Any = TfidfVectorizer(analyzer=cut, sublinear_tf=True)
        self.documents: Any = self._vectorizer.fit_transform(documents)

    def counted(self, texts: Sequence[str]) -> Any:
        """The texts as unit rows."""
        return self._vectorizer.transform(texts)

    def __call__(self, texts: Sequence[str]) -> Array:
        found: Array = (self.counted(texts) @ self.documents.T).toarray()
        return found


class _Meaning:
    """Cosines in the space of the strongest directions of the documents."""

    def __init__(self, documents: Any) -> None:
        from sklearn.decomposition import TruncatedSVD

        size = min(DIMENSIONS, min(documents.shape) - 1)
        self._space: Any = TruncatedSVD(size, random_state=0).fit(documents)
        self._documents = _unit(self._space.transform(documents))

    def __call__(self, counted: Any) -> Array:
        found: Array = _unit(self._space.transform(counted)) @ self._documents.T
        return found


def _unit(rows: Any) -> Any:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
