"""Two hosts on one database: what one has seen, the other knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.application import build
from api.wiring import Wiring
from matcher.domain.access import Role
from matcher.settings import Settings
from tests.api.conftest import Clock, Service
from tests.api.test_imports import send
from tests.factories import NOW


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, shared_limits=True)


@pytest.fixture
def hosts(service: Service, tmp_path: Path) -> Iterator[tuple[Service, Service]]:
    """The service, and a second application with a data folder of its own."""
    settings = replace(service.wiring.settings, home=tmp_path / "second")
    wiring = replace(Wiring.of(settings), clock=service.clock)
    yield service, Service(build(settings, wiring), wiring, service.clock, service.keys)
    wiring.store.close()


def wrong_key(host: Service) -> int:
    return host.app.test_client().get("/v1/needs", headers={"Authorization": "Bearer wrong"}).status_code


def test_wrong_keys_are_counted_by_all_hosts_together(hosts: tuple[Service, Service]) -> None:
    first, second = hosts
    statuses = [wrong_key(host) for _ in range(5) for host in hosts]
    assert statuses == [401] * 10
    assert [wrong_key(first), wrong_key(second), wrong_key(first)] == [429] * 3
    clock: Clock = first.clock
    clock.now = NOW.replace(minute=NOW.minute + 1, second=1)
    assert wrong_key(second) == 401


def test_by_default_each_process_counts_for_itself(hosts: tuple[Service, Service]) -> None:
    apart = []
    for host in hosts:
        settings = replace(host.wiring.settings, shared_limits=False)
        wiring = replace(Wiring.of(settings), clock=host.clock)
        apart.append(Service(build(settings, wiring), wiring, host.clock, host.keys))
    assert [wrong_key(host) for _ in range(10) for host in apart] == [401] * 20
    for host in apart:
        host.wiring.store.close()


def test_a_file_goes_to_where_every_host_finds_it(service: Service, tmp_path: Path) -> None:
    settings = replace(service.wiring.settings, snapshots_url=f"file://{tmp_path / 'shared'}")
    apart = Service(
        build(settings, wiring := replace(Wiring.of(settings), clock=service.clock)),
        wiring,
        service.clock,
        service.keys,
    )
    assert (
        send(apart.client(Role.ADMINISTRATOR), "enterprise_id,name\nE-1,杭州远山餐饮有限公司\n").status_code
        == 202
    )
    (kept,) = (tmp_path / "shared" / "uploads").iterdir()
    assert kept.read_text(encoding="utf-8").endswith("有限公司\n")
    assert list(settings.uploads.iterdir()) == []
    (tmp_path / "shared").rename(tmp_path / "away")
    (tmp_path / "shared").write_text("no folder")
    refused = send(apart.client(Role.ADMINISTRATOR), "enterprise_id,name\n", key="k-2")
    assert (refused.status_code, refused.json["type"].rsplit("/", 1)[1]) == (503, "unavailable")
    assert list(settings.uploads.iterdir()) == []
    wiring.store.close()
