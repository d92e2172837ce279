"""Needs over HTTP: read, stored once, changed only as they were read, seen only by their own."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from matcher.domain.access import Role
from tests.factories import FIRM, an_enterprise

TEXT = "公司有120名员工，想找一家能每天送工作午餐的餐饮企业，预算每月3万元，12月31日前定下来"


@pytest.fixture
def station(service):
    service.change(lambda session: an_enterprise(session, enterprise_id="E-1", name="湖心云帆软件有限公司"))
    service.change(lambda session: an_enterprise(session, enterprise_id="E-9", station_id="ST-09"))
    service.change(lambda session: an_enterprise(session, enterprise_id=FIRM, name="本企业"))
    return service


def store(client, key: str = "k-1", **more: object):
    body = {"enterprise_id": "E-1", "text": TEXT, **more}
    return client.post("/v1/needs", json=body, headers={"Idempotency-Key": key})


def test_a_draft_is_read_and_nothing_is_stored(station) -> None:
    client = station.client(Role.OFFICER)
    body = client.post("/v1/needs/draft", json={"text": TEXT}).json
    slots = {slot["name"]: slot["value"] for slot in body["slots"]}
    assert slots["amount_yuan"] == "30000.00"
    assert slots["deadline"] == "2026-12-31"
    assert body["kind"] is not None
    for slot in body["slots"]:
        assert body["text"][slot["start"] : slot["end"]]
    assert client.get("/v1/needs").json["items"] == []


def test_a_need_is_stored_with_what_was_corrected(station) -> None:
    client = station.client(Role.OFFICER)
    answer = store(client, kind="supply", amount_yuan="25000.50", published=True)
    assert answer.status_code == 201
    assert answer.json["amount_yuan"] == "25000.50"
    assert answer.json["kind"] == "supply"
    shown = client.get(answer.headers["Location"])
    assert shown.json == answer.json
    assert shown.headers["ETag"] == answer.headers["ETag"]
    assert [need["need_id"] for need in client.get("/v1/needs").json["items"]] == [answer.json["need_id"]]


def test_one_key_is_one_need(station) -> None:
    client = station.client(Role.OFFICER)
    first, again = store(client), store(client)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert store(client, published=True).status_code == 422
    assert len(client.get("/v1/needs").json["items"]) == 1


def test_a_refused_need_leaves_its_key_free(station) -> None:
    client = station.client(Role.OFFICER)
    assert store(client, industries=["0000"]).status_code == 422
    assert store(client).status_code == 201


def test_one_key_from_many_threads_is_one_need(station) -> None:
    clients = [station.client(Role.OFFICER) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(store, clients))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json["need_id"] for answer in answers if answer.status_code == 201}) == 1


def test_an_edit_needs_the_version_that_was_read(station) -> None:
    client = station.client(Role.OFFICER)
    stored = store(client)
    place, etag = stored.headers["Location"], stored.headers["ETag"]
    change = {"amount_yuan": "20000.00"}
    assert client.patch(place, json=change).status_code == 428
    assert client.patch(place, json=change, headers={"If-Match": "*"}).status_code == 400
    changed = client.patch(place, json=change, headers={"If-Match": etag})
    assert changed.status_code == 200
    assert changed.json["amount_yuan"] == "20000.00"
    late = client.patch(place, json={"published": True}, headers={"If-Match": etag})
    assert late.status_code == 412
    cleared = client.patch(place, json={"deadline": None}, headers={"If-Match": changed.headers["ETag"]})
    assert cleared.json["deadline"] is None


def test_of_two_officers_who_edit_at_once_one_wins(station) -> None:
    stored = store(station.client(Role.OFFICER))
    place, etag = stored.headers["Location"], stored.headers["ETag"]

    def edit(title: str) -> int:
        client = station.client(Role.OFFICER)
        return client.patch(place, json={"title": title}, headers={"If-Match": etag}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(edit, ["甲改的", "乙改的"])) == [200, 412]


@pytest.mark.parametrize(
    "body",
    [
        {"text": "x" * 4001},
        {"text": ""},
        {"text": "   "},
        {"text": None},
        {"text": TEXT, "extra": 1},
        {"text": TEXT, "published": 1},
        {"text": TEXT, "kind": "SUPPLY"},
        {"text": TEXT, "amount_yuan": 3},
        {"text": TEXT, "amount_yuan": "1_000"},
        {"text": TEXT, "amount_yuan": "３０"},
        {"text": TEXT, "amount_yuan": "-1"},
        {"text": TEXT, "deadline": "31.12.2026"},
        {"text": TEXT, "quantity": True},
        {"text": TEXT, "quantity": "3"},
        {"text": {"a": 1}},
    ],
)
def test_what_does_not_fit_is_refused_by_field(station, body: dict) -> None:
    answer = station.client(Role.OFFICER).post(
        "/v1/needs", json={"enterprise_id": "E-1", **body}, headers={"Idempotency-Key": "k"}
    )
    assert answer.status_code == 422
    assert answer.json["code"] == "invalid_input"


def test_another_stations_firm_and_need_look_like_none(station) -> None:
    client = station.client(Role.OFFICER)
    assert store(client, enterprise_id="E-9").status_code == 404
    assert store(client, "k-2", enterprise_id="E-0").status_code == 404
    place = store(station.client(Role.ENTERPRISE), enterprise_id=FIRM).headers["Location"]
    assert client.get(place).status_code == 200
    other = store(client, "k-3").headers["Location"]
    assert station.client(Role.ENTERPRISE).get(other).status_code == 404
    assert station.client(Role.ENTERPRISE).get(f"{other}/partners").status_code in (404, 503)
