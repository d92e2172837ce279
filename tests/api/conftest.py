"""A real application on a migrated database, on each of the two engines, with one account and key a role."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from api.application import build
from api.wiring import Wiring
from matcher.domain.access import Actor, Role
from matcher.services.access import NewAccount, create_account, create_key
from matcher.settings import Settings
from matcher.storage.transactions import Session
from tests.factories import BANK, FIRM, NOW, ORGANIZER, STATION, a_station

PASSWORD = "正确的马和电池与订书钉"
SCOPES = {
    Role.OFFICER: STATION,
    Role.ENTERPRISE: FIRM,
    Role.BANK: BANK,
    Role.ORGANIZER: ORGANIZER,
    Role.ADMINISTRATOR: "",
    Role.AUDITOR: "",
}
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


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(home=tmp_path, database_url=database_url, secret_key="s" * 32, log_level="CRITICAL")


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    clock = Clock()
    wiring = replace(Wiring.of(settings), clock=clock)
    app = build(settings, wiring)
    with wiring.store.writing.begin() as session:
        a_station(session)
        keys = {role: a_key(session, role) for role in Role}
    yield Service(app, wiring, clock, keys)
    wiring.store.close()


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
    from tests.worlds import a_canteen_tower

    return _published(service, a_canteen_tower)


@pytest.fixture
def district(service: Service) -> Service:
    """A bank's and an organizer's tiny district, compiled and published."""
    from tests.district import a_district

    return _published(service, a_district)


def _published(service: Service, world: Callable[[Session], object]) -> Service:
    from matcher.build.compile import compile_snapshot
    from matcher.graph.snapshot import publish

    service.change(world)
    folder = service.wiring.settings.snapshots
    with service.wiring.store.reading.begin() as session:
        snapshot_id = compile_snapshot(session, folder, NOW)
    publish(folder, snapshot_id, 1)
    return service
