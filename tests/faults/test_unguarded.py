"""What the same faults do to the usual ways of doing it: the tests of the promises bite.

Others of this kind stand beside the promise they belong to.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from matcher.errors import SnapshotDamaged
from matcher.graph import files, opening, retention, schema
from tests.factories import NOW
from tests.faults.support import until


@contextmanager
def a_plain_scheduler() -> Iterator[tuple[BackgroundScheduler, list[int]]]:
    """APScheduler as it comes, and the codes of the events it tells."""
    scheduler, told = BackgroundScheduler(timezone=UTC), list[int]()
    scheduler.add_listener(lambda event: told.append(event.code))
    scheduler.start()
    try:
        yield scheduler, told
    finally:
        scheduler.shutdown(wait=False)


def test_a_snapshot_written_in_place_is_left_half_by_a_kill(tmp_path: Path) -> None:
    """S2: without a folder beside and a rename, a half one stands under a whole one's name."""
    arrays = {name: np.zeros(8, dtype) for name, dtype in schema.files().items()}
    name = files.write(tmp_path / "right", arrays, NOW, {"counts": {}, "rows": {}})
    whole, place = tmp_path / "right" / name, tmp_path / "served" / name
    place.mkdir(parents=True)
    child = os.fork()
    if child == 0:
        for number, file in enumerate(sorted(whole.iterdir())):
            (place / file.name).write_bytes(file.read_bytes())
            if number == 20:
                os._exit(137)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 137
    assert place.is_dir()
    with pytest.raises(SnapshotDamaged):
        opening.verify(place)


def test_what_goes_by_the_order_of_a_set_differs_from_run_to_run() -> None:
    """S6: the seeds of the promise's test do turn the order of Python's sets."""
    program = "print(list({'食堂', '保洁', '印刷', '装修', '物流', '法务', '招聘', '培训'}))"

    def said(seed: int) -> bytes:
        environ = {**os.environ, "PYTHONHASHSEED": str(seed)}
        return subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True).stdout

    assert len({said(seed) for seed in range(4)}) > 1


def test_the_newest_three_alone_take_the_page_from_under_its_reader() -> None:
    """S8: a refresh each twenty seconds; whoever turns a page after two minutes finds its snapshot gone."""
    moments = [NOW - timedelta(seconds=20 * at) for at in range(30)]
    publications = [(f"{moment:%Y%m%dT%H%M%SZ}-0123456789abcdef", moment) for moment in moments]
    names = [name for name, _ in publications]
    read = names[6]
    assert read not in names[:3]
    assert read not in retention.kept(names, 3, NOW)
    assert read in retention.still_read(publications, NOW)


def test_the_plain_scheduler_does_not_run_again_what_died_half_way() -> None:
    """J4: the next try is the next slot, however far."""

    def dies() -> None:
        child = os.fork()
        if child == 0:
            os._exit(137)
        raise ChildProcessError(os.waitpid(child, 0)[1])

    with a_plain_scheduler() as (scheduler, told):
        job = scheduler.add_job(dies, "cron", month=12, day=31, next_run_time=datetime.now(UTC))
        until(lambda: EVENT_JOB_ERROR in told, "the job to die")
        assert job.next_run_time.month == 12
        assert told.count(EVENT_JOB_ERROR) == 1


def test_the_plain_scheduler_skips_every_slot_behind_a_hung_run() -> None:
    """J6: nobody ends the run, and no other one begins."""
    over, begun = threading.Event(), list[int]()

    def hangs() -> None:
        begun.append(1)
        over.wait()

    with a_plain_scheduler() as (scheduler, told):
        scheduler.add_job(hangs, "interval", seconds=0.1, next_run_time=datetime.now(UTC))
        until(lambda: told.count(EVENT_JOB_MAX_INSTANCES) >= 5, "five slots to be skipped")
        over.set()
    assert len(begun) == 1


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=1), timedelta(days=3650)])
def test_the_plain_schedule_is_silent_for_as_long_as_the_clock_was_set_back(back: timedelta) -> None:
    """J7: what is due next is a moment of the clock before."""
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.start(paused=True)
    job = scheduler.add_job(os.getpid, "interval", minutes=10)
    store: MemoryJobStore = scheduler._jobstores["default"]
    due: datetime = job.next_run_time
    assert store.get_due_jobs(due - back + timedelta(minutes=50)) == []
    assert store.get_due_jobs(due) == [job]
    scheduler.shutdown()


@pytest.mark.parametrize(
    ("year", "at", "skipped", "doubled"),
    [(1986, (0, 30), 1, 0), (1986, (1, 30), 0, 1), (2026, (0, 30), 0, 0)],
)
def test_slots_in_local_time_skip_and_double_days(
    year: int, at: tuple[int, int], skipped: int, doubled: int
) -> None:
    """J8: a day of Shanghai in 1986 had no slot, another two; 2026, without summer time, shows nothing."""
    zone = ZoneInfo("Asia/Shanghai")
    trigger = CronTrigger(hour=at[0], minute=at[1], timezone=zone)
    days: list[date] = []
    slot = trigger.get_next_fire_time(None, datetime(year, 3, 1, tzinfo=UTC))
    while slot is not None and slot < datetime(year, 12, 1, tzinfo=UTC):
        days.append(slot.astimezone(zone).date())
        slot = trigger.get_next_fire_time(slot, slot)
    assert (days[-1] - days[0]).days + 1 - len(set(days)) == skipped
    assert len(days) - len(set(days)) == doubled
