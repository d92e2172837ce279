"""Rows of an outside registry of enterprises in Parquet, by their number over all its files."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LABELS = Path(__file__).parent / "labels"


def rows(folder: Path, numbers: Sequence[int], columns: Sequence[str]) -> list[dict[str, Any]]:
    """The rows with these numbers, in their order."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = sorted(folder.glob("*.parquet"))
    table = pa.concat_tables([pq.read_table(file, columns=list(columns)) for file in files])
    return table.take(list(numbers)).to_pylist()


def first(folder: Path, count: int, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The first rows of the first file, for measuring speed."""
    import pyarrow.parquet as pq

    batches = pq.ParquetFile(sorted(folder.glob("*.parquet"))[0]).iter_batches(count, columns=list(columns))
    return next(batches).to_pylist()


def labels(name: str) -> list[dict[str, str]]:
    """The labels of that name: row numbers and what a reader said, without the texts."""
    with (LABELS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
