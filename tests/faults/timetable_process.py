"""The timetable with one job that misbehaves: `python -m tests.faults.timetable_process WORK [CRON]`.

CRON names the setting that holds its slots; without it the job is only run when asked for.
"""

from __future__ import annotations

import sys

from jobs.bell import Bell
from jobs.scheduler import schedule
from jobs.wiring import wire
from tests.faults.support import a_job


def main() -> int:
    bell = Bell()
    bell.heed_signals()
    job = a_job(*sys.argv[1:])
    return 0 if schedule(wire(patient=False), bell, {job.name: job}) else 1


if __name__ == "__main__":
    sys.exit(main())
