"""Some enterprises of a graph, read as a graph of their own: what is asked of few costs no pass over all.

Rows of enterprises, and of their offers and needs, are numbered anew in their old order; every other table
and array is the whole's. What walks through enterprises that are not among them reads `whole`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Final

import numpy as np

from matcher.graph.graph import Graph
from matcher.graph.table import Array, Csr, Strings, Table, spans, stacked

_BY_FIRM: Final = ("offers", "needs")


@dataclass(frozen=True, eq=False)
class Part(Graph):
    """`rows` (ascending) of the enterprises of `origin`. Offers and needs are those of these enterprises."""

    origin: Graph | None = None
    chosen: Array | None = None

    @property
    def whole(self) -> Graph:
        return self if self.origin is None else self.origin

    @property
    def rows(self) -> Array | None:
        return self.chosen


def part_of(graph: Graph, rows: Array) -> Part:
    """The part of a whole graph with the enterprises at `rows`, ascending and each once.

    Costs a search for the offers and needs of each; columns are read when they are asked for.
    """
    tables = dict(graph.tables)
    tables["firms"] = PartTable(graph.firms, rows, None)
    for name in _BY_FIRM:
        tables[name] = _of_firms(graph.tables[name], rows)
    given = {one.name: getattr(graph, one.name) for one in fields(Graph)}
    given |= {name: PartPairs(getattr(graph, name), rows) for name in ("deals", "customers", "relations")}
    return Part(**{**given, "tables": tables, "origin": graph, "chosen": rows})


def _of_firms(table: Table, rows: Array) -> Table:
    owners = table.numbers("firm")
    first = np.searchsorted(owners, rows.astype(owners.dtype), side="left")
    lengths = np.searchsorted(owners, rows.astype(owners.dtype), side="right") - first
    firm = np.repeat(np.arange(len(rows), dtype=owners.dtype), lengths)
    return PartTable(table, spans(first, lengths), firm)


class PartTable(Table):
    """Some rows of a table. `firm` are the new positions of their owners, None for the owners themselves."""

    def __init__(self, whole: Table, rows: Array, firm: Array | None) -> None:
        words = None if whole.words is None else PartRows(whole.words, rows)
        own = {} if firm is None else {"firm": firm}
        for name, value in (
            ("name", whole.name),
            ("columns", PartColumns(whole, rows, own)),
            ("words", words),
            ("postings", None),
        ):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_parts", (whole, rows))

    _parts: tuple[Table, Array]

    @property
    def rows(self) -> Array:
        """Where these rows stand in the whole."""
        return self._parts[1]

    def position(self, identifier: str) -> int | None:
        whole, rows = self._parts
        found = whole.position(identifier)
        if found is None:
            return None
        at = int(np.searchsorted(rows, found))
        return at if at < len(rows) and int(rows[at]) == found else None

    def __len__(self) -> int:
        return len(self._parts[1])

    @cached_property
    def by_id(self) -> Array:
        """Rows in the order of their ids."""
        ids = self.ids
        return np.array(sorted(range(len(self)), key=ids.raw), dtype=np.int32)


class PartColumns(Mapping[str, Any]):
    """Columns, each taken from the whole on its first use."""

    def __init__(self, whole: Table, rows: Array, own: Mapping[str, Array]) -> None:
        self._whole = whole
        self._rows = rows
        self._made: dict[str, Any] = dict(own)

    def __getitem__(self, name: str) -> Any:
        made = self._made.get(name)
        if made is None:
            column = self._whole.columns[name]
            made = PartStrings(column, self._rows) if isinstance(column, Strings) else column[self._rows]
            self._made[name] = made
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole.columns)

    def __len__(self) -> int:
        return len(self._whole.columns)


class PartStrings(Strings):
    """Some texts of a column, each read where it lies."""

    def __init__(self, whole: Strings, rows: Array) -> None:
        object.__setattr__(self, "_parts", (whole, rows))

    _parts: tuple[Strings, Array]

    def raw(self, position: int) -> bytes:
        whole, rows = self._parts
        return whole.raw(int(rows[position]))

    def __len__(self) -> int:
        return len(self._parts[1])


class PartRows(Csr):
    """Some rows of a sparse matrix; the columns are the whole's."""

    def __init__(self, whole: Csr, rows: Array) -> None:
        object.__setattr__(self, "_parts", (whole, rows))

    _parts: tuple[Csr, Array]

    def row(self, position: int) -> tuple[Array, Array]:
        whole, rows = self._parts
        return whole.row(int(rows[position]))

    def many(self, positions: Array) -> tuple[Array, Array, Array]:
        whole, rows = self._parts
        return whole.many(rows[positions])

    def __len__(self) -> int:
        return len(self._parts[1])


class PartPairs(PartRows):
    """Pairs of enterprises: a row holds those of its columns that are among the part's, numbered anew.

    `indptr` counts all columns of a row, those outside the part too: how many partners one has is a fact
    about it, whoever else is looked at.
    """

    def row(self, position: int) -> tuple[Array, Array]:
        columns, data = super().row(position)
        rows = self._parts[1]
        at = np.minimum(np.searchsorted(rows, columns), max(len(rows) - 1, 0))
        known = rows[at] == columns if len(rows) else np.zeros(0, dtype=np.bool_)
        return at[known].astype(np.int32), data[known]

    def many(self, positions: Array) -> tuple[Array, Array, Array]:
        return stacked([self.row(position) for position in positions.tolist()])

    @cached_property
    def indptr(self) -> Array:
        whole, rows = self._parts
        ends = np.asarray(whole.indptr)
        found = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(ends[rows + 1] - ends[rows], out=found[1:])
        return found
