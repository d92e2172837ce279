"""One run of a job: lease -> journal -> run row -> the job in its own process -> run row.

The lease makes a run single, the heartbeat keeps the lease, and the fencing number keeps a holder
that was away too long from publishing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError

from jobs import ledger
from jobs.catalog import Job
from jobs.child import Child, Report
from jobs.ending import Ending, ending_of
from jobs.ledger import Claim
from jobs.progress import Pace, Progress, silent
from jobs.task import Errand
from jobs.wiring import Wiring
from matcher.domain.job import RunState
from matcher.errors import LeaseLost

log = structlog.get_logger("jobs")

LISTEN_SECONDS: Final = 0.2
BEATS_A_LEASE: Final = 4


def never() -> bool:
    """Nobody asks this run to stop."""
    return False


@dataclass(frozen=True)
class Runner:
    """Runs jobs one after another. `stopping` is asked several times a second."""

    wiring: Wiring
    progress: Progress = silent
    stopping: Callable[[], bool] = never

    def run(self, job: Job, run_id: str) -> Ending | None:
        """Do the requested run, whole. None if another holder has the job's lease, or took the run."""
        claim = ledger.claim(self.wiring, job, run_id)
        if claim is None:
            return None
        log.info("run_started", job=job.name, run_id=run_id, fence=claim.fence)
        ending = self._in_child(job, claim)
        self._record(job, claim, ending)
        log.info("run_ended", job=job.name, run_id=run_id, state=ending.state, error=ending.error)
        return ending

    def _in_child(self, job: Job, claim: Claim) -> Ending:
        errand = Errand(job.work, claim.run_id, job.lease, claim.fence, claim.arguments)
        with Child(errand, self.wiring.settings) as child:
            return _Attendance(self, job, claim, child).until_ended()

    def _record(self, job: Job, claim: Claim, ending: Ending) -> None:
        """Write the end, for as long as the lease would have held: then the next look finds the run lost."""
        deadline = time.monotonic() + self.wiring.settings.lease_seconds
        while True:
            try:
                return ledger.finish(self.wiring, job, claim, ending)
            except DBAPIError as error:
                log.warning("run_end_not_recorded", run_id=claim.run_id, reason=str(error.orig))
                if time.monotonic() > deadline or self.stopping():
                    return None
                time.sleep(LISTEN_SECONDS)


@dataclass
class _Attendance:
    """Watching one child: its reports, its heartbeat, its limits."""

    runner: Runner
    job: Job
    claim: Claim
    child: Child
    last: Report = field(default_factory=dict)
    pace: Pace = field(default_factory=Pace)

    def until_ended(self) -> Ending:
        settings = self.runner.wiring.settings
        pause = settings.lease_seconds / BEATS_A_LEASE
        deadline = time.monotonic() + settings.job_seconds
        beat_at = time.monotonic() + pause
        while not self.child.ended:
            self._listen(min(LISTEN_SECONDS, pause))
            if self.runner.stopping():
                return Ending(RunState.LOST, error=ledger.STOPPED, again=True)
            if time.monotonic() > deadline:
                return Ending(RunState.FAILED, error="jobs.timed_out")
            if time.monotonic() > beat_at:
                beat_at = time.monotonic() + pause
                ending = self._beat()
                if ending is not None:
                    return ending
        return self._verdict()

    def _listen(self, seconds: float) -> None:
        for report in self.child.reports(seconds):
            self.last = report
            if "stage" in report:
                told = (report["stage"], report["done"], report["total"])
                self.pace = self.pace.after(*told, time.monotonic())
                self.runner.progress(*told)

    def _beat(self) -> Ending | None:
        """Keep the lease. A database that is away just now is no reason to stop: the fence guards."""
        self._tell()
        try:
            cancelled = ledger.beat(self.runner.wiring, self.job, self.claim, self.pace)
        except LeaseLost:
            return Ending(RunState.LOST, error="jobs.holder_gone")
        except DBAPIError as error:
            log.warning("heartbeat_missed", run_id=self.claim.run_id, reason=str(error.orig))
            return None
        return Ending(RunState.CANCELLED, error="jobs.cancelled") if cancelled else None

    def _tell(self) -> None:
        """A line of the log a heartbeat, for whoever watches the timetable's journal."""
        if self.pace.stage:
            at = {"stage": self.pace.stage, "done": self.pace.done, "total": self.pace.total}
            log.info("run_progress", run_id=self.claim.run_id, job=self.job.name, **at, rate=self.pace.rate)

    def _verdict(self) -> Ending:
        code = self.child.wait()
        told = ending_of(self.last)
        if told is not None:
            return told
        # It said nothing at its end: killed from outside (the kernel, an operator), so not its own doing.
        return Ending(RunState.LOST, outcome={"exit": code}, error="jobs.killed", again=True)
