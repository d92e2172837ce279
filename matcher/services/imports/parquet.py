"""Parquet files, read by batches of their columns (extra ``parquet``)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from matcher.services.imports.problems import BadValueError

BATCH: Final = 8_192
# Parquet packs what repeats to next to nothing: what it says it unpacks to is looked at before it does.
MOST_BYTES: Final = 1 << 30
MOST_RATIO: Final = 100
Line = tuple[int, Sequence[Any]]


def read_parquet(path: Path) -> tuple[tuple[str, ...], Callable[[], Iterator[Line]]]:
    """The names of the columns, and a function that begins the rows; a line is the row's number.

    Raises BadValueError where the file is no Parquet, would unpack to far more than it weighs, or the
    extra is not installed; so does an iterator that meets a broken page.
    """
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise BadValueError("parquet_not_installed") from None
    try:
        with ParquetFile(path) as file:
            names = tuple(str(name) for name in file.schema_arrow.names)
            texts = [one.name for one in file.schema_arrow if str(one.type) in ("string", "large_string")]
            unpacked = sum(file.metadata.row_group(n).total_byte_size for n in range(file.num_row_groups))
    except (ArrowException, OSError):
        raise BadValueError("broken_parquet") from None
    if unpacked > max(MOST_BYTES, MOST_RATIO * path.stat().st_size):
        raise BadValueError("parquet_too_big")
    return names, lambda: _lines(path, texts)


def _lines(path: Path, texts: Sequence[str]) -> Generator[Line, None, None]:
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    line = 0
    try:
        # Texts as positions in a list of words: one word a million times over stays one word in memory.
        with ParquetFile(path, read_dictionary=texts) as file:
            for batch in file.iter_batches(BATCH):
                for cells in zip(*map(_cells, batch.columns), strict=True):
                    line += 1
                    yield line, cells
    except (ArrowException, OSError) as error:
        raise BadValueError("broken_parquet") from error


def _cells(column: Any) -> list[Any]:
    if not hasattr(column, "dictionary"):
        return list(column.to_pylist())
    words = column.dictionary.to_pylist()
    return [None if word is None else words[word] for word in column.indices.to_pylist()]
