"""Rows kept apart: written where they can be listed, once however often the file comes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from matcher.services.imports.checking import LineReader, Row
from matcher.services.imports.problems import Severity
from matcher.services.imports.rules import digest
from matcher.storage.db import upsert
from matcher.storage.held import HeldRow


def hold(
    session: Session, reader: LineReader, rows: Sequence[Row], station_id: str | None, now: datetime
) -> set[str]:
    """Keep these rows apart, for a station or for the administrator; gives their identifiers."""
    if not rows:
        return set()
    entries = [_entry(reader, row) for row in rows]
    stamp = {"station_id": station_id, "held_at": now}
    unique = {entry["held_id"]: entry | stamp for entry in entries}
    session.execute(upsert(session, HeldRow).on_conflict_do_nothing(), list(unique.values()))
    return {str(entry["identifier"]) for entry in entries}


def _entry(reader: LineReader, row: Row) -> dict[str, object]:
    kind = reader.plan.kind.name
    cells = dict(reader.as_given(row))
    problem = next(p for p in row.problems if p.severity is Severity.HELD)
    return {
        "held_id": f"HELD-{digest(kind, json.dumps(cells, ensure_ascii=False, sort_keys=True))}",
        "kind": kind,
        "identifier": reader.identity(row.cells) or "",
        "file": reader.file,
        "line": row.line,
        "column": problem.column,
        "value": problem.value,
        "reason": f"imports.{problem.reason}",
        "params": {name: str(value) for name, value in problem.params.items()},
        "cells": cells,
    }
