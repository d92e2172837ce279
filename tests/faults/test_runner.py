"""One run: what becomes of it when its process fails, hangs, swells, or is killed."""

from __future__ import annotations

import dataclasses
import os
import signal
from pathlib import Path

import psutil
import pytest

from jobs import ledger
from jobs.catalog import JOBS
from jobs.runner import Runner
from jobs.wiring import Wiring
from matcher.domain.job import JobName, RunState
from matcher.graph import snapshot
from matcher.storage.leases import current_publication
from tests.faults.support import Background, a_job, all_runs, on_sqlite, the_run, until
from tests.release import rounds


def _run(wiring: Wiring, work: str) -> str:
    job = a_job(work)
    run_id = ledger.ask(wiring, job, "test", {})
    Runner(wiring).run(job, run_id)
    return run_id


def _children() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if child.is_running() and "jobs.inside" in " ".join(child.cmdline())
    ]


@on_sqlite
def test_a_job_that_refuses_is_recorded_with_its_reason(wiring: Wiring) -> None:
    run = the_run(wiring, _run(wiring, "refuse"))
    assert (run.state, run.error) == (RunState.FAILED, "jobs.no_such_job")
    assert run.outcome["params"] == {"value": "x", "known": "y"}


@on_sqlite
def test_a_job_that_breaks_is_recorded_and_not_tried_again_at_once(wiring: Wiring) -> None:
    run = the_run(wiring, _run(wiring, "collapse"))
    assert (run.state, run.error) == (RunState.FAILED, "ZeroDivisionError")
    assert len(all_runs(wiring)) == 1


@on_sqlite
def test_a_hung_job_is_stopped_at_its_limit_and_the_next_one_runs(wiring: Wiring, notes: object) -> None:
    short = dataclasses.replace(wiring, settings=dataclasses.replace(wiring.settings, job_seconds=1.0))
    run = the_run(wiring, _run(short, "hang"))
    assert (run.state, run.error) == (RunState.FAILED, "jobs.timed_out")
    assert _children() == []
    assert the_run(wiring, _run(wiring, "note")).state == RunState.SUCCEEDED


@on_sqlite
def test_a_job_that_asks_for_too_much_memory_fails_alone(wiring: Wiring) -> None:
    limited = dataclasses.replace(wiring, settings=dataclasses.replace(wiring.settings, job_memory_mib=4096))
    run = the_run(wiring, _run(limited, "swell"))
    assert (run.state, run.error) == (RunState.FAILED, "MemoryError")


def test_a_killed_recomputation_leaves_the_last_good_snapshot_and_is_run_again(
    wiring: Wiring, district: None, gate: Path
) -> None:
    real = JOBS[JobName.RECOMPUTE]
    Runner(wiring).run(real, ledger.ask(wiring, real, "test", {}))
    good = snapshot.read_pointer(wiring.settings.snapshots)
    assert good is not None

    job = a_job("hang_once")
    run_id = ledger.ask(wiring, job, "test", {})
    with Background(wiring, job, run_id) as background:
        until(lambda: the_run(wiring, run_id).stage == "hanging", "the run to hang")
        os.kill(_children()[0].pid, signal.SIGKILL)
        background.join()

    assert snapshot.read_pointer(wiring.settings.snapshots) == good
    assert the_run(wiring, run_id).state == RunState.LOST
    again = all_runs(wiring)[-1]
    assert (again.state, again.requested_by) == (RunState.REQUESTED, "again:1")
    gate.touch()
    Runner(wiring).run(job, again.run_id)
    now_served = snapshot.read_pointer(wiring.settings.snapshots)
    assert now_served is not None
    assert now_served.generation > good.generation


@on_sqlite
def test_a_run_that_is_killed_every_time_is_given_up(wiring: Wiring) -> None:
    job = a_job("hang")
    ledger.ask(wiring, job, "test", {})
    for _ in range(ledger.MOST_TRIES):
        (waiting,) = (run.run_id for run in all_runs(wiring) if run.state == RunState.REQUESTED)
        with Background(wiring, job, waiting) as background:
            until(lambda: bool(_children()), "a child")
            os.kill(_children()[0].pid, signal.SIGKILL)
            background.join()
    assert [run.state for run in all_runs(wiring)] == [RunState.LOST] * ledger.MOST_TRIES


def test_a_cancelled_run_ends_and_its_process_with_it(wiring: Wiring) -> None:
    from matcher.storage import runs

    job = a_job("hang")
    run_id = ledger.ask(wiring, job, "test", {})
    with Background(wiring, job, run_id) as background:
        until(lambda: the_run(wiring, run_id).stage == "hanging", "the run to hang")
        with wiring.transactions.begin() as session:
            runs.request_cancel(session, run_id, wiring.clock())
        background.join()
    assert the_run(wiring, run_id).state == RunState.CANCELLED
    assert _children() == []


