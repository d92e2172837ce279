"""Columns over arrays that may be memory-mapped: strings, sparse rows, tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]

_TAKEN_AT_ONCE = 50_000


def spans(starts: Array, lengths: Array) -> Array:
    """int64: the places start, start + 1, ... of each span, one span after the other."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    shift = np.asarray(starts, dtype=np.int64) - (ends - lengths)
    found: Array = np.arange(total, dtype=np.int64) + np.repeat(shift, lengths)
    return found


@dataclass(frozen=True, eq=False)
class Strings:
    """`n` texts in one UTF-8 blob (uint8); text i is ``blob[offsets[i]:offsets[i + 1]]``."""

    blob: Array
    offsets: Array

    @classmethod
    def of(cls, texts: Sequence[str]) -> Strings:
        """Pack texts."""
        encoded = [text.encode("utf-8") for text in texts]
        offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum([len(piece) for piece in encoded], out=offsets[1:])
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), offsets)

    def take(self, order: Array) -> Strings:
        """The texts of these positions, packed anew."""
        lengths = np.diff(self.offsets)[order]
        offsets = np.zeros(len(order) + 1, dtype=np.int64)
        np.cumsum(lengths, out=offsets[1:])
        blob = np.empty(offsets[-1], dtype=np.uint8)
        for first in range(0, len(order), _TAKEN_AT_ONCE):  # places take eight bytes a byte of text
            some = slice(first, first + _TAKEN_AT_ONCE)
            places = spans(self.offsets[order[some]], lengths[some])
            blob[offsets[first] : offsets[first] + len(places)] = self.blob[places]
        return Strings(blob, offsets)

    @cached_property
    def all(self) -> tuple[str, ...]:
        """Every text, decoded once and kept. For tables of some thousand rows."""
        return tuple(self)

    def raw(self, position: int) -> bytes:
        """The UTF-8 of one text."""
        return self.blob[self.offsets[position] : self.offsets[position + 1]].tobytes()

    def __getitem__(self, position: int) -> str:
        if not 0 <= position < len(self):
            raise IndexError(position)
        return self.raw(position).decode("utf-8")

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __iter__(self) -> Iterator[str]:
        return (self[position] for position in range(len(self)))


@dataclass(frozen=True, eq=False)
class Csr:
    """A sparse matrix by rows. Rows are sorted by column."""

    indptr: Array
    indices: Array
    data: Array

    def row(self, position: int) -> tuple[Array, Array]:
        """Columns and values of one row, as views."""
        start, end = self.indptr[position], self.indptr[position + 1]
        return self.indices[start:end], self.data[start:end]

    def many(self, positions: Array) -> tuple[Array, Array, Array]:
        """Columns and values of some rows, one row behind the other, and how many each has."""
        lengths = self.indptr[positions + 1] - self.indptr[positions]
        at = spans(self.indptr[positions], lengths)
        return self.indices[at], self.data[at], lengths

    def apart(self, positions: Array) -> list[Apart]:
        """Some rows by the matrix that holds them."""
        return [Apart(self, positions, slice(None), None)]

    def at_most(self, positions: Array) -> Array:
        """How many columns each of some rows has, or a few more where rows of two parts are put together."""
        found: Array = self.indptr[positions + 1] - self.indptr[positions]
        return found

    def __len__(self) -> int:
        return len(self.indptr) - 1


class Apart(NamedTuple):
    """Rows of one matrix out of those asked for: `rows` in it, which are those at `where`; its columns are
    those of `columns` where the matrix asked numbers them otherwise, -1 for none.
    """

    matrix: Csr
    rows: Array
    where: Array | slice
    columns: Array | None


def stacked(rows: Sequence[tuple[Array, Array]]) -> tuple[Array, Array, Array]:
    """Some rows as `Csr.many` gives them: columns, values, how many each has."""
    columns = np.concatenate([np.zeros(0, dtype=np.int32), *(columns for columns, _ in rows)])
    data = np.concatenate([np.zeros(0, dtype=np.float32), *(data for _, data in rows)])
    return columns, data, np.array([len(columns) for columns, _ in rows], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of one kind as columns; `by_id` sorts the rows by the UTF-8 of their id.

    `words` (row x term, L2-normalised tf-idf) and `postings` (its transpose) are None where the
    table carries no indexed text.
    """

    name: str
    columns: Mapping[str, Array | Strings]
    by_id: Array
    words: Csr | None = None
    postings: Csr | None = None

    @property
    def ids(self) -> Strings:
        """The rows' identifiers, in row order."""
        return self.text("id")

    def column(self, name: str) -> Any:
        """A numpy array, or Strings for a text column. Raises KeyError for an unknown one."""
        return self.columns[name]

    def numbers(self, name: str) -> Array:
        """A numeric column."""
        column = self.columns[name]
        if isinstance(column, Strings):
            raise TypeError(f"{self.name}.{name} is text")
        return column

    def text(self, name: str) -> Strings:
        """A text column."""
        column = self.columns[name]
        if not isinstance(column, Strings):
            raise TypeError(f"{self.name}.{name} is not text")
        return column

    def position(self, identifier: str) -> int | None:
        """The row of an id, or None. A binary search of about 20 steps at a million rows."""
        wanted, ids = identifier.encode("utf-8"), self.ids
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if ids.raw(int(self.by_id[middle])) < wanted:
                low = middle + 1
            else:
                high = middle
        if low == len(self) or ids.raw(int(self.by_id[low])) != wanted:
            return None
        return int(self.by_id[low])

    def __len__(self) -> int:
        return len(self.by_id)
