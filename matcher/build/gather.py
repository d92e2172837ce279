"""Columns gathered a chunk of rows at a time, as packed arrays: no Python object a row outlives its chunk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from matcher.build.encode import NONE, Arrays, Positions
from matcher.build.ids import id_order
from matcher.graph import schema
from matcher.graph.table import Array, Strings


class Codes:
    """Few distinct strings, numbered as they are first seen; `settled` puts them in order at the end."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __call__(self, value: str | None) -> int:
        """The number of a string; -1 for None."""
        return NONE if value is None else self._numbers.setdefault(value, len(self._numbers))

    def settled(self, always: Iterable[str] = ()) -> tuple[Positions, Array]:
        """All of them and `always` in the order of their UTF-8, and the position of each number."""
        positions = Positions([*self._numbers, *always])
        return positions, np.array([positions(value) for value in self._numbers], dtype=np.int64)


class Gathered:
    """The rows of one table as they come. `columns` are appended chunk by chunk."""

    def __init__(self, table: str) -> None:
        self.table = table
        self._chunks: dict[str, list[Any]] = {name: [] for name in schema.TABLES[table]}
        self.rows = 0

    def add(self, columns: Mapping[str, Sequence[Any] | Array]) -> None:
        """One chunk: every column of the table, equally long."""
        for name, dtype in schema.TABLES[self.table].items():
            values = columns[name]
            self._chunks[name].append(_packed(values, dtype))
        self.rows += len(columns["id"])

    def finish(self) -> dict[str, Array | Strings]:
        """The columns whole, in the order added; the chunks are let go."""
        found: dict[str, Array | Strings] = {}
        for name, dtype in schema.TABLES[self.table].items():
            chunks = self._chunks.pop(name)
            found[name] = _strings(chunks) if dtype == schema.TEXT else _numbers(chunks, _wide(dtype))
        return found


def _wide(dtype: str) -> str:
    """Positions are numbered before it is known how many there are."""
    return "int64" if dtype in ("int16", "int32") else dtype


def _packed(values: Sequence[Any] | Array, dtype: str) -> Any:
    if dtype != schema.TEXT:
        return np.asarray(values, dtype=_wide(dtype))
    encoded = [text.encode("utf-8") for text in values]
    return b"".join(encoded), np.fromiter(map(len, encoded), dtype=np.int32, count=len(encoded))


def _strings(chunks: list[tuple[bytes, Array]]) -> Strings:
    lengths = np.concatenate([chunk[1] for chunk in chunks] or [np.zeros(0, dtype=np.int32)])
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return Strings(np.frombuffer(b"".join(chunk[0] for chunk in chunks), dtype=np.uint8), offsets)


def _numbers(chunks: list[Array], dtype: str) -> Array:
    return np.concatenate(chunks) if chunks else np.zeros(0, dtype=dtype)


def moved(positions: Array, to: Array) -> Array:
    """Positions renumbered by `to`; -1 stays."""
    if len(to) == 0:
        return positions
    return np.where(positions < 0, NONE, to[np.maximum(positions, 0)])


def table_arrays(columns: Mapping[str, Array | Strings], table: str, order: Array) -> Arrays:
    """The array files of a table with its rows in `order`. Takes the columns out as it goes."""
    arrays: Arrays = {}
    for name, dtype in schema.TABLES[table].items():
        column, key = columns[name], f"{table}.{name}"
        if isinstance(column, Strings):
            taken = column.take(order)
            arrays |= {f"{key}.blob": taken.blob, f"{key}.offsets": taken.offsets}
        else:
            arrays[key] = column[order].astype(dtype)
    ids = Strings(arrays[f"{table}.id.blob"], arrays[f"{table}.id.offsets"])
    arrays[f"{table}.by_id"] = id_order(ids).astype(np.int32)
    return arrays
