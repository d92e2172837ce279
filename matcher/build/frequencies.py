"""How rare a term is: its weight by the number of rows that use it, in steps that seldom move.

idf = 1 + ln((1 + rows) / (1 + rows with the term)), each logarithm rounded to an eighth. It is a function of
the rows alone, and one more text changes it only where a count crosses a step: so a refresh touches few
rows beside the changed ones and still comes to what a full recomputation would.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from matcher.graph.table import Array

STEPS: Final = 8.0
MOST_OF_ROWS: Final = 0.5
FEW_ROWS: Final = 50  # below this a share says nothing, and no term is dropped


@dataclass(frozen=True)
class Frequencies:
    """`terms` (hashes, ascending) and in how many of `rows` rows of the indexed tables each is used."""

    terms: Array
    rows_with: Array
    rows: int

    def idf(self, terms: Array) -> Array:
        """float64: the weight of each term; 0 for one that is too common, or that no row uses."""
        rows_with = self.of(terms)
        weights = 1.0 + (level(np.array(self.rows)) - level(rows_with)) / STEPS
        return np.where((rows_with == 0) | self.common(rows_with), 0.0, weights)

    def common(self, rows_with: Array) -> Array:
        """Whether a term of so many rows says nothing."""
        if self.rows < FEW_ROWS:
            return np.zeros(len(rows_with), dtype=np.bool_)
        found: Array = rows_with > MOST_OF_ROWS * self.rows
        return found

    def of(self, terms: Array) -> Array:
        """int64: the rows with each of `terms`; 0 for an unknown one."""
        if len(self.terms) == 0:
            return np.zeros(len(terms), dtype=np.int64)
        at = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1)
        return np.where(self.terms[at] == terms, self.rows_with[at], 0).astype(np.int64)


def level(counts: Array) -> Array:
    """The step on which a count stands."""
    found: Array = np.floor(STEPS * np.log1p(counts) + 0.5)
    return found
