"""Who buys from whom, as a graph that fades: a firm's next partner is one that similar firms have.

Firms are rows, parties columns; the same code serves purchases and sales. All signs are dense
(firms, parties), so it is for some hundred firms at a time; `walk` serves one firm of any population.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from matcher.graph.table import Array, Csr

FADE: Final = 6.0  # months after which a deal counts 1/e
MOST_FELLOWS: Final = 1_000  # of a partner in the walk
RIDGE: Final = 100.0  # of the linear model that explains a firm by other firms
_TINY: Final = 1e-12


@dataclass(frozen=True, eq=False)
class Dealings:
    """Deals as arrays of equal length: positions of firm and party, and the month (year * 12 + month - 1)."""

    firms: Array
    parties: Array
    months: Array
    shape: tuple[int, int]

    def before(self, month: int) -> Dealings:
        """Those of earlier months; positions keep their meaning."""
        kept = self.months < month
        return Dealings(self.firms[kept], self.parties[kept], self.months[kept], self.shape)

    def pairs(self) -> Array:
        """bool (firms, parties): who dealt with whom."""
        found = np.zeros(self.shape, dtype=np.bool_)
        found[self.firms, self.parties] = True
        return found


def score(deals: Dealings, until: int) -> Array:
    """float64 (firms, parties): who deals next with whom, comparable within a firm; old pairs included.

    The sum of two signs, each as a share of the firm's best. Weights learned from earlier months did worse
    than equal ones: some hundred firms are too few to tell signs of one kind apart.
    """
    return sum((_share(sign) for sign in signs(deals, until).values()), np.zeros(deals.shape))


def signs(deals: Dealings, until: int) -> dict[str, Array]:
    """float64 (firms, parties) each, 0 and more, from deals of months before `until`.

    alike: parties of firms alike by their current, rare parties. linear: each firm
    explained by other firms, with a ridge.
    """
    current = faded(deals.before(until), until)
    popular = (current > 0).sum(axis=0)
    rare = np.log(len(current) / np.maximum(popular, 1)) + 0.1
    gram = current @ current.T
    explained = gram @ np.linalg.solve(gram + RIDGE * np.eye(len(gram)), current)
    return {
        "alike": _alike(current * rare) @ current,
        "linear": np.maximum(explained, 0.0),
    }


def faded(deals: Dealings, until: int) -> Array:
    """float64 (firms, parties): exp(-months since the last deal / FADE); 0 for no deal."""
    last = np.full(deals.shape, -1, dtype=np.int64)
    np.maximum.at(last, (deals.firms, deals.parties), deals.months)
    found: Array = np.exp(-np.maximum(until - 1 - last, 0) / FADE) * (last >= 0)
    return found


def _alike(rows: Array) -> Array:
    """(firms, firms): cosines, 0 on the diagonal."""
    unit = rows / (np.sqrt((rows**2).sum(axis=1, keepdims=True)) + _TINY)
    found: Array = unit @ unit.T
    np.fill_diagonal(found, 0.0)
    return found


def _share(sign: Array) -> Array:
    found: Array = sign / (sign.max(axis=1, keepdims=True, initial=0.0) + _TINY)
    return found


def walk(there: Csr, back: Csr, firm: int, size: int) -> Array:
    """float64 (size,): of all firms, what `walked` gives of some; 0 elsewhere."""
    found = np.zeros(size)
    partners, values = walked(there, back, firm)
    found[partners] = values
    return found


def walked(there: Csr, back: Csr, firm: int) -> tuple[Array, Array]:
    """Partners of firms that share partners with this one, ascending, and float64 values above 0: each shared
    one the rarer the heavier. `there` leads from firms to partners, `back` the other way.

    Costs the edges of two steps; partners of more than MOST_FELLOWS firms say nothing and are left out.
    """
    shared = there.row(firm)[0]
    told = [fellows for partner in shared.tolist() if len(fellows := back.row(partner)[0]) <= MOST_FELLOWS]
    if not told:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    rare = np.concatenate([np.full(len(fellows), 1.0 / np.log2(2.0 + len(fellows))) for fellows in told])
    fellows, which = np.unique(np.concatenate(told), return_inverse=True)
    weight = np.bincount(which, weights=rare)[fellows != firm]
    fellows = fellows[fellows != firm]
    partners, lengths = _rows(there, fellows)
    found, which = np.unique(partners, return_inverse=True)
    values = np.bincount(which, weights=np.repeat(weight / np.sqrt(len(shared) * lengths), lengths))
    fresh = np.isin(found, shared, invert=True)
    return found[fresh].astype(np.int64), values[fresh]


def _rows(pairs: Csr, which: Array) -> tuple[Array, Array]:
    """The columns of some rows one after the other, and how many each has."""
    starts = np.asarray(pairs.indptr)[which]
    lengths = np.asarray(pairs.indptr)[which + 1] - starts
    ends = np.cumsum(lengths)
    at = np.arange(int(lengths.sum())) + np.repeat(starts - (ends - lengths), lengths)
    return np.asarray(pairs.indices)[at], lengths
