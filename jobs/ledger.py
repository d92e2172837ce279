"""Runs and leases as the runner needs them: each function is one transaction.

Together they keep four promises: a run is done by one holder, a slot is answered by one run, a run
whose holder died is asked for again, and a holder that was away too long changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs import holder
from jobs.catalog import Job
from jobs.ending import Ending
from jobs.progress import Pace
from jobs.wiring import Wiring
from matcher.domain.access import Actor, Role
from matcher.domain.job import RunState
from matcher.errors import Conflict, LeaseLost
from matcher.storage import leases, runs
from matcher.storage.journal import record
from matcher.storage.leases import TIMETABLE, Holding, Lease, Run

SYSTEM: Final = Actor("jobs", Role.ADMINISTRATOR, "")
MOST_TRIES: Final = 3
# A lease given back ends here, not now: if the clock is set back, "now" would lie in the future and hold it.
LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
STOPPED: Final = "jobs.stopped"
_AGAIN: Final = "again:"


@dataclass(frozen=True)
class Claim:
    """The right to do one run, until somebody with a higher fence takes it."""

    run_id: str
    fence: int
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Leadership:
    """The right to be the timetable."""

    fence: int


def claim(wiring: Wiring, job: Job, run_id: str) -> Claim | None:
    """Take the job's lease and start the run. None if the lease is held, or the run is no longer waiting."""
    try:
        with wiring.transactions.begin() as session:
            now = wiring.clock()
            lease = _take(session, job.lease, now, wiring.settings.lease_seconds)
            if lease is None:
                return None
            run = runs.start_run(session, run_id, now)
            record(session, SYSTEM, "jobs.start", ("run", run_id, None), now, job=job.name, fence=lease.fence)
            return Claim(run_id, lease.fence, dict(run.arguments))
    except Conflict:
        return None


def beat(wiring: Wiring, job: Job, claimed: Claim, pace: Pace) -> bool:
    """Keep the lease and say how far the run is. True if it is to be cancelled. Raises LeaseLost."""
    with wiring.transactions.begin() as session:
        now = wiring.clock()
        leases.renew(session, job.lease, claimed.fence, now, wiring.settings.lease_seconds)
        try:
            return runs.beat(session, claimed.run_id, now, pace.stage, (pace.done, pace.total), pace.rate)
        except Conflict:
            raise LeaseLost("storage.lease_lost", name=job.lease, fence=claimed.fence) from None


def finish(wiring: Wiring, job: Job, claimed: Claim, ending: Ending) -> None:
    """Write the end of the run and give the lease back. Does nothing to a run that others marked lost."""
    with wiring.transactions.begin() as session:
        now = wiring.clock()
        leases.release(session, job.lease, claimed.fence, LONG_AGO)
        run = session.get(Run, claimed.run_id)
        if run is None or run.state != RunState.RUNNING:
            return
        runs.finish_run(session, run.run_id, now, ending.state, ending.outcome, ending.error)
        detail = {"job": job.name, "state": ending.state.value, "error": ending.error}
        record(session, SYSTEM, "jobs.end", ("run", run.run_id, None), now, **detail)
        if ending.again:
            _ask_again(session, run, now, tried=ending.error != STOPPED)


def recover(wiring: Wiring, jobs: Mapping[str, Job], now: datetime) -> list[str]:
    """Mark runs whose holder has died or fallen silent as lost, and ask for them again. Their ids."""
    by_lease: dict[str, list[str]] = {}
    for job in jobs.values():
        by_lease.setdefault(job.lease, []).append(job.name)
    with wiring.views() as view:
        if view.scalar(sa.select(Run.run_id).where(Run.state == RunState.RUNNING).limit(1)) is None:
            return []
    lost = []
    with wiring.transactions.begin() as session:
        for lease_name, names in by_lease.items():
            if _is_free(session.get(Lease, lease_name), now):
                lost += _give_up(session, names, now)
    return lost


