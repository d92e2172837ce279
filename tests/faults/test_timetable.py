"""The timetable: one run a slot, missed slots made up once, and a process that can be killed anywhere."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import os
import signal
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
import sqlalchemy as sa
import structlog.testing
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import DBAPIError

from jobs import ledger
from jobs.bell import Bell
from jobs.runner import Runner
from jobs.scheduler import Watch, schedule
from jobs.wiring import Wiring
from matcher.domain.job import RunState
from matcher.errors import Conflict
from matcher.settings import Settings
from matcher.storage.leases import TIMETABLE, Lease, Run
from tests.faults.support import (
    DEADLINE,
    a_job,
    a_process,
    a_timetable,
    all_runs,
    end,
    on_sqlite,
    the_run,
    until,
)
from tests.release import rounds

HOURLY = "recompute_cron"
BEGIN = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)


@dataclasses.dataclass
class Hands:
    """A clock whose hands the test moves."""

    now: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def hourly(wiring: Wiring, hands: Hands, district: None) -> Wiring:
    """A wiring whose recomputation is due every full hour of the clock `hands`."""
    settings = dataclasses.replace(wiring.settings, recompute_cron="0 * * * *")
    return dataclasses.replace(wiring, settings=settings, clock=hands)


def a_watch(wiring: Wiring, work: str = "note") -> Watch:
    job = a_job(work, HOURLY)
    return Watch(wiring, Runner(wiring), {job.name: job})


def noted(notes: Path) -> int:
    return len(notes.read_text().splitlines())


def test_two_watches_on_one_database_do_one_run_a_slot(hourly: Wiring, hands: Hands, notes: Path) -> None:
    for hour in range(3):
        hands.now = BEGIN + timedelta(hours=hour)
        both = threading.Barrier(2)

        def look(both: threading.Barrier = both) -> None:
            both.wait()
            with contextlib.suppress(DBAPIError):  # locked too long: the timetable looks again, as here
                a_watch(hourly).look()

        threads = [threading.Thread(target=look) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(DEADLINE)
        a_watch(hourly).look()
        assert noted(notes) == hour + 1
    slots = [run.slot for run in all_runs(hourly)]
    assert slots == [BEGIN.replace(minute=0) + timedelta(hours=hour) for hour in range(3)]


@on_sqlite
def test_without_the_slots_row_two_watches_would_run_twice(hourly: Wiring, notes: Path) -> None:
    """What a request without a slot does: the guard above is the row, not luck."""
    watches = [a_watch(hourly), a_watch(hourly)]
    for watch in watches:
        ledger.ask(hourly, watch.jobs["recompute"], "each for itself", {})
    for watch in watches:
        watch.look()
    assert noted(notes) == 2


@pytest.mark.parametrize("missed", [1, 50])
def test_slots_missed_by_downtime_are_made_up_once(
    hourly: Wiring, hands: Hands, notes: Path, missed: int
) -> None:
    a_watch(hourly).look()
    hands.now = BEGIN + timedelta(hours=missed)
    watch = a_watch(hourly)
    assert [watch.look(), watch.look(), watch.look()] == [True, False, False]
    assert noted(notes) == 2


@pytest.mark.release
def test_two_hundred_downtimes_are_each_made_up_once(hourly: Wiring, hands: Hands, notes: Path) -> None:
    a_watch(hourly).look()
    for number in rounds(f"downtimes-{hourly.engine.dialect.name}", 200):
        before = noted(notes)
        hands.now += timedelta(hours=(1, 2, 50)[number % 3])
        watch = a_watch(hourly)
        assert [watch.look(), watch.look(), watch.look()] == [True, False, False]
        assert noted(notes) == before + 1


def test_the_plain_scheduler_drops_a_missed_slot() -> None:
    """What we would get from APScheduler's defaults: nothing at all."""
    ran = threading.Event()
    scheduler = BackgroundScheduler(timezone=UTC)
    outcomes: list[int] = []
    scheduler.add_listener(lambda event: outcomes.append(event.code))
    scheduler.add_job(ran.set, "cron", minute="*/30", next_run_time=datetime.now(UTC) - timedelta(seconds=6))
    scheduler.start()
    from apscheduler.events import EVENT_JOB_MISSED

    until(lambda: EVENT_JOB_MISSED in outcomes, "the slot to be missed")
    scheduler.shutdown()
    assert not ran.is_set()


