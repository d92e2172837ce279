"""The timetable's process: one on a database, kept so by a lease.

APScheduler rings at the slots and keeps the lease; it holds no rows and runs no job. What is to be
done is read from the rows at every look, so nothing is lost with this process: a slot missed by
downtime, a run killed half way and a request over HTTP are all found the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, Final

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import DBAPIError

from jobs import due, ledger
from jobs.bell import Bell
from jobs.catalog import JOBS, Job
from jobs.ledger import Leadership
from jobs.runner import BEATS_A_LEASE, Runner
from jobs.timetable import trigger
from jobs.wiring import Wiring
from matcher.domain.job import JobName
from matcher.errors import LeaseLost, SnapshotDamaged, Unavailable

log = structlog.get_logger("jobs")

# misfire_grace_time None and coalesce: a late slot is never dropped, and many late ones are one.
DEFAULTS: Final[Mapping[str, Any]] = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


class Timetable:
    """APScheduler over the catalogue, in memory: it rings the bell at each slot and keeps the lease."""

    def __init__(self, wiring: Wiring, jobs: Mapping[str, Job], leadership: Leadership, bell: Bell) -> None:
        self._wiring = wiring
        self._leadership = leadership
        self._bell = bell
        self.lost = False
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(2)},
            job_defaults=dict(DEFAULTS),
        )
        for job in jobs.values():
            line = job.timetable(wiring.settings)
            if line is not None:
                self._scheduler.add_job(bell.ring, trigger(line), id=job.name)
        seconds = wiring.settings.lease_seconds / BEATS_A_LEASE
        self._scheduler.add_job(self._keep, "interval", seconds=seconds, id="lease")

    def __enter__(self) -> Timetable:
        self._scheduler.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._scheduler.shutdown(wait=True)

    def alive(self) -> bool:
        """Whether its thread runs. `scheduler.running` says yes even when the thread has died."""
        thread = getattr(self._scheduler, "_thread", None)
        return thread is not None and bool(thread.is_alive()) and not self.lost

    def _keep(self) -> None:
        try:
            ledger.keep(self._wiring, self._leadership)
        except LeaseLost:
            self.lost = True
            self._bell.ring()
        except DBAPIError as error:
            log.warning("scheduler_lease_not_renewed", reason=str(error.orig))


@dataclass(frozen=True)
class Watch:
    """Looks at the rows and does what they ask for, one run at a time."""

    wiring: Wiring
    runner: Runner
    jobs: Mapping[str, Job] = field(default_factory=lambda: JOBS)

    def look(self) -> bool:
        """Do at most one run. Returns whether there was one, so that the next is looked for at once."""
        now = self.wiring.clock()
        ledger.recover(self.wiring, self.jobs, now)
        for job in self.jobs.values():
            due.request_what_is_missing(self.wiring, job, now)
        for job, run_id in ledger.requested(self.wiring, self.jobs):
            if self.runner.run(job, run_id) is not None:
                return True
        return False


def schedule(wiring: Wiring, bell: Bell, jobs: Mapping[str, Job] = JOBS) -> bool:
    """Be the timetable until the bell says stop. Returns False if the process should be started anew.

    Raises Conflict if another scheduler holds the lease.
    """
    leadership = ledger.lead(wiring)
    try:
        _repair(wiring, jobs)
        with Timetable(wiring, jobs, leadership, bell) as timetable:
            return _serve(wiring, bell, timetable, jobs)
    finally:
        ledger.stand_down(wiring, leadership)


def _repair(wiring: Wiring, jobs: Mapping[str, Job]) -> None:
    """A kill between the published row and CURRENT leaves CURRENT behind; a lost folder is computed anew."""
    from jobs import recompute

    try:
        if recompute.repair(wiring):
            log.warning("current_repaired")
    except Unavailable as away:
        log.error("shared_snapshots_away", reason=str(away))  # the next job asks again
    except SnapshotDamaged as damage:
        log.error("published_snapshot_damaged", reason=str(damage))
        if JobName.RECOMPUTE in jobs:
            ledger.ask(wiring, jobs[JobName.RECOMPUTE], "repair", {})


def _serve(wiring: Wiring, bell: Bell, timetable: Timetable, jobs: Mapping[str, Job]) -> bool:
    runner = Runner(wiring, stopping=lambda: bell.stopping or not timetable.alive())
    watch = Watch(wiring, runner, jobs)
    log.info("timetable_started", jobs=list(jobs))
    while not bell.stopping:
        if not timetable.alive():
            log.error("timetable_died", lease_lost=timetable.lost)
            return False
        if not _looked(watch):
            bell.wait(wiring.settings.watch_seconds)
    return True


def _looked(watch: Watch) -> bool:
    """A look that outlives its database: locked, restarted or away, the next look finds the same rows."""
    try:
        return watch.look()
    except DBAPIError as error:
        log.warning("database_away", reason=str(error.orig))
        return False
