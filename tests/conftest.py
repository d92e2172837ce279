"""Fixtures for every test: two databases, a session, a moment, and one actor a role.

`engine` runs a test on SQLite and on PostgreSQL. Each test gets a database of its own, copied from
a template that was migrated once, so tests may commit as they like and run side by side (xdist).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck
from hypothesis import settings as examples
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.storage.db import connect, sessions
from matcher.storage.migrations import migrate
from tests import release
from tests.factories import BANK, FIRM, NOW, ORGANIZER, STATION
from tests.postgres_server import Copies, binaries, create_database, drop_database, running_server

ON_POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)
ENGINES = ("sqlite", ON_POSTGRESQL)

# No test is judged by the clock; in CI the same examples are drawn each time, so that a failure stays.
examples.register_profile(
    "steady",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
)
examples.load_profile("steady")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Before a run of the full figures: the hour is shared out among them."""
    if session.config.option.markexpr == "release":
        release.share(len(session.items), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """After a run of the full figures: how far each has come, and what it bounds."""
    if config.option.markexpr == "release":
        terminalreporter.section("rounds done of the full figures")
        for line in release.summary():
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied and never opened by a test."""
    path = tmp_path_factory.mktemp("template") / "rows.db"
    engine = connect(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    """A server for the whole session. Without binaries the test is skipped; in CI it fails."""
    if binaries() is None and "TEST_DATABASE_URL" not in os.environ:
        reason = "no PostgreSQL: initdb is not installed (apt-get install postgresql)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with running_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: sa.URL) -> Iterator[str]:
    """The name of a migrated PostgreSQL database, to be copied."""
    url = create_database(postgres_server)
    engine = connect(url.render_as_string(hide_password=False))
    migrate(engine)
    engine.dispose()
    assert url.database is not None
    yield url.database
    drop_database(postgres_server, url.database)


@pytest.fixture(scope="session")
def postgres_copies(postgres_server: sa.URL, postgres_template: str) -> Iterator[Copies]:
    """Copies of the migrated database."""
    copies = Copies(postgres_server, postgres_template)
    yield copies
    copies.close()


@contextmanager
def fresh_database(request: pytest.FixtureRequest, engine: str, folder: Path) -> Iterator[str]:
    """The address of a fresh, migrated database on `engine`, for as long as the context lasts."""
    if engine == "sqlite":
        path = folder / "rows.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    with request.getfixturevalue("postgres_copies").lent() as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database: once on SQLite, once on PostgreSQL."""
    with fresh_database(request, request.param, tmp_path) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """An engine on a fresh, migrated database of its own."""
    engine = connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    """One session, rolled back at the end. Commit where another session must see the rows.

    On SQLite it holds the write lock from its first statement until commit or rollback.
    """
    with sessions(engine)() as session:
        yield session
        session.rollback()


@pytest.fixture
def now() -> datetime:
    """Sunday 2026-11-22, nine in the morning in Shanghai."""
    return NOW


@pytest.fixture
def officer() -> Actor:
    return Actor("account-officer", Role.OFFICER, STATION)


@pytest.fixture
def firm() -> Actor:
    """Speaks for the enterprise FIRM; a test that needs its row makes it."""
    return Actor("account-firm", Role.ENTERPRISE, FIRM)


@pytest.fixture
def bank() -> Actor:
    return Actor("account-bank", Role.BANK, BANK)


@pytest.fixture
def organizer() -> Actor:
    return Actor("account-organizer", Role.ORGANIZER, ORGANIZER)


@pytest.fixture
def administrator() -> Actor:
    return Actor("account-administrator", Role.ADMINISTRATOR, "")
