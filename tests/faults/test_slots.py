"""Slots of the timetable under many processes, jumping clocks, zones and restarts: decided by rows alone."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import os
import random
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from jobs import due, ledger
from jobs.catalog import Job
from jobs.ending import Ending
from jobs.ledger import Claim
from jobs.timetable import last_slot, next_slot
from jobs.wiring import Wiring
from matcher.domain.job import RunState
from matcher.storage.leases import Lease, Run
from tests.faults.support import DEADLINE, a_job, a_process, all_runs, end, on_sqlite, until
from tests.release import note, rounds

BEGIN = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
HOURLY = "0 * * * *"


@dataclasses.dataclass
class Hands:
    """A clock whose hands the test moves."""

    now: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def hourly(wiring: Wiring, district: None) -> Wiring:
    set_ = dataclasses.replace(wiring.settings, recompute_cron=HOURLY)
    return dataclasses.replace(wiring, settings=set_, clock=Hands())


def look(wiring: Wiring, job: Job) -> None:
    """What a watch does at a look, but that the work itself is done at once.

    As in the timetable, a database that is locked too long ends the look: the next one finds the same rows;
    and the end of a run is written again until it stands.
    """
    with contextlib.suppress(DBAPIError):
        due.request_what_is_missing(wiring, job, wiring.clock())
        for found, run_id in ledger.requested(wiring, {job.name: job}):
            claim = ledger.claim(wiring, found, run_id)
            if claim is not None:
                until(functools.partial(ended, wiring, found, claim), "the end of a run to be written")


def ended(wiring: Wiring, job: Job, claim: Claim) -> bool:
    with contextlib.suppress(DBAPIError):
        ledger.finish(wiring, job, claim, Ending(RunState.SUCCEEDED))
        return True
    return False


def at(wiring: Wiring, moment: datetime) -> None:
    assert isinstance(wiring.clock, Hands)
    wiring.clock.now = moment


def together(wiring: Wiring, job: Job, watches: int) -> None:
    threads = [threading.Thread(target=look, args=(wiring, job)) for _ in range(watches)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    look(wiring, job)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a busy machine does to processes that wait for the file's lock: each gives up at once."""
    monkeypatch.setattr("jobs.wiring.PATIENCE_MILLISECONDS", 0)


@on_sqlite
def test_watches_that_find_the_file_locked_look_again_and_answer_each_slot_once(
    impatient: None, hourly: Wiring
) -> None:
    job = a_job("note", "recompute_cron")
    for hour in range(5):
        at(hourly, BEGIN + timedelta(hours=hour))
        together(hourly, job, 8)
    assert len(all_runs(hourly)) == 5


@on_sqlite
def test_four_watches_answer_each_slot_once(hourly: Wiring) -> None:
    job = a_job("note", "recompute_cron")
    for hour in range(5):
        at(hourly, BEGIN + timedelta(hours=hour))
        together(hourly, job, 4)
    assert len(all_runs(hourly)) == 5


@pytest.mark.release
@pytest.mark.parametrize("watches", [1, 2, 4, 8])
def test_three_hundred_slots_have_three_hundred_runs(hourly: Wiring, watches: int, database_url: str) -> None:
    job = a_job("note", "recompute_cron")
    for number, hour in enumerate(rounds(f"slots-{database_url[:6]}-{watches}", 300), start=1):
        at(hourly, BEGIN + timedelta(hours=hour))
        together(hourly, job, watches)
        assert len(all_runs(hourly)) == number


