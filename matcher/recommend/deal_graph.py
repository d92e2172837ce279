"""Who buys from whom, as a graph that fades: signs that a firm's next partner is one that similar firms have.

Firms are rows, parties columns; the same code serves purchases and sales. All signs are dense
(firms, parties), so it is for some hundred firms at a time; `walk` serves one firm of any population.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from matcher.graph.table import Array, Csr

FADES: Final = (2.0, 6.0)  # months after which a deal counts 1/e: what is current, and what is usual
RIDGE: Final = 100.0  # of the linear model that explains a firm by other firms
NAME_POWER: Final = 2
LOOK_BACK: Final = (3, 6)  # months before `until` as of which the signs' weights are learned
OTHERS: Final = 500  # parties drawn against a firm's new ones
STRENGTH: Final = 0.003  # inverse of the ridge on standardised signs
LEAST_NEW: Final = 100  # new pairs below which nothing is learned
_TINY: Final = 1e-12


@dataclass(frozen=True, eq=False)
class Dealings:
    """Deals as arrays of equal length: positions of firm and party, and the month (year * 12 + month - 1)."""

    firms: Array
    parties: Array
    months: Array
    shape: tuple[int, int]
    names: tuple[str, ...]

    def before(self, month: int) -> Dealings:
        """Those of earlier months; positions keep their meaning."""
        kept = self.months < month
        return Dealings(self.firms[kept], self.parties[kept], self.months[kept], self.shape, self.names)

    def pairs(self) -> Array:
        """bool (firms, parties): who dealt with whom."""
        found = np.zeros(self.shape, dtype=np.bool_)
        found[self.firms, self.parties] = True
        return found


def signs(deals: Dealings, until: int) -> dict[str, Array]:
    """Every sign by name, float64 (firms, parties) each, 0 and more, from deals of months before `until`."""
    known = deals.before(until)
    pairs = known.pairs().astype(np.float64)
    popular = pairs.sum(axis=0)
    rare = np.log(len(pairs) / np.maximum(popular, 1.0)) + 0.1
    usual = _alike(pairs * rare)
    found = {"count": _all(popular, pairs), "alike": usual @ pairs}
    for fade in FADES:
        current = _faded(known, until, fade, last=True)
        fresh = _faded(known, until, fade, last=False)
        near = _alike(current * rare)
        found |= {
            f"current_{fade:g}": _all(current.sum(axis=0), pairs),
            f"fresh_{fade:g}": _all(fresh.sum(axis=0), pairs),
            f"alike_current_{fade:g}": near @ current,
            f"alike_fresh_{fade:g}": near @ fresh,
            f"usual_current_{fade:g}": usual @ current,
        }
    return found | _by_structure(current) | {"names": _alike_names(known.names) @ current}


def _by_structure(current: Array) -> dict[str, Array]:
    """A three-step walk, a linear model of firms by firms, and kNN corrected for fame."""
    out = current / (current.sum(axis=1, keepdims=True) + _TINY)
    back = current / (current.sum(axis=0, keepdims=True) + _TINY)
    gram = current @ current.T
    explained = gram @ np.linalg.solve(gram + RIDGE * np.eye(len(gram)), current)
    return {"walk": (out @ back.T) @ out, "linear": np.maximum(explained, 0.0)}


def _faded(deals: Dealings, until: int, fade: float, last: bool) -> Array:
    """exp(-months since the last (or the first) deal / fade); 0 for no deal."""
    when = np.full(deals.shape, -1 if last else until, dtype=np.int64)
    (np.maximum if last else np.minimum).at(when, (deals.firms, deals.parties), deals.months)
    found: Array = np.exp(-np.maximum(until - 1 - when, 0) / fade)
    return found * deals.pairs()


def _alike(rows: Array) -> Array:
    """(firms, firms): cosines, 0 on the diagonal."""
    unit = rows / (np.sqrt((rows**2).sum(axis=1, keepdims=True)) + _TINY)
    found: Array = unit @ unit.T
    np.fill_diagonal(found, 0.0)
    return found


def _alike_names(names: Sequence[str]) -> Array:
    """(firms, firms): how alike they are called, to the power NAME_POWER, 0 on the diagonal."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not any(name.strip() for name in names):
        return np.zeros((len(names), len(names)))
    rows = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True).fit_transform(names)
    found: Array = (rows @ rows.T).toarray() ** NAME_POWER
    np.fill_diagonal(found, 0.0)
    return found


