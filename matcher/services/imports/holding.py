"""Rows kept apart: as they are written where they can be listed, once however often the file comes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from matcher.services.imports.checking import LineReader, Row
from matcher.services.imports.kinds import KINDS
from matcher.services.imports.problems import Severity
from matcher.services.imports.rules import digest
from matcher.services.imports.values import plain


def entry_of(reader: LineReader, row: Row, station_id: str | None) -> dict[str, Any]:
    """A line of a file that is to be held, for a station or for the administrator."""
    kind = reader.plan.kind.name
    problem = next(p for p in row.problems if p.severity is Severity.HELD)
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
    cells = {name: plain(value) for name, value in values.items() if value is not None}
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
    }


def _entry(kind: str, cells: Mapping[str, Any]) -> dict[str, Any]:
    text = json.dumps(cells, ensure_ascii=False, sort_keys=True)
    return {"held_id": f"HELD-{digest(kind, text)}", "kind": kind, "cells": dict(cells)}
