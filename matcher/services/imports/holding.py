"""Rows kept apart: as they are written where they can be listed, once however often the file comes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from matcher.services.imports.checking import LineReader, Row
from matcher.services.imports.kinds import KINDS, Kind
from matcher.services.imports.problems import Severity
from matcher.services.imports.rules import digest
from matcher.services.imports.values import plain

# A refused row whose only fault is its code is kept as well where the others are taken: who has the licence
# before them types the code, and nothing else of the row is lost.
_KEPT: Final = frozenset({"code_bad_shape", "code_digits_lost"})


def is_kept(row: Row) -> bool:
    """Whether a refused row is kept apart to be corrected by hand."""
    refusals = [problem for problem in row.problems if problem.severity is Severity.REFUSED]
    return bool(refusals) and all(problem.reason in _KEPT for problem in refusals)


def entry_of(reader: LineReader, row: Row, station_id: str | None) -> dict[str, Any]:
    """A line of a file that is to be held, for a station or for the administrator."""
    kind = reader.plan.kind.name
    problem = next(p for p in row.problems if p.severity is row.severity)
    cells = dict(reader.as_given(row))
    return _entry(kind, cells) | {
        "identifier": reader.identity(row.cells) or "",
        "station_id": station_id,
        "file": reader.file,
        "line": row.line,
        "column": problem.column,
        "value": problem.value,
        "reason": f"imports.{problem.reason}",
        "params": {name: str(value) for name, value in problem.params.items()},
    }


def entry_of_values(
    kind: str, file: str, line: int, values: Mapping[str, Any], reason: str
) -> dict[str, Any]:
    """The same for a row that has been read already: its cells are the values under our names."""
    cells = _as_file(KINDS[kind], values)
    key = KINDS[kind].key[0]
    return _entry(kind, cells) | {
        "identifier": cells.get(key, ""),
        "station_id": values.get("station_id"),
        "file": file,
        "line": line,
        "column": key,
        "value": cells.get(key, ""),
        "reason": f"imports.{reason}",
        "params": {},
        "column_map": None,
    }


def _as_file(kind: Kind, values: Mapping[str, Any]) -> dict[str, str]:
    """Values as cells under headings that an import reads back."""
    cells: dict[str, str] = {}
    told: set[str] = set()
    for column in kind.columns:
        value = values.get(column.field)
        if value is None or column.field in told:
            continue
        told.add(column.field)
        cells |= {f"{column.name}_yuan": str(Decimal(value) / 100)} if column.reads == "money" else {
            column.name: _cell(value)
        }  # fmt: skip
    return cells


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ";".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else plain(value)


def _entry(kind: str, cells: Mapping[str, Any]) -> dict[str, Any]:
    text = json.dumps(cells, ensure_ascii=False, sort_keys=True)
    return {"held_id": f"HELD-{digest(kind, text)}", "kind": kind, "cells": dict(cells)}
