"""A file that came over HTTP: imported in the request's transaction, its report kept as a run."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.job import RunState
from matcher.errors import NotFound
from matcher.messages import LANGUAGES
from matcher.services.imports import Options, Report, Source, import_files
from matcher.storage.leases import Run

# Not a job of the timetable: it lives among the runs for its state, its counts and its report.
JOB: Final = "import"


@dataclass(frozen=True)
class Upload:
    """A file on this machine and how to take it. `name` is what its sender calls it."""

    path: Path
    name: str
    kind: str | None = None
    dry_run: bool = False
    partial: bool = False


def take(session: Session, actor: Actor, upload: Upload, now: datetime) -> Run:
    """Import the file, whole or (partial) its good rows, and keep the report. Raises Forbidden."""
    options = Options(kind=upload.kind, dry_run=upload.dry_run, partial=upload.partial)
    report = import_files(session, actor, now, [Source(upload.path, upload.name)], options)
    run = Run(
        run_id=secrets.token_hex(8),
        job=JOB,
        requested_by=actor.account_id,
        requested_at=now,
        started_at=now,
        finished_at=now,
        state=(RunState.SUCCEEDED if report.applied or upload.dry_run else RunState.FAILED).value,
        done=report.total("rows"),
        total=report.total("rows"),
        arguments={"file": upload.name, "kind": upload.kind, "dry_run": upload.dry_run},
        outcome=_both(report),
        cancel_requested=False,
    )
    session.add(run)
    session.flush()
    return run


def report_of(session: Session, actor: Actor, run_id: str) -> Run:
    """An import's run. Raises NotFound for somebody else's and for none, alike."""
    require(actor, "imports.read")
    run = session.get(Run, run_id)
    # Nobody else's, the administrator's neither: a report quotes the cells it complains of.
    if run is None or run.job != JOB or run.requested_by != actor.account_id:
        raise NotFound("api.no_such_import", value=run_id)
    return run


def _both(report: Report) -> dict[str, Any]:
    return {language: report.as_dict(language) for language in LANGUAGES}
