"""A base snapshot and a small one of what has changed since, read as the one a full compilation would give.

Every value, position and order seen through these classes is that of the full compilation. Nothing is
copied but what a reader asks for: a text or a sparse row is fetched where it lies, a whole column or a whole
matrix is put together on its first use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from matcher.graph import schema
from matcher.graph.table import Apart, Array, Csr, Strings, Table

Rows = tuple[Array, Array, Array]  # as Csr.many gives them
Moves = Mapping[str, tuple[Array, Array]]  # by table: where the rows of base and small one stand now


class Origin:
    """For each row: its row in the base (0 and more) or in the small snapshot (-1 for row 0, -2, ...).

    `kept` marks the rows of the base that stay, in their order; `places` says before which of those that
    stay each row of the small one stands, ascending.
    """

    def __init__(self, kept: Array, places: Array, fresh: Array) -> None:
        old = np.flatnonzero(kept).astype(np.int32)
        self.rows: Array = np.insert(old, places, (-1 - fresh).astype(np.int32))
        new = np.arange(len(self.rows), dtype=np.int32)
        is_old = self.rows >= 0
        self.of_base: Array = np.full(len(kept), -1, dtype=np.int32)
        self.of_base[self.rows[is_old]] = new[is_old]
        self.of_small: Array = np.full(len(fresh), -1, dtype=np.int32)
        self.of_small[-1 - self.rows[~is_old]] = new[~is_old]
        self.small_at: Array = new[~is_old]  # where the rows of the small one stand, ascending

    def __len__(self) -> int:
        return len(self.rows)

    def numbers(self, base: Array, small: Array) -> Array:
        """A column of both, row by row."""
        found = np.empty(len(self.rows), dtype=base.dtype)
        is_old = self.rows >= 0
        found[is_old] = base[self.rows[is_old]]
        found[self.small_at] = small[-1 - self.rows[self.small_at]]
        return found


class MergedStrings(Strings):
    """Texts of both, each read where it lies."""

    def __init__(self, origin: Origin, base: Strings, small: Strings) -> None:
        object.__setattr__(self, "_parts", (origin, base, small))

    def raw(self, position: int) -> bytes:
        origin, base, small = self._parts
        row = int(origin.rows[position])
        found: bytes = base.raw(row) if row >= 0 else small.raw(-1 - row)
        return found

    def __len__(self) -> int:
        return len(self._parts[0])

    @cached_property
    def offsets(self) -> Array:
        """As a plain column has it; for those who read a whole column."""
        origin, base, small = self._parts
        lengths = origin.numbers(np.diff(base.offsets), np.diff(small.offsets))
        found = np.zeros(len(lengths) + 1, dtype=np.int64)
        np.cumsum(lengths, out=found[1:])
        return found

    @cached_property
    def blob(self) -> Array:
        """The texts in order, put together."""
        origin, base, small = self._parts
        found = np.empty(self.offsets[-1], dtype=np.uint8)
        for first, last, row in _runs(origin):
            part, begin = (base, row) if row >= 0 else (small, -1 - row)
            start, end = part.offsets[begin], part.offsets[begin + last - first]
            found[self.offsets[first] : self.offsets[last]] = part.blob[start:end]
        return found

    _parts: tuple[Origin, Strings, Strings]


def _runs(origin: Origin) -> Iterator[tuple[int, int, int]]:
    """[first, last) of rows that lie one behind the other in one part, and the part's first row."""
    rows = origin.rows
    if len(rows) == 0:
        return
    # The first row of `small` is -1: the base's first row, 0, would seem to lie right behind it.
    ends = np.flatnonzero((np.diff(rows) != 1) | (rows[:-1] < 0)) + 1
    first = 0
    for last in (*ends.tolist(), len(rows)):
        yield first, last, int(rows[first])
        first = last