def _all(values: Array, like: Array) -> Array:
    found: Array = np.broadcast_to(values, like.shape).astype(np.float64)
    return found


def columns(found: dict[str, Array]) -> Array:
    """float32 (firms, parties, 2 * signs): each as a share of the firm's best, and as a log."""
    values: list[Array] = []
    for sign in found.values():
        values.append(sign / (sign.max(axis=1, keepdims=True, initial=0.0) + _TINY))
        values.append(np.log1p(sign / (sign.mean() + _TINY)))
    return np.stack(values, axis=-1).astype(np.float32)


def score(deals: Dealings, until: int, seed: int = 0) -> Array:
    """float64 (firms, parties): who deals next with whom, comparable within a firm; old pairs included.

    Weights are learned from what was new in the months before `until`; with too little of that, kNN over
    firms by their current partners serves alone.
    """
    found = signs(deals, until)
    rows, labels, weights = _examples(deals.before(until), until, np.random.default_rng(seed))
    if int(labels.sum()) < LEAST_NEW:
        return found[f"alike_current_{FADES[-1]:g}"]
    return _learned(columns(found), rows, labels, weights)


def _learned(asked: Array, rows: Array, labels: Array, weights: Array) -> Array:
    from sklearn.linear_model import LogisticRegression

    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    fitted = LogisticRegression(C=STRENGTH, max_iter=300)
    fitted.fit((rows - mean) / scale, labels, sample_weight=weights)
    found: Array = (asked - mean) / scale @ fitted.coef_[0]
    return found


def _examples(deals: Dealings, until: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Pairs as of earlier months: new ones up to `until` beside drawn others. Each firm weighs the root of
    its new pairs: a few firms with hundreds must not decide for all."""
    rows, labels, weights = [], [], []
    for back in LOOK_BACK:
        known = deals.before(until - back)
        if len(known.firms) == 0:
            continue
        old, present = known.pairs(), np.flatnonzero(known.pairs().any(axis=0))
        new = deals.pairs() & ~old
        values = columns(signs(known, until - back))
        for firm in np.flatnonzero(old.any(axis=1)):
            right = present[new[firm, present]]
            others = present[~new[firm, present] & ~old[firm, present]]
            if len(right):
                drawn = np.concatenate([right, rng.choice(others, min(len(others), OTHERS), replace=False)])
                rows.append(values[firm, drawn])
                labels.append(np.arange(len(drawn)) < len(right))
                weights.append(np.full(len(drawn), len(right) ** -0.5))
    if not rows:
        return np.zeros((0, 0)), np.zeros(0), np.zeros(0)
    return np.concatenate(rows), np.concatenate(labels), np.concatenate(weights)


def walk(there: Csr, back: Csr, firm: int, size: int) -> Array:
    """float64 (size,): partners of firms that share partners with this one, each shared one the rarer the
    heavier. `there` leads from firms to partners, `back` the other way. Costs the edges of two steps."""
    shared, _ = there.row(firm)
    found = np.zeros(size)
    for partner in shared.tolist():
        fellows, _ = back.row(partner)
        rare = 1.0 / np.log2(2.0 + len(fellows))
        for fellow in fellows.tolist():
            if fellow != firm:
                partners, _ = there.row(fellow)
                found[partners] += rare / np.sqrt(len(shared) * len(partners))
    found[shared] = 0.0
    return found
