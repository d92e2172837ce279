"""Rows that an import kept apart: listed, corrected and taken, taken as they are, or dropped."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.errors import Conflict, NotFound
from matcher.services.imports import ColumnMap, Options, Problem, Report, Severity, Source, import_files
from matcher.services.imports.mapping import from_plain
from matcher.services.imports.slips import SLIPS
from matcher.storage import held, journal
from matcher.storage.held import HeldRow, Sought

TAKEN: Final = "taken"
DROPPED: Final = "dropped"


@dataclass(frozen=True)
class Correction:
    """New cells by their heading in the file; the others stay. `sure`: the amounts are right as they are."""

    cells: Mapping[str, str]
    sure: bool = False


@dataclass(frozen=True)
class Search:
    """Rows with a text in one of their cells (or of a file by its whole name), or for one reason."""

    text: str = ""
    reason: str = ""


ALL: Final = Search()


def listed(
    session: Session, actor: Actor, n: int, after: str = "", search: Search = ALL
) -> Sequence[HeldRow]:
    """Rows that wait for somebody of the actor's station (or of the house) to ask; by file and line."""
    require(actor, "imports.read")
    return held.waiting(session, _sought(actor, search), n, after)


def count(session: Session, actor: Actor, search: Search = ALL) -> int:
    """How many wait."""
    require(actor, "imports.read")
    return held.count(session, _sought(actor, search))


def reasons(session: Session, actor: Actor, text: str = "") -> Sequence[tuple[str, int]]:
    """Why they wait: reasons (catalogue keys) with how many rows each, the most first."""
    require(actor, "imports.read")
    return held.reasons(session, _sought(actor, Search(text)))


def by_id(session: Session, actor: Actor, held_id: str) -> HeldRow:
    """One of them, waiting or not. Raises NotFound for another station's and for none, alike."""
    require(actor, "imports.read")
    row = held.locked(session, held_id)
    if row is None or row.station_id != _scope(actor):
        raise NotFound("storage.no_such_held_row", held_id=held_id)
    return row


def is_slip(row: HeldRow) -> bool:
    """Whether the row waits only because its amounts look odd."""
    return row.reason.removeprefix("imports.") in SLIPS


def correct(
    session: Session, actor: Actor, held_id: str, correction: Correction, now: datetime
) -> Sequence[Problem]:
    """Take a row with corrected cells, through every check of an import. Gives what is wrong with it still;
    then nothing was written. Raises NotFound, Conflict where it waits no longer.
    """
    require(actor, "imports.write")
    row = _own(session, actor, held_id)
    cells = {**row.cells, **correction.cells}
    attempt = session.begin_nested()
    report = _imported(session, actor, now, row, cells, correction.sure)
    if not report.applied or report.total("held"):
        attempt.rollback()
        return [problem for problem in report.problems if problem.severity is not Severity.NOTED]
    attempt.commit()
    _end(session, actor, row, TAKEN, now)
    return []


def drop(session: Session, actor: Actor, held_id: str, now: datetime) -> HeldRow:
    """The row is not to be taken. It stays on record, and the same line is not held again."""
    require(actor, "imports.write")
    row = _own(session, actor, held_id)
    _end(session, actor, row, DROPPED, now)
    return row


def _imported(
    session: Session, actor: Actor, now: datetime, row: HeldRow, cells: Mapping[str, str], sure: bool
) -> Report:
    column_map = ColumnMap() if row.column_map is None else from_plain(row.column_map)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "row.jsonl"
        path.write_text(json.dumps(cells, ensure_ascii=False) + "\n", encoding="utf-8")
        sources = [Source(path, row.file, row.kind)]
        options = Options(row.kind, _present(column_map, cells), sure=sure)
        return import_files(session, actor, now, sources, options)


def _present(column_map: ColumnMap, cells: Mapping[str, str]) -> ColumnMap:
    """The map without columns that this row left empty: a line of JSON names what it has."""
    rules = tuple(rule for rule in column_map.rules if all(source in cells for source in rule.sources))
    return ColumnMap(rules, column_map.kind, column_map.ignored)


def _own(session: Session, actor: Actor, held_id: str) -> HeldRow:
    row = by_id(session, actor, held_id)
    if row.resolved_at is not None:
        raise Conflict("storage.held_row_resolved", held_id=held_id)
    return row


def _sought(actor: Actor, search: Search) -> Sought:
    return Sought(_scope(actor), search.text.strip(), search.reason)


def _scope(actor: Actor) -> str | None:
    return actor.scope if actor.role is Role.OFFICER else None


def _end(session: Session, actor: Actor, row: HeldRow, resolution: str, now: datetime) -> None:
    row.resolved_at, row.resolution, row.resolved_by = now, resolution, actor.account_id
    journal.record(session, actor, "imports.write", ("held_row", row.held_id, None), now, end=resolution)
    session.flush()