@on_sqlite
def test_a_failed_slot_is_tried_again_ever_more_slowly(hourly: Wiring, hands: Hands) -> None:
    settings = dataclasses.replace(hourly.settings, retry_seconds=60.0)
    watch = a_watch(dataclasses.replace(hourly, settings=settings), "collapse")
    tried = []
    for _minute in range(8):
        tried.append(watch.look())
        hands.now += timedelta(seconds=61)
    assert tried == [True, True, False, True, False, False, False, True]


@on_sqlite
@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=3650)])
def test_a_clock_set_forward_and_back_neither_stalls_nor_storms(
    hourly: Wiring, hands: Hands, notes: Path, jump: timedelta
) -> None:
    watch = a_watch(hourly)
    for moment in (BEGIN, BEGIN + jump, BEGIN, BEGIN - jump, BEGIN):
        hands.now = moment
        watch.look()
        watch.look()
    assert noted(notes) == 3
    hands.now = BEGIN + timedelta(hours=2)
    watch.look()
    assert noted(notes) == 4


def test_nothing_is_recomputed_before_there_is_an_enterprise(wiring: Wiring, hands: Hands) -> None:
    settings = dataclasses.replace(wiring.settings, recompute_cron="0 * * * *")
    empty = dataclasses.replace(wiring, settings=settings, clock=hands)
    assert not a_watch(empty).look()
    assert all_runs(empty) == []


def test_a_second_timetable_is_refused(wiring: Wiring, settings: Settings, notes: Path) -> None:
    job = a_job("note")
    ledger.ask(wiring, job, "test", {})
    # Long enough that no busy machine makes the first one late in keeping it.
    lasting = dataclasses.replace(wiring, settings=dataclasses.replace(settings, lease_seconds=600.0))
    with a_timetable(lasting, {job.name: job}):
        until(lambda: noted(notes) == 1, "the first timetable to work")
        with pytest.raises(Conflict):
            schedule(wiring, Bell(), {})
        second = a_process(settings, "jobs", "schedule")
        _, said = second.communicate(timeout=DEADLINE)
    assert second.returncode == 1
    assert "is running already" in said
    assert "Traceback" not in said


def test_an_ended_timetable_can_be_followed_at_once(wiring: Wiring) -> None:
    for _ in range(2):
        with a_timetable(wiring, {}):
            until(lambda: _leads(wiring), "the timetable to lead")


def _leads(wiring: Wiring) -> bool:
    with wiring.views() as session:
        lease = session.get(Lease, TIMETABLE)
        return lease is not None and lease.expires_at > wiring.clock()


def test_the_timetable_outlives_its_database(wiring: Wiring, notes: Path, database_url: str) -> None:
    """SQLite: the write lock is held past every patience. PostgreSQL: every connection is cut."""
    job = a_job("note")
    first = ledger.ask(wiring, job, "test", {})
    with a_timetable(wiring, {job.name: job}):
        until(lambda: the_run(wiring, first).state == RunState.SUCCEEDED, "the first run")
        with structlog.testing.capture_logs() as said, _outage(database_url) as met:
            until(lambda: met <= {line["event"] for line in said}, "the outage to be met")
        second = ledger.ask(wiring, job, "test", {})
        until(lambda: the_run(wiring, second).state == RunState.SUCCEEDED, "a run after the outage")


@pytest.mark.release
def test_fifty_outages_leave_the_timetable_at_work(wiring: Wiring, notes: Path, database_url: str) -> None:
    job = a_job("note")
    with a_timetable(wiring, {job.name: job}):
        until(lambda: _leads(wiring), "the timetable to lead")
        for _ in rounds(f"outages-{wiring.engine.dialect.name}", 50):
            with structlog.testing.capture_logs() as said, _outage(database_url) as met:
                seen = functools.partial(_met, met, said)
                until(seen, "the outage to be met")
            run_id = ledger.ask(wiring, job, "test", {})
            ended = functools.partial(_succeeded, wiring, run_id)
            until(ended, "a run after the outage")


