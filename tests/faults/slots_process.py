"""One of several watches on a database: `python -m tests.faults.slots_process`. Its work is nothing, so that
what a second holds is slots and rows alone."""

from __future__ import annotations

import contextlib
import sys
import threading

from sqlalchemy.exc import DBAPIError

from jobs.ending import Ending
from jobs.ledger import Claim
from jobs.runner import Runner
from jobs.scheduler import Watch
from jobs.wiring import wire
from matcher.domain.job import RunState
from tests.faults.support import a_job

PAUSE = 0.1


class AtOnce(Runner):
    """Lease, fence and record are the real ones; the work is nothing and needs no process."""

    def _in_child(self, _job: object, _claim: Claim) -> Ending:
        return Ending(RunState.SUCCEEDED)


def main() -> None:
    wiring = wire(patient=False)
    job = a_job("note", "recompute_cron")
    watch, never = Watch(wiring, AtOnce(wiring), {job.name: job}), threading.Event()
    while not never.wait(PAUSE):
        with contextlib.suppress(DBAPIError):  # locked too long: as in the timetable, the next look finds it
            watch.look()


if __name__ == "__main__":
    sys.exit(main())
