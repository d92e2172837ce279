"""A database that is away for a minute: told within half of it, and the timetable at work within another.

The timetable and the API are processes of their own, with the settings of an installation; SQLite's write
lock is held by another program, and PostgreSQL's server is stopped.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobs.wiring import Wiring
from matcher.domain.job import RunState
from matcher.settings import Settings
from matcher.storage.db import connect
from matcher.storage.migrations import migrate
from tests.conftest import ENGINES, fresh_database
from tests.faults.support import a_process, all_runs, end, ran_here, until
from tests.postgres_server import create_database, own_server
from tests.release import note, rounds
from tests.sockets import a_free_port

MINUTE, TOLD, MADE_UP = 60.0, 30.0, 60.0  # seconds
EVERY_TEN_SECONDS = "*/10 * * * * *"
Away = Callable[[], AbstractContextManager[None]]


@dataclasses.dataclass(frozen=True)
class Database:
    """Its address, and how it is taken away for as long as a context lasts."""

    url: str
    away: Away


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of this test's own."""
    if request.param == "sqlite":
        with fresh_database(request, "sqlite", tmp_path) as url:
            yield Database(url, functools.partial(_locked, url))
        return
    with own_server() as server:
        url = create_database(server.url).render_as_string(hide_password=False)
        engine = connect(url)
        migrate(engine)
        engine.dispose()

        @contextmanager
        def stopped() -> Iterator[None]:
            server.stop("fast")
            try:
                yield
            finally:
                server.start()

        yield Database(url, stopped)


@pytest.fixture
def database_url(database: Database) -> str:
    """Whatever else asks for a database gets this one."""
    return database.url


@contextmanager
def _locked(url: str) -> Iterator[None]:
    other = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.exec_driver_sql("ROLLBACK")
    other.dispose()


@dataclasses.dataclass(frozen=True)
class Installation:
    """A timetable and an API that run, each in its own process."""

    address: str
    timetable: subprocess.Popen[str]

    def health(self) -> str:
        """What `/v1/ready` tells: ready, degraded, or away for a 503."""
        try:
            with urllib.request.urlopen(f"{self.address}/v1/ready", timeout=20) as answer:
                return str(json.load(answer)["status"])
        except urllib.error.HTTPError as refused:
            return "away" if refused.code == 503 else f"refused with {refused.code}"
        except urllib.error.URLError:
            return "not started"


@contextmanager
def an_installation(settings: Settings) -> Iterator[Installation]:
    """Both processes, once the API says that all is well."""
    with contextlib.ExitStack() as stack:
        log = stack.enter_context((settings.home / "log").open("w"))
        timetable = a_process(settings, "tests.faults.timetable_process", "note", "recompute_cron", log=log)
        stack.callback(end, timetable)
        stack.callback(end, a_process(settings, "api", log=log))
        both = Installation(f"http://{settings.bind}", timetable)
        until(lambda: both.health() == "ready", "the installation to be ready")
        yield both


def waited(condition: Callable[[], bool], most: float, what: str) -> float:
    """Seconds until it held; fails past `most`."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < most, f"{most:.0f} s went by without {what}"
        time.sleep(0.5)
    return time.monotonic() - begun


@pytest.mark.release
def test_fifty_outages_of_a_minute_are_told_and_made_up(
    wiring: Wiring, settings: Settings, district: None, notes: Path, database: Database
) -> None:
    ran_here(wiring, "recompute")
    often = dataclasses.replace(
        settings,
        bind=f"127.0.0.1:{a_free_port()}",
        recompute_cron=EVERY_TEN_SECONDS,
        lease_seconds=Settings.lease_seconds,
        watch_seconds=Settings.watch_seconds,
    )
    engine = wiring.engine.dialect.name
    with an_installation(often) as both:
        for number in rounds(f"outages_of_a_minute-{engine}", 50):
            told, made_up = _an_outage(wiring, both, database.away)
            note(f"a minute away, {engine}, {number}: told {told:.0f} s in, next run {made_up:.0f} s after")


def _an_outage(wiring: Wiring, both: Installation, away: Away) -> tuple[float, float]:
    until(lambda: both.health() == "ready", "all to be well")
    begun = time.monotonic()
    with away():
        told = waited(lambda: both.health() in {"degraded", "away"}, TOLD, "telling that something is wrong")
        time.sleep(max(0.0, MINUTE - (time.monotonic() - begun)))
    back = datetime.now(UTC)
    made_up = waited(lambda: _a_run_since(wiring, back), MADE_UP, "a run after the outage")
    assert both.timetable.poll() is None  # the very process, hence its thread, is alive
    return told, made_up


def _a_run_since(wiring: Wiring, moment: datetime) -> bool:
    ended = [run for run in all_runs(wiring) if run.state == RunState.SUCCEEDED]
    return any(run.started_at is not None and run.started_at >= moment for run in ended)
