"""A timetable that is restarted every few seconds: no job starves, as slots are moments and rows remember.

Where a timetable counts from its own start, each restart moves the next run on, and there never is one.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from jobs import scheduler
from jobs.ending import Ending
from jobs.ledger import Claim
from jobs.runner import Runner
from jobs.timetable import last_slot
from jobs.wiring import Wiring
from matcher.domain.job import RunState
from matcher.settings import Settings
from matcher.storage.leases import Run
from tests.faults.support import DEADLINE, a_job, a_process, a_timetable, all_runs, end, on_sqlite, until
from tests.release import note, rounds

EVERY_FOUR_SECONDS = "*/4 * * * * *"
SLOT, LIFE = timedelta(seconds=4), timedelta(seconds=3)
LIVES = 20
SECONDS = 60  # a round
SLOTS = (4, 5, 6, 10, 12, 15, 20, 30, 60)  # as a timetable's line can say them
BEGIN = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)


class AtOnce(Runner):
    """Lease, fence and record are the real ones; the work is nothing and needs no process."""

    def _in_child(self, _job: object, _claim: Claim) -> Ending:
        return Ending(RunState.SUCCEEDED)


@dataclasses.dataclass
class Hands:
    """A clock whose hands the test moves."""

    now: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.now


def answered(wiring: Wiring, slot: datetime | None) -> bool:
    done = [run for run in all_runs(wiring) if run.state == RunState.SUCCEEDED]
    return any(run.slot == slot for run in done)


@on_sqlite
def test_a_timetable_restarted_every_three_seconds_answers_every_slot_of_four(
    wiring: Wiring, district: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "Runner", AtOnce)
    hands = Hands()
    often = dataclasses.replace(
        wiring, settings=dataclasses.replace(wiring.settings, recompute_cron=EVERY_FOUR_SECONDS), clock=hands
    )
    for _life in range(LIVES):
        with a_timetable(often, {"recompute": a_job("note", "recompute_cron")}):
            due = last_slot(EVERY_FOUR_SECONDS, hands.now)
            until(lambda due=due: answered(often, due), "the slot to be answered")
        hands.now += LIFE
    slots = {BEGIN + SLOT * number for number in range((LIVES - 1) * LIFE // SLOT + 1)}
    runs = all_runs(often)
    assert {run.slot for run in runs} == slots
    assert len(runs) == len(slots)


def every(seconds: int) -> str:
    return "* * * * *" if seconds == SECONDS else f"*/{seconds} * * * * *"


def the_pace(wiring: Wiring, settings: Settings) -> tuple[float, int]:
    """Seconds of a life, twice what it takes to start and to run once here; and of a slot, a third longer."""
    before, begun = len(all_runs(wiring)), time.monotonic()
    process = a_process(
        dataclasses.replace(settings, recompute_cron="* * * * * *", lease_seconds=60.0),
        *("tests.faults.timetable_process", "note", "recompute_cron"),
    )
    try:
        until(lambda: any(run.state == RunState.SUCCEEDED for run in all_runs(wiring)[before:]), "one run")
    finally:
        end(process)
    life = max(LIFE.total_seconds(), 2 * (time.monotonic() - begun))
    return life, next((slot for slot in SLOTS if slot >= life * SLOT / LIFE), SECONDS)


@contextmanager
def a_plain_timetable(ran: list[datetime], seconds: float) -> Iterator[None]:
    """What APScheduler's interval does when it is added anew at each start."""
    plain = BackgroundScheduler(timezone=UTC)
    note = lambda: ran.append(datetime.now(UTC))  # noqa: E731
    plain.add_job(note, "interval", seconds=seconds, id="recompute", replace_existing=True)
    plain.start()
    try:
        yield
    finally:
        plain.shutdown()


@pytest.mark.release
@on_sqlite
def test_ten_minutes_of_real_restarts_leave_no_slot_out_where_an_interval_never_runs(
    wiring: Wiring, settings: Settings, district: None, notes: object
) -> None:
    """Processes ended after three seconds each, every other by kill -9: the promise's own pace.

    Where a machine takes more than half of that to start one and to run once, lives and slots are longer.
    """
    plain: list[datetime] = []
    for number in rounds("restarts", 10):
        life, slot = the_pace(wiring, settings)
        often = dataclasses.replace(settings, recompute_cron=every(slot), lease_seconds=60.0)
        begun = datetime.now(UTC)
        for count in range(max(4, int(SECONDS / life))):
            with a_plain_timetable(plain, slot):
                process = a_process(often, "tests.faults.timetable_process", "note", "recompute_cron")
                time.sleep(life)
                if count % 2:
                    process.terminate()
                    process.wait(DEADLINE)
                end(process)
        slots = int((datetime.now(UTC) - begun).total_seconds() / slot)
        done = sum(_within(run, begun) for run in all_runs(wiring))
        note(
            f"restarts, round {number}: lives of {life:.0f} s, slots of {slot} s, {done} runs in {slots}; "
            f"counted from its start: {len(plain)}"
        )
        # One may be under way at the end of the minute.
        assert done >= 0.95 * slots - 1
        assert plain == []


def _within(run: Run, begun: datetime) -> bool:
    return run.state == RunState.SUCCEEDED and run.started_at is not None and run.started_at >= begun
