"""Values of rows as values of columns: yuan, ordinals, seconds, positions; and lists as arrays."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from matcher.graph import schema
from matcher.graph.table import Array, Strings

NONE = -1
_FEN = 100.0

Columns = dict[str, list[Any]]
Arrays = dict[str, Array]


def yuan(fen: int | None) -> float:
    """Fen as yuan; NaN for unknown."""
    return math.nan if fen is None else fen / _FEN


def number(value: float | None) -> float:
    """NaN for unknown."""
    return math.nan if value is None else float(value)


def ordinal(day: date | None) -> int:
    """Proleptic ordinal of a day; -1 for unknown."""
    return NONE if day is None else day.toordinal()


def seconds(moment: datetime | None) -> int:
    """Seconds since 1970 UTC; -1 for unknown."""
    return NONE if moment is None else int(moment.timestamp())


def text(value: str | None) -> str:
    """A text column knows no NULL."""
    return "" if value is None else value


def joined(values: Iterable[object] | None) -> str:
    """A set of codes or names as one string, in one order."""
    return "" if values is None else ";".join(sorted({str(value).strip() for value in values} - {""}))


class Positions:
    """Identifiers and where they stand, in the order of their UTF-8."""

    def __init__(self, identifiers: Iterable[str]) -> None:
        self.ids = sorted(set(identifiers), key=str.encode)
        self._of = {identifier: position for position, identifier in enumerate(self.ids)}

    def __call__(self, identifier: str | None) -> int:
        """The position, or -1 for None and for what is not there."""
        return NONE if identifier is None else self._of.get(identifier, NONE)

    def __len__(self) -> int:
        return len(self.ids)


def gather(rows: Iterable[Mapping[str, Any]], table: str) -> Columns:
    """Turn row values into columns; each row names every column of the table."""
    columns: Columns = {name: [] for name in schema.TABLES[table]}
    for row in rows:
        for name, values in columns.items():
            values.append(row[name])
    return columns


def sort(columns: Columns, *keys: str) -> Columns:
    """The same rows ordered by `keys` and then by id."""
    identifiers = [identifier.encode() for identifier in columns["id"]]
    by = [columns[key] for key in keys] + [identifiers]
    order = sorted(range(len(identifiers)), key=lambda row: tuple(values[row] for values in by))
    return {name: [values[row] for row in order] for name, values in columns.items()}


def arrays_of(columns: Columns, table: str) -> Arrays:
    """Columns as the array files of a table, with the order of its ids."""
    arrays: Arrays = {f"{table}.by_id": by_id(columns["id"])}
    for name, dtype in schema.TABLES[table].items():
        key = f"{table}.{name}"
        if dtype == schema.TEXT:
            strings = Strings.of(columns[name])
            arrays |= {f"{key}.blob": strings.blob, f"{key}.offsets": strings.offsets}
        else:
            arrays[key] = np.array(columns[name], dtype=dtype)
    return arrays


def by_id(identifiers: Sequence[str]) -> Array:
    """Rows in the order of their ids' UTF-8, for binary search."""
    encoded = [identifier.encode() for identifier in identifiers]
    return np.array(sorted(range(len(encoded)), key=encoded.__getitem__), dtype=np.int32)
