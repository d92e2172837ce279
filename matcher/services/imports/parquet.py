"""Parquet files, read by batches of their columns (extra ``parquet``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from matcher.services.imports.problems import BadValueError

BATCH: Final = 8_192
Line = tuple[int, Sequence[Any]]


def read_parquet(path: Path) -> tuple[tuple[str, ...], Callable[[], Iterator[Line]]]:
    """The names of the columns, and a function that begins the rows; a line is the row's number.

    Raises BadValueError where the file is no Parquet, or the extra is not installed.
    """
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise BadValueError("parquet_not_installed") from None
    try:
        with ParquetFile(path) as file:
            names = tuple(str(name) for name in file.schema_arrow.names)
    except (ArrowException, OSError):
        raise BadValueError("broken_parquet") from None

    def rows() -> Iterator[Line]:
        line = 0
        with ParquetFile(path) as file:
            for batch in file.iter_batches(BATCH):
                for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    line += 1
                    yield line, cells

    return names, rows
