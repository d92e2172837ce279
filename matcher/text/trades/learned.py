"""A classifier of enterprises learned from labelled ones, whatever the labels are.

Features: letters of the whole scope, of its first things, of the name's trade words; and what the phrases
say of both, which carries knowledge of trades into labellings that have few examples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matcher.text.trades.classifier import Told
from matcher.text.trades.head import DIVISIONS, POSITION, Array, head, softmax
from matcher.text.trades.naming import divisions_named, trade_word
from matcher.text.trades.scope import TRADED, items, plain

Strings = NDArray[np.str_]

FIRST_THINGS: Final = 3
MOST_THINGS: Final = 30
_DECAY: Final = 0.85
_SHARPNESS: Final = 4.0
# How much each block of features counts beside the letters of the scope.
_BLOCKS: Final = {"scope": 1.0, "name": 1.3, "first": 0.7, "said": 0.7, "named": 0.7}


class Features:
    """Enterprises as rows of a sparse matrix. Fitted on the training rows only."""

    def __init__(self) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._letters: dict[str, Any] = {
            block: TfidfVectorizer(analyzer=_listed, sublinear_tf=True)
            for block in ("scope", "name", "first")
        }

    def fit(self, firms: Sequence[Told]) -> Any:
        """Learn the letters of these and give their matrix."""
        return self._matrix(
            {n: self._letters[n].fit_transform(d) for n, d in _documents(firms).items()}, firms
        )

    def __call__(self, firms: Sequence[Told]) -> Any:
        """The matrix of others."""
        return self._matrix({n: self._letters[n].transform(d) for n, d in _documents(firms).items()}, firms)

    def _matrix(self, letters: dict[str, Any], firms: Sequence[Told]) -> Any:
        from scipy import sparse

        told = letters | {"said": sparse.csr_matrix(_said(firms)), "named": sparse.csr_matrix(_named(firms))}
        return sparse.hstack([weight * told[name] for name, weight in _BLOCKS.items()]).tocsr()


@dataclass(frozen=True)
class Model:
    """A fitted classifier; `classes` are the labels in the order of its columns."""

    features: Features
    planes: Any
    classes: Strings

    def shares(self, firms: Sequence[Told]) -> Array:
        """P(label): an array (firms, classes)."""
        distances = self.planes.decision_function(self.features(firms))
        if distances.ndim == 1:  # two labels are one plane
            distances = np.stack([-distances, distances], axis=1)
        return softmax(distances, _SHARPNESS)


@dataclass(frozen=True)
class OverDivisions:
    """A model of divisions, its answers spread over all of them."""

    model: Model

    def shares(self, firms: Sequence[Told]) -> Array:
        """An array (firms, DIVISIONS)."""
        found = np.zeros((len(firms), len(DIVISIONS)))
        found[:, [POSITION[code] for code in self.model.classes]] = self.model.shares(firms)
        return found


def learn(firms: Sequence[Told], labels: Sequence[str]) -> Model:
    """Fit to labelled enterprises; at least two labels. Deterministic."""
    from sklearn.svm import LinearSVC

    features = Features()
    planes = LinearSVC(C=0.5, random_state=0).fit(features.fit(firms), list(labels))
    return Model(features, planes, np.asarray(planes.classes_))


def _listed(document: list[str]) -> list[str]:
    return document


def _documents(firms: Sequence[Told]) -> dict[str, list[list[str]]]:
    first = [items(firm.scope, FIRST_THINGS) for firm in firms]
    return {
        "scope": [_letters(plain(firm.scope), 3) for firm in firms],
        "name": [_letters(trade_word(firm.name), 4) for firm in firms],
        "first": [[gram for thing in things for gram in _letters(thing.text, 4)] for things in first],
    }


def _letters(text: str, longest: int) -> list[str]:
    marked = f"^{text}$"
    pieces = (
        marked[at : at + size] for size in range(1, longest + 1) for at in range(len(marked) - size + 1)
    )
    return [piece for piece in pieces if piece not in "^$"]


def _said(firms: Sequence[Told]) -> Array:
    """What the phrases say of the things listed, what is sold apart from the rest; rows of length one."""
    listed = [items(firm.scope, MOST_THINGS) for firm in firms]
    position = {
        text: at for at, text in enumerate(dict.fromkeys(t.text for things in listed for t in things))
    }
    known = head()(list(position))
    size = len(DIVISIONS)
    found = np.zeros((len(firms), 2 * size))
    for row, things in enumerate(listed):
        for rank, thing in enumerate(things):
            start = size if thing.done in TRADED else 0
            found[row, start : start + size] += _DECAY**rank * known[position[thing.text]]
    told: Array = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
    return told


def _named(firms: Sequence[Told]) -> Array:
    found = np.zeros((len(firms), len(DIVISIONS)))
    for row, firm in enumerate(firms):
        for division, weight in divisions_named(firm.name).items():
            found[row, POSITION[division]] += weight
    return found
