"""Where each enterprise stands, looked up by id without a dictionary of a million strings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from matcher.build.encode import NONE
from matcher.build.ids import WIDEST, id_order, packed
from matcher.graph.table import Array, Strings


class Standing:
    """`identifiers` in any order; `positions` says where each stands."""

    def __init__(self, identifiers: Strings, positions: Array) -> None:
        order = id_order(identifiers)
        self._sorted = identifiers.take(order)
        self._positions = positions[order]

    def __call__(self, identifier: str) -> int:
        """The position of one enterprise, or -1."""
        wanted, low, high = identifier.encode("utf-8"), 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._sorted.raw(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        if low == len(self) or self._sorted.raw(low) != wanted:
            return NONE
        return int(self._positions[low])

    def of(self, identifiers: Sequence[str]) -> Array:
        """int64: the position of each, -1 for one that is not there."""
        wanted = np.array([identifier.encode("utf-8") for identifier in identifiers], dtype=np.bytes_)
        if len(self) == 0 or len(wanted) == 0:
            return np.full(len(wanted), NONE, dtype=np.int64)
        if wanted.dtype.itemsize > WIDEST or self._table is None:
            return np.array([self(identifier) for identifier in identifiers], dtype=np.int64)
        at = np.minimum(np.searchsorted(self._table, wanted), len(self) - 1)
        return np.where(self._table[at] == wanted, self._positions[at], NONE)

    @cached_property
    def _table(self) -> Array | None:
        """The ids at one width; None where one is so long that this would be wasteful."""
        return packed(self._sorted)

    def __len__(self) -> int:
        return len(self._positions)
