"""A file that came over HTTP: kept, received as an import, and done by the timetable's process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.imports import ImportState
from matcher.domain.job import JobName, RunState
from matcher.services.imports import ColumnMap, Options, Source, lifecycle
from matcher.storage import imports, runs
from matcher.storage.imports import Import

REQUESTED_BY: Final = "upload"
SHOWN: Final = 20
FOLDER: Final = "uploads"  # in the data folder, or where hosts share snapshots


@dataclass(frozen=True)
class Upload:
    """A file on this machine and how to take it. `name` is what its sender calls it."""

    path: Path
    name: str
    kind: str | None = None
    dry_run: bool = False
    partial: bool = False
    column_map: ColumnMap = field(default_factory=ColumnMap)


@dataclass(frozen=True)
class Pace:
    """How fast rows go in this step, and how long the rest of it will take at that pace; None: unknown."""

    rows_a_second: float | None
    seconds_left: float | None


def take(session: Session, actor: Actor, upload: Upload, now: datetime) -> Import:
    """Receive the file; the next look of the timetable's process imports it. Raises Forbidden."""
    options = Options(upload.kind, upload.column_map, upload.dry_run, upload.partial)
    sources = [Source(upload.path, upload.name)]
    row = lifecycle.receive(session, actor, now, sources, options, lifecycle.UPLOAD)
    waiting = [run for run in runs.unfinished(session, JobName.IMPORT) if run.state == RunState.REQUESTED]
    if not waiting:
        runs.request_run(session, JobName.IMPORT, REQUESTED_BY, now)
    return row


def newest(session: Session, actor: Actor) -> Sequence[Import]:
    """The newest imports of this account, newest first. Raises Forbidden."""
    require(actor, "imports.read")
    return imports.newest_of(session, actor.account_id, SHOWN)


def report_of(session: Session, actor: Actor, import_id: str) -> Import:
    """An import with its report, to whoever sent it. Raises NotFound."""
    return lifecycle.of_sender(session, actor, import_id)


def cancel(session: Session, actor: Actor, import_id: str, now: datetime) -> Import:
    """End an import that has not begun to write. Raises NotFound, Conflict."""
    return lifecycle.cancel(session, actor, import_id, now)


def pace(row: Import, now: datetime) -> Pace:
    """The pace of the step an import is at."""
    if row.stage_began_at is None or row.state not in (ImportState.CHECKING, ImportState.PROMOTING):
        return Pace(None, None)
    seconds = (now - row.stage_began_at).total_seconds()
    if seconds <= 0 or row.done <= 0:
        return Pace(None, None)
    rate = row.done / seconds
    # While files are being read the total grows with each of them: the time left is that of the known ones.
    return Pace(rate, max(row.total - row.done, 0) / rate)
