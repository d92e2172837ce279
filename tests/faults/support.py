"""What the fault tests share: jobs of their own, runs in the background, patience with a deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from jobs.bell import Bell
from jobs.catalog import SNAPSHOTS, Job
from jobs.ending import Ending
from jobs.runner import Runner
from jobs.wiring import Wiring
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