class MergedCsr(Csr):
    """Sparse rows of both. `base_columns` and `small_columns` renumber the columns (-1: gone)."""

    def __init__(
        self, origin: Origin, base: Csr, small: Csr, base_columns: Array | None, small_columns: Array
    ) -> None:
        object.__setattr__(self, "_parts", (origin, base, small))
        object.__setattr__(self, "_columns", (base_columns, small_columns))

    _parts: tuple[Origin, Csr, Csr]
    _columns: tuple[Array | None, Array]

    def row(self, position: int) -> tuple[Array, Array]:
        origin, base, small = self._parts
        row = int(origin.rows[position])
        part, to = (base, self._columns[0]) if row >= 0 else (small, self._columns[1])
        columns, data = part.row(row if row >= 0 else -1 - row)
        return (columns if to is None else to[columns]), data

    def many(self, positions: Array) -> tuple[Array, Array, Array]:
        origin, base, small = self._parts
        at = origin.rows[positions]
        fresh = at < 0
        old = _moved(base.many(at[~fresh]), self._columns[0])
        if not fresh.any():
            return old
        return _interleaved(fresh, old, _moved(small.many(-1 - at[fresh]), self._columns[1]))

    def apart(self, positions: Array) -> list[Apart]:
        origin, base, small = self._parts
        at = origin.rows[positions].astype(np.int64)
        old, new = np.flatnonzero(at >= 0), np.flatnonzero(at < 0)
        of_base, of_small = self._columns
        return [Apart(base, at[old], old, of_base), Apart(small, -1 - at[new], new, of_small)]

    def __len__(self) -> int:
        return len(self._parts[0])

    @cached_property
    def _whole(self) -> tuple[Array, Array, Array]:
        origin, base, small = self._parts
        lengths = origin.numbers(np.diff(base.indptr), np.diff(small.indptr))
        indptr = np.zeros(len(lengths) + 1, dtype=np.int64)
        np.cumsum(lengths, out=indptr[1:])
        indices = np.empty(indptr[-1], dtype=np.int32)
        data = np.empty(indptr[-1], dtype=base.data.dtype)
        for first, last, row in _runs(origin):
            part, to = (base, self._columns[0]) if row >= 0 else (small, self._columns[1])
            begin = row if row >= 0 else -1 - row
            here = slice(part.indptr[begin], part.indptr[begin + last - first])
            there = slice(indptr[first], indptr[last])
            indices[there] = part.indices[here] if to is None else to[part.indices[here]]
            data[there] = part.data[here]
        return indptr, indices, data

    indptr = property(lambda self: self._whole[0])
    indices = property(lambda self: self._whole[1])
    data = property(lambda self: self._whole[2])


def _moved(rows: Rows, to: Array | None) -> Rows:
    columns, data, lengths = rows
    return (columns if to is None else to[columns]), data, lengths


def _interleaved(second: Array, ones: Rows, others: Rows) -> Rows:
    """Rows of two parts in one order: `second` marks those of the second part."""
    lengths = np.empty(len(second), dtype=np.int64)
    lengths[~second], lengths[second] = ones[2], others[2]
    owners = [np.repeat(np.flatnonzero(~second), ones[2]), np.repeat(np.flatnonzero(second), others[2])]
    order = np.argsort(np.concatenate(owners), kind="stable")
    columns, data = (np.concatenate([ones[at], others[at]])[order] for at in (0, 1))
    return columns, data, lengths


class MergedPostings(Csr):
    """By term: the rows of the base that stay, and those of the small one, each in its new place."""

    def __init__(self, terms: tuple[Array, Array], rows: Origin, base: Csr, small: Csr) -> None:
        object.__setattr__(self, "_terms", terms)
        object.__setattr__(self, "_parts", (rows, base, small))

    _terms: tuple[Array, Array]  # for each term: its place in the base and in the small one, or -1
    _parts: tuple[Origin, Csr, Csr]

    def row(self, position: int) -> tuple[Array, Array]:
        rows, base, small = self._parts
        old, new = (int(places[position]) for places in self._terms)
        columns, data = base.row(old) if old >= 0 else _EMPTY
        columns = rows.of_base[columns]
        stay = columns >= 0
        if not stay.all():
            columns, data = columns[stay], data[stay]
        if new < 0:
            return columns, data
        fresh, values = small.row(new)
        fresh = rows.of_small[fresh]
        order = np.argsort(fresh, kind="stable")
        at = np.searchsorted(columns, fresh[order])
        return np.insert(columns, at, fresh[order]), np.insert(data, at, values[order])

    def at_most(self, positions: Array) -> Array:
        found = np.zeros(len(positions), dtype=np.int64)
        for part, places in zip(self._parts[1:], self._terms, strict=True):
            there = places[positions] >= 0
            found[there] += part.at_most(places[positions[there]])
        return found

    def __len__(self) -> int:
        return len(self._terms[0])

    @cached_property
    def _whole(self) -> tuple[Array, Array, Array]:
        rows, base, small = self._parts
        size = len(self)
        old = _triples(base, rows.of_base, self._terms[0], size)
        new = _triples(small, rows.of_small, self._terms[1], size)
        columns = np.concatenate([old[1], new[1]])
        order = np.argsort(np.concatenate([old[0], new[0]]) * np.int64(len(rows)) + columns, kind="stable")
        indptr = np.zeros(size + 1, dtype=np.int64)
        np.cumsum(np.bincount(np.concatenate([old[0], new[0]]), minlength=size), out=indptr[1:])
        return indptr, columns[order].astype(np.int32), np.concatenate([old[2], new[2]])[order]

    indptr = property(lambda self: self._whole[0])
    indices = property(lambda self: self._whole[1])
    data = property(lambda self: self._whole[2])


_EMPTY = (np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))