def requested(wiring: Wiring, jobs: Mapping[str, Job]) -> list[tuple[Job, str]]:
    """The runs that wait, oldest first. Jobs that this version does not know are left alone."""
    with wiring.views() as session:
        waiting = [run for run in runs.unfinished(session) if run.state == RunState.REQUESTED]
        return [(jobs[run.job], run.run_id) for run in waiting if run.job in jobs]


def ask(wiring: Wiring, job: Job, requested_by: str, arguments: Mapping[str, Any]) -> str:
    """Ask for a run now. Returns its id."""
    with wiring.transactions.begin() as session:
        run = runs.request_run(session, job.name, requested_by, wiring.clock(), arguments=dict(arguments))
        if run is None:  # only a slot can be taken, and there is none here
            raise Conflict("jobs.not_accepted", job=job.name)
        return run.run_id


def ask_soon(session: Session, job: Job, requested_by: str, now: datetime) -> str:
    """Ask for a run that begins after this transaction. One that waits already will do; a running one not."""
    waiting = [run for run in runs.unfinished(session, job.name) if run.state == RunState.REQUESTED]
    run = waiting[0] if waiting else runs.request_run(session, job.name, requested_by, now)
    if run is None:
        raise Conflict("jobs.not_accepted", job=job.name)
    return run.run_id


def lead(wiring: Wiring) -> Leadership:
    """Become the timetable. Raises Conflict naming who is it already."""
    with wiring.transactions.begin() as session:
        lease = _take(session, TIMETABLE, wiring.clock(), wiring.settings.lease_seconds)
        if lease is None:
            held = session.get_one(Lease, TIMETABLE)
            raise Conflict("jobs.already_scheduled", holder=held.holder, until=f"{held.expires_at:%H:%M:%S}")
        return Leadership(lease.fence)


def keep(wiring: Wiring, leadership: Leadership) -> None:
    """Stay the timetable. Raises LeaseLost if another has become it."""
    with wiring.transactions.begin() as session:
        seconds = wiring.settings.lease_seconds
        leases.renew(session, TIMETABLE, leadership.fence, wiring.clock(), seconds)


def stand_down(wiring: Wiring, leadership: Leadership) -> None:
    """Let another become the timetable at once."""
    with wiring.transactions.begin() as session:
        leases.release(session, TIMETABLE, leadership.fence, LONG_AGO)


def _take(session: Session, name: str, now: datetime, seconds: float) -> Holding | None:
    """The lease, if it is free or its holder is known to be dead."""
    held = session.get(Lease, name)
    if held is not None and held.expires_at > now and holder.is_dead(held.holder):
        leases.release(session, name, held.fence, LONG_AGO)
    return leases.acquire(session, name, holder.me(), now, seconds)


def _is_free(lease: Lease | None, now: datetime) -> bool:
    return lease is None or lease.expires_at <= now or holder.is_dead(lease.holder)


def _give_up(session: Session, names: Iterable[str], now: datetime) -> list[str]:
    running = sa.select(Run).where(Run.state == RunState.RUNNING, Run.job.in_(list(names)))
    lost = session.scalars(running.with_for_update()).all()
    for run in lost:
        run.state = RunState.LOST
        run.finished_at = now
        run.error = "jobs.holder_gone"
        record(session, SYSTEM, "jobs.lost", ("run", run.run_id, None), now, job=run.job)
        _ask_again(session, run, now, tried=True)
    return [run.run_id for run in lost]


def _ask_again(session: Session, run: Run, now: datetime, *, tried: bool) -> None:
    """Ask for the same once more, unless it waits already or has died too often: then a person must look.

    `tried` False: the process was told to stop, which says nothing against the run.
    """
    session.flush()
    before = int(run.requested_by.removeprefix(_AGAIN)) if run.requested_by.startswith(_AGAIN) else 0
    tries = before + tried
    waiting = [other for other in runs.unfinished(session, run.job) if other.state == RunState.REQUESTED]
    if tries < MOST_TRIES and not waiting:
        runs.request_run(session, run.job, f"{_AGAIN}{tries}", now, arguments=dict(run.arguments))
