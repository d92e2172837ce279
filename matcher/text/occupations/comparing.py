"""A title against what is known of each occupation, without any label.

Four comparisons, each a cosine of tf-idf over letters in a row: with the nearest phrase, with all phrases at
once, with phrases and tasks, and with phrases and tasks by latent meaning (a truncated singular value
decomposition, so that words which stand beside the same tasks are near). An occupation with many titles is
one that people often hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matcher.text.occupations.letters import bare, pairs, triples
from matcher.text.occupations.phrases import Known

Array = NDArray[np.float64]

WEIGHTS: Final = {"phrase": 1.0, "phrases": 0.5, "tasks": 0.5, "meaning": 0.3, "titles": 0.02}
DIMENSIONS: Final = 150  # of the latent meaning


class Comparison:
    """Scores of titles for the occupations it was built of. Deterministic; two seconds to build 2,000."""

    def __init__(self, known: Sequence[Known]) -> None:
        phrases = [sorted({bare(one) for one in entry.phrases}) for entry in known]
        joined = [" ".join(some) for some in phrases]
        told = [f"{some} {bare(entry.tasks)}" for some, entry in zip(joined, known, strict=True)]
        sizes = [len(some) for some in phrases]
        self._first = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        self._phrase = _Cosine([one for some in phrases for one in some])
        self._phrases = _Cosine(joined)
        self._tasks = _Cosine(told)
        self._meaning = _Meaning(told)
        self._titles = np.log(np.array(sizes, dtype=np.float64))

    def __call__(self, titles: Sequence[str]) -> Array:
        """An array (titles, occupations); higher is likelier."""
        asked = [bare(title) for title in titles]
        nearest = np.maximum.reduceat(self._phrase(asked), self._first, axis=1)
        scores: Array = (
            WEIGHTS["phrase"] * nearest
            + WEIGHTS["phrases"] * self._phrases(asked)
            + WEIGHTS["tasks"] * self._tasks(asked)
            + WEIGHTS["meaning"] * self._meaning(asked)
            + WEIGHTS["titles"] * self._titles
        )
        return scores


class _Cosine:
    """Cosines of texts with documents, over one to three letters in a row."""

    def __init__(self, documents: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._vectorizer: Any = TfidfVectorizer(analyzer=triples, sublinear_tf=True)
        self._documents: Any = self._vectorizer.fit_transform(documents).T.tocsr()

    def __call__(self, texts: Sequence[str]) -> Array:
        found: Array = (self._vectorizer.transform(texts) @ self._documents).toarray()
        return found


class _Meaning:
    """Cosines in the space of the strongest directions of the documents, over one and two letters."""

    def __init__(self, documents: Sequence[str]) -> None:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._vectorizer: Any = TfidfVectorizer(analyzer=pairs, sublinear_tf=True, min_df=2)
        counted = self._vectorizer.fit_transform(documents)
        size = min(DIMENSIONS, min(counted.shape) - 1)
        self._space: Any = TruncatedSVD(size, random_state=0).fit(counted)
        self._documents = _unit(self._space.transform(counted))

    def __call__(self, texts: Sequence[str]) -> Array:
        found: Array = _unit(self._space.transform(self._vectorizer.transform(texts))) @ self._documents.T
        return found


def _unit(rows: Any) -> Any:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
