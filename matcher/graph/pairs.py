"""Firm by firm, from a base and a small snapshot: who dealt with whom, who is kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.graph.merged import Origin
from matcher.graph.table import Array, Csr, spans


@dataclass(frozen=True)
class Pairs:
    """Cells of a sparse matrix of firms, sorted by row and column."""

    rows: Array
    columns: Array
    data: Array

    @classmethod
    def of(cls, rows: Array, columns: Array, data: Array) -> Pairs:
        """Sort the cells; those of an enterprise that is gone are left out."""
        known = (rows >= 0) & (columns >= 0)
        rows, columns, data = rows[known], columns[known], data[known]
        order = np.lexsort((columns, rows))
        return cls(rows[order], columns[order].astype(np.int32), data[order])

    def turned(self) -> Pairs:
        """The transpose."""
        return Pairs.of(self.columns.astype(np.int64), self.rows, self.data)

    def row(self, position: int) -> tuple[Array, Array]:
        """Columns and values of one row."""
        first, last = np.searchsorted(self.rows, [position, position + 1])
        return self.columns[first:last], self.data[first:last]


class MergedPairs(Csr):
    """The base's cells between firms that have not changed, and the small one's."""

    def __init__(self, firms: Origin, base: Csr, fresh: Pairs) -> None:
        object.__setattr__(self, "_parts", (firms, base, fresh))

    _parts: tuple[Origin, Csr, Pairs]

    def row(self, position: int) -> tuple[Array, Array]:
        firms, base, fresh = self._parts
        new_columns, new_data = fresh.row(position)
        old = int(firms.rows[position])
        if old < 0:
            return new_columns, new_data
        columns, data = base.row(old)
        columns = firms.of_base[columns]
        stay = columns >= 0
        columns, data = columns[stay], data[stay]
        at = np.searchsorted(columns, new_columns)
        return np.insert(columns, at, new_columns), np.insert(data, at, new_data)

    def many(self, positions: Array) -> tuple[Array, Array, Array]:
        firms, base, fresh = self._parts
        at = firms.rows[positions]
        known = np.flatnonzero(at >= 0)
        columns, data, lengths = base.many(at[known])
        first = np.searchsorted(fresh.rows, positions)
        came = np.searchsorted(fresh.rows, positions, side="right") - first
        new = spans(first, came)
        columns = np.concatenate([firms.of_base[columns], fresh.columns[new]])
        owner = np.concatenate([np.repeat(known, lengths), np.repeat(np.arange(len(at)), came)])
        stay = columns >= 0
        columns, owner = columns[stay], owner[stay]
        order = np.lexsort((columns, owner))
        lengths = np.bincount(owner, minlength=len(at))
        return columns[order], np.concatenate([data, fresh.data[new]])[stay][order], lengths

    def __len__(self) -> int:
        return len(self._parts[0])

    @cached_property
    def _whole(self) -> tuple[Array, Array, Array]:
        firms, base, fresh = self._parts
        rows = firms.of_base[np.repeat(np.arange(len(base)), np.diff(base.indptr))].astype(np.int64)
        columns = firms.of_base[base.indices]
        stay = (rows >= 0) & (columns >= 0)
        rows = np.concatenate([rows[stay], fresh.rows])
        columns = np.concatenate([columns[stay], fresh.columns])
        order = np.lexsort((columns, rows))
        indptr = np.zeros(len(self) + 1, dtype=np.int64)
        np.cumsum(np.bincount(rows, minlength=len(self)), out=indptr[1:])
        data = np.concatenate([base.data[stay], fresh.data])[order]
        return indptr, columns[order].astype(np.int32), data

    indptr = property(lambda self: self._whole[0])
    indices = property(lambda self: self._whole[1])
    data = property(lambda self: self._whole[2])
