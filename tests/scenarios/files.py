"""The district as CSV files under the importer's own headings, so that it can come back through them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from matcher.services.imports import Source
from matcher.services.imports.kinds import KINDS, Column, Kind
from matcher.storage.db import Base

WANTED = ("stations", "buildings", "enterprises", "offers", "needs", "deals", "relations")


def write_files(folder: Path, rows: Sequence[Base]) -> list[Source]:
    """One CSV a kind of what partners are found from."""
    return [_write(folder, KINDS[name], rows) for name in WANTED]


def _write(folder: Path, kind: Kind, rows: Sequence[Base]) -> Source:
    path = folder / f"{kind.name}.csv"
    # A field that two columns can fill (code or name of an industry) is written once.
    columns = {column.field: column for column in reversed(kind.columns)}.values()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_heading(column) for column in columns])
        for row in rows:
            if isinstance(row, kind.mapped):
                writer.writerow([_cell(column, getattr(row, column.field)) for column in columns])
    return Source(path, path.name, kind.name)


def _heading(column: Column) -> str:
    return f"{column.name}_yuan" if column.reads == "money" else column.name


def _cell(column: Column, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if column.reads == "money":
        assert isinstance(value, int)
        return f"{value // 100}.{value % 100:02d}"
    if isinstance(value, list):
        return ";".join(value)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
