"""Industries and buildings over HTTP and in the console: found, shown as inferred, corrected, merged."""

from __future__ import annotations

import pytest

from matcher.domain.access import Role
from matcher.services import industries
from tests.factories import NOW, a_building, an_enterprise

SOFTWARE = {"name": "安庆湖心软件有限公司", "scope": "软件开发", "industry_code": None}


@pytest.fixture
def station(service):
    service.change(lambda session: an_enterprise(session, enterprise_id="E-1", **SOFTWARE))

    def infer(session) -> None:
        industries.write(session, industries.read(industries.unread_after(session)), NOW)

    service.change(infer)
    return service


def test_an_inferred_industry_is_shown_as_such_and_given_once_confirmed(station) -> None:
    client = station.client(Role.OFFICER)
    card = client.get("/v1/enterprises/E-1").json
    assert (card["industry_code"], card["industry_inferred"]) == ("65", True)
    shown = client.get("/v1/enterprises/E-1/industry")
    assert shown.json["inferred"] is True
    assert shown.json["candidates"][0]["code"] == "65"
    tag = {"If-Match": shown.headers["ETag"]}
    done = client.put("/v1/enterprises/E-1/industry", json={"code": "6513"}, headers=tag)
    assert done.json == {"code": "6513", "inferred": False, "confidence": None, "candidates": []}
    again = client.put("/v1/enterprises/E-1/industry", json={"code": "65"}, headers=tag)
    assert again.status_code == 412
    assert client.put("/v1/enterprises/E-1/industry", json={"code": "65"}).status_code == 428


def test_the_standard_is_searched_by_name(station) -> None:
    found = station.client(Role.OFFICER).get("/v1/industries?q=软件开发").json["items"]
    assert found[0]["code"].startswith("651")


def test_two_names_of_a_building_become_one_and_part_again(station) -> None:
    def two(session):
        a_building(session, building_id="B-1", name="新都会财经广场", address="东街43号")
        a_building(session, building_id="B-2", name="财经广场", address="东街43号")

    station.change(two)
    client = station.client(Role.OFFICER)
    (pair,) = client.get("/v1/buildings/merges").json["candidates"]
    body = {"kept": pair["kept_id"], "gone": pair["gone_id"]}
    made = client.post("/v1/buildings/merges", json=body, headers={"Idempotency-Key": "m-1"})
    assert made.status_code == 201
    assert client.get("/v1/buildings/merges").json["candidates"] == []
    undone = client.delete(f"/v1/buildings/merges/{made.json['merge_id']}")
    assert undone.json["undone_at"] is not None
    assert station.client(Role.ENTERPRISE).get("/v1/buildings/merges").status_code == 403
