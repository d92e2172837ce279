"""Operations: what was published, what ran, and asking for a run; the scheduler does the running."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.job import UNFINISHED, JobName, RunState
from matcher.errors import NotFound
from matcher.storage import runs
from matcher.storage.journal import record
from matcher.storage.leases import TIMETABLE, Lease, Publication, Run

SHOWN: Final = 50
SILENCE: Final = 0.4  # of a lease's term


@dataclass(frozen=True)
class JobNow:
    """A job, its newest run (None: never), and whether one is waiting or running."""

    name: JobName
    newest: Run | None

    @property
    def busy(self) -> bool:
        """Whether a run is waiting or running."""
        return self.newest is not None and self.newest.state in UNFINISHED


def timetable_silent(session: Session, now: datetime, term_seconds: float) -> bool:
    """Whether a timetable that once ran has not renewed its lease as it should: stopped, hung or locked out.

    It renews it after each quarter of its term; two fifths without are silence: of 60 s 24, told within 30.
    Reads one row; raises where the database is away. False where there never was a timetable.
    """
    lease = session.get(Lease, TIMETABLE)
    return lease is not None and lease.expires_at - now < timedelta(seconds=(1 - SILENCE) * term_seconds)


def snapshots(session: Session, actor: Actor) -> Sequence[Publication]:
    """The newest publications, newest first."""
    require(actor, "snapshots.read")
    query = sa.select(Publication).order_by(Publication.generation.desc()).limit(SHOWN)
    return session.scalars(query).all()


def jobs(session: Session, actor: Actor) -> Sequence[JobNow]:
    """Every job with its newest run."""
    require(actor, "operations.read")
    return [JobNow(name, _newest(session, name)) for name in JobName]


def request_run(session: Session, actor: Actor, name: str, now: datetime) -> Run:
    """Ask for a run. One that waits or runs already is given back: asking twice does not run it twice."""
    require(actor, "operations.run")
    job = _job(name)
    newest = _newest(session, job)
    if newest is not None and newest.state in UNFINISHED:
        return newest
    run = Run(
        run_id=secrets.token_hex(8),
        job=job.value,
        requested_by=actor.account_id,
        requested_at=now,
        state=RunState.REQUESTED.value,
        done=0,
        total=0,
        arguments={},
        outcome={},
        cancel_requested=False,
    )
    session.add(run)
    session.flush()
    record(session, actor, "runs.request", ("run", run.run_id, None), now, job=job.value)
    return run


def run(session: Session, actor: Actor, run_id: str) -> Run:
    """One run. Raises NotFound."""
    require(actor, "operations.read")
    found = session.get(Run, run_id)
    if found is None or found.job not in set(JobName):
        raise NotFound("api.no_such_run", value=run_id)
    return found


def cancel(session: Session, actor: Actor, run_id: str, now: datetime) -> Run:
    """Ask a run to end: a waiting one ends at once, a running one before it publishes or not at all.

    Raises NotFound, or Conflict where it has ended.
    """
    require(actor, "operations.run")
    run(session, actor, run_id)
    found = runs.request_cancel(session, run_id, now)
    record(session, actor, "runs.cancel", ("run", run_id, None), now, job=found.job)
    return found


def recent(session: Session, actor: Actor) -> Sequence[Run]:
    """The newest runs of all jobs, newest first."""
    require(actor, "operations.read")
    known = sa.select(Run).where(Run.job.in_([name.value for name in JobName]))
    return session.scalars(known.order_by(Run.requested_at.desc(), Run.run_id).limit(SHOWN)).all()


def _newest(session: Session, name: JobName) -> Run | None:
    query = sa.select(Run).where(Run.job == name.value).order_by(Run.requested_at.desc(), Run.run_id)
    return session.scalars(query.limit(1)).first()


def _job(name: str) -> JobName:
    try:
        return JobName(name)
    except ValueError:
        raise NotFound("api.no_such_job", value=name) from None