@pytest.mark.release
@pytest.mark.parametrize("watches", [1, 2, 4, 8])
def test_each_second_has_one_run_however_many_processes_watch(
    wiring: Wiring, district: None, watches: int
) -> None:
    """Real processes and the real clock. A second in which no process came to look is made up by the next."""
    each = 30
    second = dataclasses.replace(wiring.settings, recompute_cron="* * * * * *", lease_seconds=60.0)
    for number in rounds(f"slots_of_processes-{wiring.engine.dialect.name}-{watches}", 300 // each, each):
        before = {run.run_id for run in all_runs(wiring)}
        processes = [a_process(second, "tests.faults.slots_process") for _ in range(watches)]
        try:
            until(functools.partial(_answered, wiring, before, each), "thirty slots to be answered")
        finally:
            for process in processes:
                end(process)
        runs = [run for run in all_runs(wiring) if run.run_id not in before]
        slots = sorted(run.slot for run in runs if run.slot is not None)
        assert len(slots) == len(set(slots))
        assert {run.requested_by for run in runs} <= {due.TIMETABLE, "again:1"}
        passed = round((slots[-1] - slots[0]).total_seconds()) + 1
        note(f"slots of {watches} processes, round {number}: {len(slots)} runs in {passed} slots, none twice")


def _answered(wiring: Wiring, before: set[str], slots: int) -> bool:
    done = [run for run in all_runs(wiring) if run.state == RunState.SUCCEEDED and run.run_id not in before]
    return len(done) >= slots


SIZES = [timedelta(minutes=7), timedelta(hours=1), timedelta(days=1), timedelta(days=3650)]
JUMPS = st.lists(st.sampled_from([*SIZES, *(-size for size in SIZES)]), max_size=6)


def jump(wiring: Wiring, jumps: list[timedelta]) -> None:
    """However the clock was turned: at most one run a slot, and the next slot of a right one is answered."""
    with wiring.transactions.begin() as session:
        for table in (Run, Lease):
            session.execute(sa.delete(table))
    job = a_job("note", "recompute_cron")
    at(wiring, BEGIN)
    seen = {last_slot(HOURLY, BEGIN)}
    look(wiring, job)
    moment = BEGIN
    for turned in jumps:
        moment = min(max(moment + turned, BEGIN - timedelta(days=7300)), BEGIN + timedelta(days=7300))
        at(wiring, moment)
        seen.add(last_slot(HOURLY, moment))
        look(wiring, job)
        look(wiring, job)
    assert len(all_runs(wiring)) <= len(seen)
    before = len(all_runs(wiring))
    at(wiring, BEGIN + timedelta(days=9000))
    look(wiring, job)
    look(wiring, job)
    assert len(all_runs(wiring)) == before + 1


@on_sqlite
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JUMPS)
def test_a_clock_that_jumps_neither_stalls_nor_storms(hourly: Wiring, jumps: list[timedelta]) -> None:
    jump(hourly, jumps)


@pytest.mark.release
@on_sqlite
def test_ten_thousand_sequences_of_jumps(hourly: Wiring) -> None:
    for number in rounds("jumps", 10_000):
        chance = random.Random(number)
        jump(hourly, [chance.choice(SIZES) * chance.choice((1, -1)) for _ in range(chance.randrange(7))])


@pytest.fixture
def zone() -> Iterator[None]:
    before = os.environ.get("TZ")
    yield
    if before is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.release)])
def test_each_day_has_its_slot_once_in_every_zone_of_the_world(every: int) -> None:
    """Summer time begins and ends in March and October 2026; Shanghai had it from 1986 to 1991."""
    days = [datetime(year, month, 25, tzinfo=UTC) for year in (1986, 2026) for month in (3, 10)]
    for name in sorted(available_timezones())[::every]:
        os.environ["TZ"] = name
        time.tzset()
        for first in days:
            slot = first - timedelta(hours=5)
            for _ in range(8):
                following = next_slot("0 19 * * *", slot)
                assert following == slot + timedelta(days=1), name
                slot = following


@on_sqlite
def test_a_timetable_that_is_restarted_all_the_time_starves_no_slot(hourly: Wiring) -> None:
    """Slots are moments of the clock, not a while after a start: a watch each forty minutes misses none."""
    for restart in range(12):
        at(hourly, BEGIN + timedelta(minutes=40 * restart))
        look(hourly, a_job("note", "recompute_cron"))
    slots = {run.slot for run in all_runs(hourly)}
    assert len(slots) == 8


def test_an_interval_counted_from_the_start_is_starved() -> None:
    """What APScheduler's interval does when it is added anew at each start: its first time never comes."""
    from apscheduler.schedulers.background import BackgroundScheduler

    for restart in range(3):
        began = datetime.now(UTC)
        scheduler = BackgroundScheduler(timezone=UTC)
        job = scheduler.add_job(print, "interval", seconds=4, id="recompute", replace_existing=True)
        scheduler.start(paused=True)
        assert job.next_run_time >= began + timedelta(seconds=3.9), restart
        scheduler.shutdown()