def _met(events: set[str], said: list[MutableMapping[str, Any]]) -> bool:
    return events <= {line["event"] for line in said}


def _succeeded(wiring: Wiring, run_id: str) -> bool:
    return the_run(wiring, run_id).state == RunState.SUCCEEDED


@contextmanager
def _outage(database_url: str) -> Iterator[set[str]]:
    """Take the database away; gives the events that show that the timetable has met it."""
    other = sa.create_engine(database_url, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        if other.dialect.name == "postgresql":
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            yield set()
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield {"scheduler_lease_not_renewed"}
            connection.exec_driver_sql("ROLLBACK")
    other.dispose()


def test_the_plain_scheduler_dies_of_one_locked_database(tmp_path: Path) -> None:
    """What we would get from APScheduler's own job store: a dead thread that says it runs."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    impatient = sa.create_engine(url, connect_args={"timeout": 0.05})
    scheduler = BackgroundScheduler(timezone=UTC, jobstores={"default": SQLAlchemyJobStore(engine=impatient)})
    scheduler.add_job(os.getpid, "interval", seconds=0.2)
    died: list[BaseException | None] = []
    threading.excepthook, before = (lambda args: died.append(args.exc_value)), threading.excepthook
    try:
        scheduler.start()
        locking = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with locking.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            until(lambda: not scheduler._thread.is_alive(), "the thread to die")
            connection.exec_driver_sql("ROLLBACK")
        locking.dispose()
        assert scheduler.running
        assert died
    finally:
        threading.excepthook = before
        scheduler.shutdown(wait=False)
        impatient.dispose()


def test_a_timetable_killed_half_way_leaves_nobody_and_its_run_is_done_by_the_next(
    wiring: Wiring, settings: Settings, gate: Path
) -> None:
    patient = dataclasses.replace(settings, lease_seconds=3600.0)
    job = a_job("pause_once")
    run_id = ledger.ask(wiring, job, "test", {})
    first = a_process(patient, "tests.faults.timetable_process", "pause_once")
    try:
        until(lambda: the_run(wiring, run_id).state == RunState.RUNNING, "the run to begin")
        until(lambda: bool(psutil.Process(first.pid).children()), "its child")
        (child,) = psutil.Process(first.pid).children()
    finally:
        end(first)
    until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, "the child to end too")
    gate.touch()
    # The lease would hold for an hour, but its holder is known to be dead.
    second = a_process(patient, "tests.faults.timetable_process", "pause_once")
    try:
        until(lambda: _done(wiring) == 1, "the run to be done by the next")
    finally:
        end(second)
    assert the_run(wiring, run_id).state == RunState.LOST


def _done(wiring: Wiring) -> int:
    return sum(run.state == RunState.SUCCEEDED for run in all_runs(wiring))


def test_sigterm_ends_the_timetable_and_its_run_cleanly(wiring: Wiring, settings: Settings) -> None:
    run_id = ledger.ask(wiring, a_job("hang"), "test", {})
    process = a_process(settings, "tests.faults.timetable_process", "hang")
    try:
        until(lambda: the_run(wiring, run_id).state == RunState.RUNNING, "the run to begin")
        children = psutil.Process(process.pid).children()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=DEADLINE)
    finally:
        end(process)
    assert process.returncode == 0
    assert not any(child.is_running() for child in children)
    assert [run.state for run in all_runs(wiring)] == [RunState.LOST, RunState.REQUESTED]
    assert not _leads(wiring)


def test_a_waiting_request_of_an_unknown_job_harms_nobody(wiring: Wiring) -> None:
    with wiring.transactions.begin() as session:
        session.add(
            Run(run_id="r", job="of another version", requested_by="x", requested_at=BEGIN, state="requested")
        )
    assert not Watch(wiring, Runner(wiring), {}).look()
