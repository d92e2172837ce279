"""A file over HTTP: whole or not at all, once a key, reported to its sender."""

import io

from flask.testing import FlaskClient

from jobs import importing
from jobs.wiring import Wiring as Jobs
from matcher.domain.access import Role

FILE = "enterprise_id,name,industry_code\nE-1,湖心餐饮有限公司,6210\nE-2,东门模具厂,3525\n"


def send(client: FlaskClient, text: str, key: str = "k-1", **form: str):
    data = {"file": (io.BytesIO(text.encode()), "企业.csv"), "kind": "enterprises", **form}
    return client.post("/v1/imports", data=data, headers={"Idempotency-Key": key})


def carry(service) -> dict[str, int]:
    """What the timetable's process does with what it finds."""
    return importing.carry_all(Jobs(service.wiring.settings, service.wiring.store.engine, service.clock))


def test_a_good_file_is_received_then_imported_and_its_report_kept(service) -> None:
    client = service.client(Role.OFFICER)
    answer = send(client, FILE)
    assert answer.status_code == 202, answer.text
    assert (answer.json["state"], answer.json["applied"]) == ("received", False)
    assert client.get("/v1/enterprises").json["items"] == []
    assert carry(service) == {"succeeded": 1}
    told = client.get(answer.headers["Location"]).json
    assert (told["state"], told["new"], told["refused"], told["applied"]) == ("succeeded", 2, 0, True)
    assert (told["done"], told["total"]) == (2, 2)
    assert client.get("/v1/enterprises?q=餐饮").json["items"][0]["enterprise_id"] == "E-1"
    assert list(service.wiring.settings.uploads.iterdir()) == []


def test_a_received_file_asks_for_one_run_of_the_job(service) -> None:
    send(service.client(Role.OFFICER), FILE)
    send(service.client(Role.OFFICER), FILE, key="k-2")
    jobs = service.client(Role.ADMINISTRATOR).get("/v1/jobs").json["items"]
    (job,) = (one for one in jobs if one["name"] == "import")
    assert job["newest"]["state"] == "requested"
    assert carry(service) == {"succeeded": 2}


def test_a_dry_run_changes_nothing(service) -> None:
    client = service.client(Role.OFFICER)
    place = send(client, FILE, dry_run="true").headers["Location"]
    carry(service)
    told = client.get(place).json
    assert (told["state"], told["dry_run"], told["new"], told["applied"]) == ("succeeded", True, 2, False)
    assert client.get("/v1/enterprises").json["items"] == []


def test_a_bad_row_keeps_the_whole_file_out_and_is_named(service) -> None:
    client = service.client(Role.OFFICER)
    place = send(client, FILE + "E-3,坏行,不是行业\n").headers["Location"]
    carry(service)
    body = client.get(place).json
    assert (body["applied"], body["state"]) == (False, "failed")
    assert body["problems"][0]["line"] == 4
    assert client.get("/v1/enterprises").json["items"] == []


def test_an_import_that_waits_is_cancelled_at_once_and_one_that_has_ended_is_not(service) -> None:
    client = service.client(Role.OFFICER)
    place = send(client, FILE).headers["Location"]
    assert service.client(Role.ADMINISTRATOR).delete(place).status_code == 404
    assert client.delete(place).json["state"] == "cancelled"
    assert carry(service) == {}
    assert client.get("/v1/enterprises").json["items"] == []
    place = send(client, FILE, key="k-2").headers["Location"]
    carry(service)
    refused = client.delete(place)
    assert (refused.status_code, refused.json["reason"]) == (409, "imports.not_cancellable")


def test_other_headings_than_ours_are_named_by_a_map_that_comes_with_the_file(service) -> None:
    client = service.client(Role.OFFICER)
    text = "代码,单位,从业\nE-1,湖心餐饮有限公司,12\nE-2,东门模具厂,很多\n"
    columns = 'partial = true\n[columns]\n"代码" = "enterprise_id"\n"单位" = "name"\n"从业" = "employees"\n'
    place = send(client, text, map=(io.BytesIO(columns.encode()), "ours.toml")).headers["Location"]
    assert carry(service) == {"succeeded": 1}
    told = client.get(place).json
    assert (told["new"], told["refused"], told["problems"][0]["value"]) == (1, 1, "很多")


def test_a_wrong_map_is_refused_at_once(service) -> None:
    client = service.client(Role.OFFICER)
    for n, wrong in enumerate((b"columns = 3", b"\xff\xfe", b"x" * 70_000)):
        answer = send(client, FILE, key=f"k-{n}", map=(io.BytesIO(wrong), "ours.toml"))
        assert (answer.status_code, answer.json["reason"]) == (422, "imports.bad_map")
    assert send(client, FILE, key="k-9", map="columns").status_code == 422
    assert carry(service) == {}


def test_the_same_key_takes_the_file_once(service) -> None:
    client = service.client(Role.OFFICER)
    first = send(client, FILE)
    second = send(client, FILE)
    assert second.json == first.json
    assert carry(service) == {"succeeded": 1}
    assert second.headers["Idempotent-Replayed"] == "true"
    assert send(client, FILE + "\n").status_code == 422


def test_without_a_key_nothing_is_taken(service) -> None:
    data = {"file": (io.BytesIO(FILE.encode()), "企业.csv")}
    answer = service.client(Role.OFFICER).post("/v1/imports", data=data)
    assert answer.status_code == 400
    assert answer.json["reason"] == "api.idempotency_key_missing"


def test_a_report_is_for_its_sender(service) -> None:
    place = send(service.client(Role.OFFICER), FILE).headers["Location"]
    assert service.client(Role.OFFICER).get(place).status_code == 200
    # A report quotes cells: the administrator, who reads no business data, gets none of it either.
    assert service.client(Role.ADMINISTRATOR).get(place).status_code == 404
    assert service.client(Role.OFFICER).get("/v1/imports/none").status_code == 404
    assert service.client(Role.BANK).get(place).status_code == 403


def test_json_limits_hold_elsewhere(service) -> None:
    client = service.client(Role.OFFICER)
    answer = client.post(
        "/v1/partners/query", data=b'"' + b"a" * 1024 * 1024 + b'"', content_type="application/json"
    )
    assert answer.status_code == 413
    assert client.post("/v1/partners/query", data=b"{}", content_type="text/plain").status_code == 415
    assert client.post("/v1/imports", json={}, headers={"Idempotency-Key": "a"}).status_code == 415
