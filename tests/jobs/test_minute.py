"""What changes is published within a minute on the default timetable; a quiet hour leaves no runs."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from jobs import due
from jobs.catalog import JOBS
from jobs.wiring import Wiring
from matcher.domain.job import JobName, RunState
from matcher.graph.snapshot import Current
from matcher.settings import Settings
from matcher.storage.enterprises import Enterprise
from tests.factories import an_enterprise
from tests.faults.support import all_runs, done_here, on_sqlite, ran_here

BEGIN = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
DEFAULT = Settings(home=None, database_url="sqlite://", secret_key="s" * 32)  # type: ignore[arg-type]

CLAUSES = ("职工食堂承包", "软件开发", "办公室保洁", "代理记账", "画册印制", "冷链运输")


@dataclasses.dataclass
class Hands:
    """A clock whose hands the test moves."""

    now: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def served(wiring: Wiring, district: None) -> Wiring:
    """Some firms, recomputed, under the default timetable of the refresh."""
    settings = dataclasses.replace(
        wiring.settings, refresh_cron=DEFAULT.refresh_cron, watch_seconds=DEFAULT.watch_seconds
    )
    ours = dataclasses.replace(wiring, settings=settings, clock=Hands())
    with ours.transactions.begin() as session:
        for number in range(60):
            an_enterprise(session, scope=CLAUSES[number % 6] + "；" + CLAUSES[number // 6 % 6])
    assert ran_here(ours, JobName.RECOMPUTE).state == RunState.SUCCEEDED
    return ours


def pass_on(wiring: Wiring, seconds: float) -> None:
    assert isinstance(wiring.clock, Hands)
    wiring.clock.now += timedelta(seconds=seconds)


@on_sqlite
def test_a_change_is_published_within_half_a_minute_of_looks_whenever_it_comes(served: Wiring) -> None:
    """The other half is left for the refresh itself, which takes two seconds at a million firms."""
    reader = Current(served.settings.snapshots)
    for number, second in enumerate((0.0, 1.0, 19.0, 21.0, 59.0)):
        pass_on(served, 60 + second)
        name = f"江畔改名{number}有限公司"
        with served.transactions.begin() as session:
            firm = session.scalars(sa.select(Enterprise.enterprise_id)).first()
            one = sa.update(Enterprise).where(Enterprise.enterprise_id == firm)
            session.execute(one.values(name=name))
        assert name not in list(reader.get().firms.text("name"))
        waited = 0.0
        while (run := look(served)) is None:
            pass_on(served, served.settings.watch_seconds)
            waited += served.settings.watch_seconds
            assert waited <= 30
        assert done_here(served, JobName.REFRESH, run).state == RunState.SUCCEEDED
        assert name in list(reader.get().firms.text("name"))


def look(wiring: Wiring) -> str | None:
    return due.request_what_is_missing(wiring, JOBS[JobName.REFRESH], wiring.clock())


@on_sqlite
def test_a_quiet_hour_leaves_no_run_and_the_night_makes_one_whole_snapshot_of_all(served: Wiring) -> None:
    before = len(all_runs(served))
    for _ in range(720):
        pass_on(served, 5)
        assert look(served) is None
    assert len(all_runs(served)) == before
    with served.transactions.begin() as session:
        an_enterprise(session)
    run = ran_here(served, JobName.REFRESH)
    assert (run.state, run.error) == (RunState.SUCCEEDED, None)
    reader = Current(served.settings.snapshots)
    assert "base" in reader.get().manifest
    pass_on(served, 60)
    assert ran_here(served, JobName.RECOMPUTE).state == RunState.SUCCEEDED
    assert "base" not in reader.get().manifest
