"""What the fault tests share: jobs of their own, runs in the background, patience with a deadline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

import pytest
import sqlalchemy as sa

from jobs import ledger
from jobs.bell import Bell
from jobs.catalog import JOBS, SNAPSHOTS, Job
from jobs.ending import Ending, ending_of
from jobs.guard import guarded
from jobs.inside import work_of
from jobs.progress import silent
from jobs.runner import Runner
from jobs.scheduler import schedule
from jobs.task import Errand, Task
from jobs.wiring import Wiring
from matcher.settings import Settings
from matcher.storage.leases import Run

DEADLINE = 120.0
# For what is decided in Python whatever the database: starting real processes twice would prove nothing more.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for `condition`; fail naming `what` after a long while. The pace is no part of the promise."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, f"waited {DEADLINE:.0f} s in vain for: {what}"
        time.sleep(0.02)


def a_job(work: str, cron: str | None = None, name: str = "recompute") -> Job:
    """A job of the tests' catalogue."""
    return Job(name, f"tests.faults.works:{work}", SNAPSHOTS, cron)


@contextmanager
def a_timetable(wiring: Wiring, jobs: dict[str, Job]) -> Iterator[Bell]:
    """The real timetable in a thread of this process."""
    bell = Bell()
    thread = threading.Thread(target=schedule, args=(wiring, bell, jobs))
    thread.start()
    try:
        yield bell
    finally:
        bell.stop()
        thread.join(DEADLINE)
        assert not thread.is_alive()


def a_process(
    settings: Settings, *arguments: str, log: IO[str] | int = subprocess.PIPE
) -> subprocess.Popen[str]:
    """A process of its own with these settings. `log`: a file for one that says more than a pipe holds."""
    environ = {**os.environ, **settings.to_env(), "QIANXIAN_LANGUAGE": "en"}
    command = [sys.executable, "-m", *arguments]
    return subprocess.Popen(command, env=environ, stderr=log, text=True)


def end(process: subprocess.Popen[str]) -> None:
    """Kill -9, and nothing of it stays."""
    process.kill()
    process.communicate()


@dataclass
class Background:
    """A run in a thread, with a bell to stop it."""

    wiring: Wiring
    job: Job
    run_id: str
    bell: Bell = field(default_factory=Bell)
    ending: Ending | None = None

    def __enter__(self) -> Background:
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.bell.stop()
        self.join()

    def join(self) -> Ending | None:
        self._thread.join(DEADLINE)
        assert not self._thread.is_alive()
        return self.ending

    def _run(self) -> None:
        runner = Runner(self.wiring, stopping=lambda: self.bell.stopping)
        self.ending = runner.run(self.job, self.run_id)


def the_run(wiring: Wiring, run_id: str) -> Run:
    with wiring.views() as session:
        return session.get_one(Run, run_id)


def all_runs(wiring: Wiring) -> list[Run]:
    with wiring.views() as session:
        return list(session.scalars(sa.select(Run).order_by(Run.requested_at, Run.run_id)))


def ran_here(wiring: Wiring, name: str, **arguments: str) -> Run:
    """One run of a real job in this process: lease, fence, guard, verdict and record are the runner's.

    For promises that are not the child's: a process of its own costs a second each.
    """
    return done_here(wiring, name, ledger.ask(wiring, JOBS[name], "test", arguments))


def done_here(wiring: Wiring, name: str, run_id: str) -> Run:
    """A run that was asked for, done in this process."""
    job = JOBS[name]
    claim = ledger.claim(wiring, job, run_id)
    assert claim is not None
    errand = Errand(job.work, claim.run_id, job.lease, claim.fence, claim.arguments)
    told = guarded(lambda: work_of(job.work)(Task(wiring, errand, silent)))
    ending = ending_of(json.loads(json.dumps(told, ensure_ascii=False, default=str)))
    assert ending is not None
    ledger.finish(wiring, job, claim, ending)
    return the_run(wiring, run_id)