def _triples(part: Csr, columns: Array, places: Array, size: int) -> tuple[Array, Array, Array]:
    """(term, row, value) of a part in the new numbering, without what is gone."""
    terms = np.full(len(part), -1, dtype=np.int64)
    known = places >= 0
    terms[places[known]] = np.arange(size)[known]
    by_term = np.repeat(terms, np.diff(part.indptr))
    rows = columns[part.indices]
    stay = (rows >= 0) & (by_term >= 0)
    return by_term[stay], rows[stay], part.data[stay]


class MergedColumns(Mapping[str, Any]):
    """The columns of a table, each put together on its first use. `to` renumbers positions in others."""

    def __init__(self, origin: Origin, base: Table, small: Table, to: Moves) -> None:
        self._origin = origin
        self._base = base
        self._small = small
        self._to = to
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self._make(name)
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._base.columns)

    def __len__(self) -> int:
        return len(self._base.columns)

    def _make(self, name: str) -> Any:
        base, small = self._base.columns[name], self._small.columns[name]
        if isinstance(base, Strings) or isinstance(small, Strings):
            return MergedStrings(self._origin, self._base.text(name), self._small.text(name))
        target = schema.POINTERS.get(self._base.name, {}).get(name)
        if target is not None and target in self._to:
            to = self._to[target]
            base, small = renumbered(base, to[0]), renumbered(small, to[1])
        return self._origin.numbers(base, small)


def renumbered(positions: Array, to: Array) -> Array:
    """Positions in a table whose rows have moved; -1 stays."""
    if len(to) == 0:
        return positions
    found: Array = np.where(positions < 0, -1, to[np.maximum(positions, 0)]).astype(positions.dtype)
    return found


class MergedTable(Table):
    """A table of both."""

    def __init__(
        self,
        origin: Origin,
        parts: tuple[Table, Table],
        to: Moves,
        terms: Terms | None,
    ) -> None:
        base, small = parts
        words = postings = None
        if terms is not None and base.words is not None and small.words is not None:
            words = MergedCsr(origin, base.words, small.words, terms.of_base, terms.of_small)
        if terms is not None and base.postings is not None and small.postings is not None:
            postings = MergedPostings(terms.places, origin, base.postings, small.postings)
        columns = MergedColumns(origin, base, small, to)
        for name, value in (
            ("name", base.name),
            ("columns", columns),
            ("words", words),
            ("postings", postings),
        ):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_origin", origin)
        object.__setattr__(self, "_tables", parts)

    _origin: Origin
    _tables: tuple[Table, Table]

    def __len__(self) -> int:
        return len(self._origin)

    def position(self, identifier: str) -> int | None:
        base, small = self._tables
        for part, to in ((small, self._origin.of_small), (base, self._origin.of_base)):
            found = part.position(identifier)
            if found is not None and to[found] >= 0:
                return int(to[found])
        return None

    @cached_property
    def by_id(self) -> Array:
        """Rows in the order of their ids."""
        base, small = self._tables
        old = self._origin.of_base[base.by_id]
        old = old[old >= 0]
        ids = self.ids
        at = [_before(ids, old, small.ids.raw(int(row))) for row in small.by_id]
        return np.insert(old, at, self._origin.of_small[small.by_id])


def _before(ids: Strings, order: Array, wanted: bytes) -> int:
    low, high = 0, len(order)
    while low < high:
        middle = (low + high) // 2
        if ids.raw(int(order[middle])) < wanted:
            low = middle + 1
        else:
            high = middle
    return low


class Terms:
    """The common vocabulary of both. `vanished` are terms of the base that no row uses any more."""

    def __init__(self, base: Array, small: Array, vanished: Array) -> None:
        # Term 0 stands for "no term at all", as a vocabulary is never empty.
        stay, fresh = ~np.isin(base, vanished, assume_unique=True) & (base > 0), small > 0
        found = np.union1d(base[stay], small[fresh])
        self.all: Array = found if len(found) else np.zeros(1, dtype=np.uint64)
        at = np.searchsorted(self.all, base).astype(np.int32)
        # Where nothing came and nothing went, the base's numbers are right as they are.
        same = len(self.all) == len(base) and bool(stay.all())
        self.of_base: Array | None = None if same else np.where(stay, at, np.int32(-1))
        self.of_small: Array = np.searchsorted(self.all, small).astype(np.int32)
        self.places = (_placed(base, stay, self.all), _placed(small, fresh, self.all))


def _placed(part: Array, stay: Array, every: Array) -> Array:
    places = np.full(len(every), -1, dtype=np.int32)
    rows = np.flatnonzero(stay)
    places[np.searchsorted(every, part[rows])] = rows
    return places


__all__ = ["MergedCsr", "MergedTable", "Origin", "Terms", "renumbered"]
