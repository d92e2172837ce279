"""A real application on a migrated database, on each of the two engines, with one account and key a role."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url

from api.application import build
from api.wiring import Wiring, install
from matcher.domain.access import Actor, Role
from matcher.services.access import NewAccount, create_account, create_key
from matcher.settings import Settings
from matcher.storage.transactions import Session, Transactions
from tests.conftest import ENGINES, fresh_database
from tests.district import a_district
from tests.factories import BANK, FIRM, NOW, ORGANIZER, STATION, a_station
from tests.postgres_server import Copies
from tests.worlds import a_canteen_tower

SECRET = "s" * 32
PASSWORD = "正确的马和电池与订书钉"
SCOPES = {
    Role.OFFICER: STATION,
    Role.ENTERPRISE: FIRM,
    Role.BANK: BANK,
    Role.ORGANIZER: ORGANIZER,
    Role.ADMINISTRATOR: "",
    Role.AUDITOR: "",
}
SNAPSHOTS, ROWS = "snapshots", "rows.db"
WORLDS: Mapping[str, Callable[[Session], object]] = {"tower": a_canteen_tower, "district": a_district}
OPERATOR = Actor("local", Role.ADMINISTRATOR, "")


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Service:
    """The application with what a test needs to speak to it."""

    app: APIFlask
    wiring: Wiring
    clock: Clock
    keys: Mapping[Role, str]

    def client(self, role: Role | None = None) -> FlaskClient:
        """A client that carries the role's key; None: nobody's."""
        client = self.app.test_client()
        if role is not None:
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.keys[role]}"
        return client

    def change(self, act: Callable[[Session], object]) -> None:
        """Do something to the rows and commit it."""
        with self.wiring.store.writing.begin() as session:
            act(session)


@dataclass(frozen=True)
class Kept:
    """A world written once for the session, to be copied and never opened by a test."""

    home: Path
    url: str
    keys: Mapping[Role, str]
    copies: Copies | None = None

    @contextmanager
    def copied(self, folder: Path) -> Iterator[str]:
        """The address of a copy of its database, with its snapshots in `folder`."""
        shutil.copytree(self.home / SNAPSHOTS, folder / SNAPSHOTS, dirs_exist_ok=True)
        if self.copies is None:
            shutil.copyfile(self.home / ROWS, folder / ROWS)
            yield f"sqlite:///{folder / ROWS}"
            return
        with self.copies.lent() as url:
            yield url.render_as_string(hide_password=False)


class Shelf:
    """The worlds kept on one engine, each written when it is first asked for."""

    def __init__(self, engine: str, request: pytest.FixtureRequest, until_the_end: ExitStack) -> None:
        self._engine, self._request, self._until_the_end = engine, request, until_the_end
        self._made: dict[str, Kept] = {}

    def world(self, name: str) -> Kept:
        """The rows of a world, its published snapshot, one key a role."""
        if name not in self._made:
            home = self._request.getfixturevalue("tmp_path_factory").mktemp(f"kept-{name}")
            url = self._until_the_end.enter_context(fresh_database(self._request, self._engine, home))
            keys = _written(home, url, name)
            self._made[name] = Kept(home, url, keys, self._copies(url))
        return self._made[name]

    def _copies(self, url: str) -> Copies | None:
        if self._engine == "sqlite":
            return None
        server = self._request.getfixturevalue("postgres_server")
        copies = Copies(server, str(make_url(url).database))
        self._until_the_end.callback(copies.close)
        return copies


@pytest.fixture(scope="session")
def kept_on_sqlite(request: pytest.FixtureRequest, sqlite_template: Path) -> Iterator[Shelf]:
    with ExitStack() as until_the_end:
        yield Shelf("sqlite", request, until_the_end)


@pytest.fixture(scope="session")
def kept_on_postgresql(request: pytest.FixtureRequest, postgres_copies: Copies) -> Iterator[Shelf]:
    with ExitStack() as until_the_end:
        yield Shelf("postgresql", request, until_the_end)


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database; to a test that asks for a service, one with its accounts and its world."""
    if "service" not in request.fixturenames:
        with fresh_database(request, request.param, tmp_path) as url:
            yield url
        return
    with _world_of(request, request.param).copied(tmp_path) as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_of(tmp_path, database_url)


def settings_of(home: Path, url: str) -> Settings:
    """Settings of a service under test."""
    return Settings(home=home, database_url=url, secret_key=SECRET, log_level="CRITICAL")


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> APIFlask:
    """The routes put together once: it takes a quarter of a second, and nothing of a test stays in them."""
    home = tmp_path_factory.mktemp("application")
    unused = settings_of(home, f"sqlite:///{home}/unused.db")
    wiring = Wiring.of(unused)
    wiring.store.close()
    return build(unused, wiring)


@pytest.fixture
def service(
    request: pytest.FixtureRequest,
    settings: Settings,
    application: APIFlask,
) -> Iterator[Service]:
    """The application with this test's own database, snapshots, clock, limits and figures."""
    clock = Clock()
    wiring = replace(Wiring.of(settings), clock=clock)
    install(application, wiring)
    engine = "sqlite" if settings.database_url.startswith("sqlite") else "postgresql"
    yield Service(application, wiring, clock, _world_of(request, engine).keys)
    wiring.store.close()


@pytest.fixture
def own_service(service: Service, settings: Settings) -> Service:
    """A service with an application of its own, for a test that adds a route to it."""
    return replace(service, app=build(settings, service.wiring))


def _world_of(request: pytest.FixtureRequest, engine: str) -> Kept:
    """The world that a test asks for by a fixture's name; else one with a station and accounts alone."""
    name = next((name for name in WORLDS if name in request.fixturenames), "")
    kept: Kept = request.getfixturevalue(f"kept_on_{engine}").world(name)
    return kept


def a_key(session: Session, role: Role) -> str:
    """An account named after the role, with a key."""
    account = create_account(session, OPERATOR, NewAccount(role.value, role, SCOPES[role]), NOW)
    return create_key(session, OPERATOR, account.account_id, NOW).token


@pytest.fixture
def officer_client(service: Service) -> FlaskClient:
    return service.client(Role.OFFICER)


@pytest.fixture
def admin_client(service: Service) -> FlaskClient:
    return service.client(Role.ADMINISTRATOR)


@pytest.fixture
def tower(service: Service) -> Service:
    """The tower whose software firm needs lunch, compiled and published."""
    return service


@pytest.fixture
def district(service: Service) -> Service:
    """A bank's and an organizer's tiny district, compiled and published."""
    return service


def _written(home: Path, url: str, name: str) -> Mapping[Role, str]:
    """Write a world into an empty database and publish it; the keys of its accounts."""
    from matcher.build.compile import compile_snapshot
    from matcher.graph.snapshot import publish

    folder = settings_of(home, url).snapshots
    folder.mkdir(parents=True, exist_ok=True)
    store = Transactions.open(url)
    with store.writing.begin() as session:
        a_station(session)
        keys = {role: a_key(session, role) for role in Role}
    if name:
        with store.writing.begin() as session:
            WORLDS[name](session)
        with store.reading.begin() as session:
            snapshot_id = compile_snapshot(session, folder, NOW)
        publish(folder, snapshot_id, 1)
    store.close()
    return keys
