"""Two officers edit one row at once: exactly one wins, the other is told, and nothing is lost."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from matcher.domain.access import Role
from tests.factories import a_need, an_enterprise

PAIRS = [8, pytest.param(1_000, marks=pytest.mark.release)]


def at_once(service: Any, address: str, version: str, titles: tuple[str, str]) -> list[int]:
    """The status each of two edits of the same version got."""
    ready, told = threading.Barrier(2), {}

    def edit(title: str) -> None:
        client = service.client(Role.OFFICER)
        ready.wait()
        told[title] = client.patch(address, json={"title": title}, headers={"If-Match": version}).status_code

    threads = [threading.Thread(target=edit, args=(title,)) for title in titles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [told[title] for title in titles]


@pytest.mark.parametrize("pairs", PAIRS)
def test_of_two_edits_of_one_version_one_is_taken_and_one_is_told(service, pairs: int) -> None:
    def one_need(session: Any) -> None:
        an_enterprise(session, enterprise_id="E1")
        a_need(session, need_id="N1", enterprise_id="E1")

    service.change(one_need)
    client = service.client(Role.OFFICER)
    for pair in range(pairs):
        version = client.get("/v1/needs/N1").headers["ETag"]
        titles = (f"甲改第{pair}次", f"乙改第{pair}次")
        statuses = at_once(service, "/v1/needs/N1", version, titles)
        assert sorted(statuses) == [200, 412]
        kept = client.get("/v1/needs/N1").json["title"]
        assert kept == titles[statuses.index(200)]
