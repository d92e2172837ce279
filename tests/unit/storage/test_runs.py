"""Runs of jobs: one a slot, claimed once, alive while they beat, marked lost when silent."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from matcher.domain.job import RunState
from matcher.errors import Conflict, NotFound
from matcher.storage import runs


@pytest.fixture
def running(session, now):
    run = runs.request_run(session, "recompute", "account-administrator", now)
    return runs.start_run(session, run.run_id, now)


def test_a_slot_of_the_timetable_gets_one_run(session, now):
    assert runs.request_run(session, "recompute", "timetable", now, slot=now) is not None
    assert runs.request_run(session, "recompute", "timetable", now, slot=now) is None
    assert runs.request_run(session, "prune", "timetable", now, slot=now) is not None
    assert runs.last_slot(session, "recompute") == now


def test_runs_asked_for_by_hand_have_no_slot_and_do_not_exclude_each_other(session, now):
    one = runs.request_run(session, "recompute", "a", now)
    other = runs.request_run(session, "recompute", "b", now)
    assert one.run_id != other.run_id


def test_of_two_schedulers_exactly_one_gets_the_slot(engine, now):
    barrier, got = threading.Barrier(2), []

    def ask():
        with Session(engine) as session:
            barrier.wait()
            got.append(runs.request_run(session, "recompute", "timetable", now, slot=now) is not None)
            session.commit()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False, True]


def test_two_runners_never_start_the_same_run(engine, now):
    with Session(engine) as session:
        waiting = runs.request_run(session, "recompute", "a", now).run_id
        session.commit()
    barrier, started = threading.Barrier(2), []

    def start():
        with Session(engine) as session:
            barrier.wait()
            try:
                runs.start_run(session, waiting, now)
            except Conflict:
                started.append(False)
            else:
                session.commit()
                started.append(True)

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(started) == [False, True]


def test_a_beat_tells_how_far_it_is(session, now, running):
    later = now + timedelta(seconds=5)
    assert runs.beat(session, running.run_id, later, "compile", (40, 100), 8.5) is False
    run = runs.by_id(session, running.run_id)
    assert (run.stage, run.done, run.total, run.heartbeat_at) == ("compile", 40, 100, later)
    assert run.rate == 8.5


def test_a_running_run_learns_at_its_next_beat_that_it_should_stop(session, now, running):
    runs.request_cancel(session, running.run_id, now)
    assert runs.beat(session, running.run_id, now, "compile", (1, 2)) is True
    runs.finish_run(session, running.run_id, now, RunState.CANCELLED)
    with pytest.raises(Conflict):
        runs.request_cancel(session, running.run_id, now)


def test_a_waiting_run_is_cancelled_at_once(session, now):
    run = runs.request_run(session, "recompute", "a", now)
    assert runs.request_cancel(session, run.run_id, now).state == RunState.CANCELLED
    with pytest.raises(Conflict):
        runs.start_run(session, run.run_id, now)


def test_a_run_ends_once(session, now, running):
    runs.finish_run(session, running.run_id, now, RunState.SUCCEEDED, outcome={"firms": 12})
    assert runs.last_successful(session, "recompute").outcome == {"firms": 12}
    with pytest.raises(Conflict):
        runs.finish_run(session, running.run_id, now, RunState.FAILED)


def test_a_run_that_was_given_up_for_lost_cannot_go_on(session, now, running):
    later = now + timedelta(minutes=5)
    running.state = RunState.LOST.value
    session.flush()
    assert runs.unfinished(session) == []
    with pytest.raises(Conflict):
        runs.beat(session, running.run_id, later, "compile", (1, 2))


def test_the_last_success_is_not_the_last_failure(session, now, running):
    runs.finish_run(session, running.run_id, now, RunState.SUCCEEDED)
    failed = runs.request_run(session, "recompute", "a", now + timedelta(hours=1))
    runs.start_run(session, failed.run_id, now)
    runs.finish_run(session, failed.run_id, now + timedelta(hours=1), RunState.FAILED, error="磁盘已满")
    assert runs.last_successful(session, "recompute").run_id == running.run_id
    assert [run.run_id for run in runs.recent(session, limit=1)] == [failed.run_id]


def test_a_run_that_runs_cannot_be_started_again(session, now, running):
    with pytest.raises(Conflict):
        runs.start_run(session, running.run_id, now)


def test_an_unknown_run_is_not_found(session, now):
    with pytest.raises(NotFound):
        runs.beat(session, "no-such-run", now, "compile", (0, 0))
