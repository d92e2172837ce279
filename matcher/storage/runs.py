"""Runs of jobs: asked for, claimed, alive, ended. The class stands in leases.py."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.job import UNFINISHED, RunState
from matcher.errors import Conflict, NotFound
from matcher.storage.db import upsert
from matcher.storage.leases import Run


def request_run(
    session: Session,
    job: str,
    requested_by: str,
    now: datetime,
    slot: datetime | None = None,
    arguments: dict[str, Any] | None = None,
) -> Run | None:
    """Ask for a run. None where another has already answered the timetable's `slot`."""
    statement = upsert(session, Run).values(
        run_id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}",
        job=job,
        slot=slot,
        requested_by=requested_by,
        requested_at=now,
        state=RunState.REQUESTED.value,
        arguments={} if arguments is None else arguments,
    )
    taken = statement.on_conflict_do_nothing(index_elements=[Run.job, Run.slot]).returning(Run)
    return session.scalar(taken)


def start_run(session: Session, run_id: str, now: datetime) -> Run:
    """Start this very run. Raises Conflict unless it was only requested."""
    run = _locked(session, run_id)
    if run.state != RunState.REQUESTED:
        raise Conflict("storage.run_not_requested", run_id=run_id, state=run.state)
    _start(run, now)
    session.flush()
    return run


# One argument a part of what is said.
def beat(
    session: Session, run_id: str, now: datetime, stage: str, progress: tuple[int, int],
    rate: float | None = None,
) -> bool:  # fmt: skip
    """Say that the run lives and how far it is (`progress`: done, total; `rate`: pieces a second).

    True when somebody asked to cancel it. Raises Conflict where it was marked lost meanwhile.
    """
    run = _running(session, run_id)
    run.heartbeat_at = now
    run.stage = stage
    run.done, run.total = progress
    run.rate = rate
    session.flush()
    return run.cancel_requested


def finish_run(
    session: Session,
    run_id: str,
    now: datetime,
    state: RunState,
    outcome: dict[str, Any] | None = None,
    error: str | None = None,
) -> Run:
    """End a running run. Raises Conflict where it was marked lost meanwhile."""
    run = _running(session, run_id)
    run.state = state.value
    run.finished_at = now
    run.outcome = {} if outcome is None else outcome
    run.error = error
    session.flush()
    return run


def request_cancel(session: Session, run_id: str, now: datetime) -> Run:
    """Cancel: a waiting run ends at once, a running one is told at its next beat."""
    run = _locked(session, run_id)
    if run.state == RunState.REQUESTED:
        run.state = RunState.CANCELLED.value
        run.finished_at = now
    elif run.state == RunState.RUNNING:
        run.cancel_requested = True
    else:
        raise Conflict("storage.run_has_ended", run_id=run_id, state=run.state)
    session.flush()
    return run


def by_id(session: Session, run_id: str) -> Run | None:
    """The run with this id."""
    return session.get(Run, run_id)


def unfinished(session: Session, job: str | None = None) -> Sequence[Run]:
    """Runs that wait or go on, oldest first."""
    statement = sa.select(Run).where(Run.state.in_([state.value for state in UNFINISHED]))
    if job is not None:
        statement = statement.where(Run.job == job)
    return session.scalars(statement.order_by(Run.requested_at, Run.run_id)).all()


def recent(session: Session, job: str | None = None, limit: int = 50) -> Sequence[Run]:
    """The newest runs of a job or of all, newest first."""
    statement = sa.select(Run).order_by(Run.requested_at.desc(), Run.run_id.desc()).limit(limit)
    return session.scalars(statement if job is None else statement.where(Run.job == job)).all()


def last_successful(session: Session, job: str) -> Run | None:
    """The run of `job` that ended well last."""
    statement = sa.select(Run).where(Run.job == job, Run.state == RunState.SUCCEEDED.value)
    return session.scalar(statement.order_by(Run.finished_at.desc(), Run.run_id.desc()).limit(1))


def last_slot(session: Session, job: str) -> datetime | None:
    """The newest slot of the timetable that a run of `job` has answered."""
    return session.scalar(sa.select(sa.func.max(Run.slot)).where(Run.job == job))


def _start(run: Run, now: datetime) -> None:
    run.state = RunState.RUNNING.value
    run.started_at = now
    run.heartbeat_at = now


def _locked(session: Session, run_id: str) -> Run:
    statement = sa.select(Run).where(Run.run_id == run_id).with_for_update()
    run = session.scalar(statement, execution_options={"populate_existing": True})
    if run is None:
        raise NotFound("storage.no_such_run", run_id=run_id)
    return run


def _running(session: Session, run_id: str) -> Run:
    run = _locked(session, run_id)
    if run.state != RunState.RUNNING:
        raise Conflict("storage.run_not_running", run_id=run_id, state=run.state)
    return run