def test_a_run_that_is_told_to_stop_waits_for_the_next_start(wiring: Wiring) -> None:
    job = a_job("hang")
    run_id = ledger.ask(wiring, job, "test", {})
    with Background(wiring, job, run_id) as background:
        until(lambda: bool(_children()), "a child")
        background.bell.stop()
        background.join()
    assert [run.state for run in all_runs(wiring)] == [RunState.LOST, RunState.REQUESTED]
    assert _children() == []


@pytest.mark.parametrize(
    ("database_url", "work", "published"),
    [
        ("sqlite", "slow_publisher", False),
        pytest.param("postgresql", "slow_publisher", False, marks=pytest.mark.postgresql),
        ("sqlite", "careless_publisher", True),
    ],
    indirect=["database_url"],
)
def test_a_holder_that_was_away_past_its_lease_cannot_publish(
    wiring: Wiring, district: None, gate: Path, work: str, published: bool
) -> None:
    """SIGSTOP the child and let the lease run out. The careless variant shows that the test bites."""
    before, after, said = stopped_past_its_lease(wiring, gate, work)
    assert (after != before) is published
    if not published:
        assert said["failed"]["code"] == "lease_lost"  # type: ignore[index]
        pointer = snapshot.read_pointer(wiring.settings.snapshots)
        assert pointer is not None
        assert pointer.generation == before


@pytest.mark.release
def test_five_hundred_stale_holders_publish_nothing(wiring: Wiring, district: None, gate: Path) -> None:
    for _ in rounds(f"stale_holders-{wiring.engine.dialect.name}", 500):
        gate.unlink(missing_ok=True)
        before, after, said = stopped_past_its_lease(wiring, gate, "slow_publisher")
        assert after == before
        assert said["failed"]["code"] == "lease_lost"  # type: ignore[index]


@pytest.mark.release
def test_two_hundred_runs_killed_half_way_are_run_again(wiring: Wiring, gate: Path) -> None:
    for _ in rounds(f"killed_runs-{wiring.engine.dialect.name}", 200):
        gate.unlink(missing_ok=True)
        job = a_job("pause_once")
        run_id = ledger.ask(wiring, job, "test", {})
        with Background(wiring, job, run_id) as background:
            until(lambda run_id=run_id: the_run(wiring, run_id).stage == "hanging", "the run to begin")
            os.kill(_children()[0].pid, signal.SIGKILL)
            background.join()
        gate.touch()
        (again,) = (run.run_id for run in all_runs(wiring) if run.state == RunState.REQUESTED)
        Runner(wiring).run(job, again)
        assert the_run(wiring, again).state == RunState.SUCCEEDED


@pytest.mark.release
@on_sqlite
def test_a_hundred_hung_runs_block_none_that_follows(wiring: Wiring, notes: Path) -> None:
    short = dataclasses.replace(wiring, settings=dataclasses.replace(wiring.settings, job_seconds=0.5))
    for _ in rounds("hung_runs", 100):
        assert the_run(wiring, _run(short, "hang")).error == "jobs.timed_out"
        assert _children() == []
        assert the_run(wiring, _run(wiring, "note")).state == RunState.SUCCEEDED


def stopped_past_its_lease(wiring: Wiring, gate: Path, work: str) -> tuple[int, int, dict[str, object]]:
    """The generation before and after a stopped holder goes on, and the last it said."""
    stale = a_job(work)
    run_id = ledger.ask(wiring, stale, "test", {})
    claim = ledger.claim(wiring, stale, run_id)
    assert claim is not None
    from jobs.child import Child
    from jobs.task import Errand

    errand = Errand(stale.work, run_id, stale.lease, claim.fence, {})
    with Child(errand, wiring.settings) as child:
        until(lambda: any(said.get("stage") == "compiled" for said in child.reports(0.1)), "the snapshot")
        os.kill(child.pid, signal.SIGSTOP)
        _take_over(wiring)
        with wiring.views() as session:
            before = current_publication(session)
        gate.touch()
        os.kill(child.pid, signal.SIGCONT)
        said: list[dict[str, object]] = []
        until(lambda: bool(said.extend(child.reports(0.1)) or child.ended), "the stale holder's end")
    with wiring.views() as session:
        after = current_publication(session)
    assert before is not None
    assert after is not None
    return before.generation, after.generation, said[-1]


def _take_over(wiring: Wiring) -> None:
    """Another holder computes and publishes once the lease has run out."""
    real = JOBS[JobName.RECOMPUTE]
    run_id = ledger.ask(wiring, real, "test", {})
    until(lambda: Runner(wiring).run(real, run_id) is not None, "the lease to run out")
    assert the_run(wiring, run_id).state == RunState.SUCCEEDED
