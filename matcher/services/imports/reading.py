"""Files as tables: headings, and rows with their line numbers, read as often as asked, never whole.

CSV, TSV, JSON lines, JSON, YAML here; workbooks in workbook.py, Parquet in parquet.py.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from matcher.services.imports.encoding import possible_encodings
from matcher.services.imports.parquet import read_parquet
from matcher.services.imports.problems import BadValueError
from matcher.services.imports.workbook import MOST_COLUMNS, read_workbook

Line = tuple[int, Sequence[Any]]
_NOTHING: Line = (1, ())
SUFFIXES: Final = frozenset(
    {".csv", ".tsv", ".xlsx", ".jsonl", ".ndjson", ".json", ".yaml", ".yml", ".parquet"}
)


@dataclass(frozen=True)
class Table:
    """A file's headings, and a function that begins its rows anew: (line number, cells)."""

    headings: tuple[str, ...]
    rows: Callable[[], Iterator[Line]]


def read_table(path: Path, knows: Callable[[str], bool]) -> Table:
    """Open a file by its ending. `knows` says whether a heading is one of ours (or of the map).

    Raises BadValueError for what cannot be read at all.
    """
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv", ".txt"):
        table = _read_csv(path, knows)
    elif suffix == ".xlsx":
        table = Table(*read_workbook(path))
    elif suffix == ".parquet":
        table = Table(*read_parquet(path))
    elif suffix in (".jsonl", ".ndjson"):
        table = _of_objects(lambda: _json_lines(path))
    elif suffix in (".json", ".yaml", ".yml"):
        table = _of_objects(lambda: _listed_objects(path))
    else:
        raise BadValueError("unknown_format", suffix=suffix)
    if len(table.headings) > MOST_COLUMNS:
        raise BadValueError("too_many_columns", most=MOST_COLUMNS)
    if not table.headings:
        raise BadValueError("empty_file")
    return table


def _read_csv(path: Path, knows: Callable[[str], bool]) -> Table:
    encodings = possible_encodings(path)
    tables = [_csv_table(path, encoding) for encoding in encodings]
    known = (table for table in tables if any(knows(heading) for heading in table.headings))
    return next(known, tables[0])


def _csv_table(path: Path, encoding: str) -> Table:
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    lines = _csv_lines(path, encoding, delimiter)
    _, headings = next(lines, _NOTHING)
    lines.close()

    def rows() -> Iterator[Line]:
        again = _csv_lines(path, encoding, delimiter)
        next(again, None)
        return again

    return Table(tuple(headings), rows)


def _csv_lines(path: Path, encoding: str, delimiter: str) -> Generator[Line, None, None]:
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        line = 1
        try:
            for row in reader:
                if any(row):
                    yield line, row
                line = reader.line_num + 1
        except csv.Error as error:
            raise BadValueError("broken_csv", line=line, detail=str(error)) from None


def _of_objects(begin: Callable[[], Iterator[tuple[int, dict[str, Any]]]]) -> Table:
    # Objects may leave keys out, so the headings are the keys of all of them, in order of appearance.
    headings: dict[str, None] = {}
    for _, item in begin():
        headings.update(dict.fromkeys(item))
    names = tuple(headings)
    return Table(names, lambda: ((line, [item.get(name) for name in names]) for line, item in begin()))


def _json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig") as file:
        try:
            for line, text in enumerate(file, start=1):
                if text.strip():
                    yield line, _object(text, line)
        except UnicodeDecodeError:
            raise BadValueError("not_utf8") from None


def _object(text: str, line: int) -> dict[str, Any]:
    try:
        item = json.loads(text)
    except ValueError:
        raise BadValueError("broken_json", line=line) from None
    if not isinstance(item, dict):
        raise BadValueError("broken_json", line=line)
    return item


def _listed_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """A JSON or YAML file: one object or a list of them. The line is the object's number."""
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise BadValueError("not_utf8") from None
    except yaml.YAMLError as error:
        raise BadValueError("broken_yaml", detail=str(error).replace("\n", " ")) from None
    listed = [content] if isinstance(content, dict) else content
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise BadValueError("not_objects")
    yield from enumerate(listed, start=1)
