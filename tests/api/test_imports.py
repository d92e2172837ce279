"""A file over HTTP: whole or not at all, once a key, reported to its sender."""

import io

from flask.testing import FlaskClient

from matcher.domain.access import Role

FILE = "enterprise_id,name,industry_code\nE-1,湖心餐饮有限公司,6210\nE-2,东门模具厂,3525\n"


def send(client: FlaskClient, text: str, key: str = "k-1", **form: str):
    data = {"file": (io.BytesIO(text.encode()), "企业.csv"), "kind": "enterprises", **form}
    return client.post("/v1/imports", data=data, headers={"Idempotency-Key": key})


def test_a_good_file_is_taken_and_its_report_kept(service) -> None:
    client = service.client(Role.OFFICER)
    answer = send(client, FILE)
    assert answer.status_code == 201, answer.text
    assert (answer.json["new"], answer.json["refused"], answer.json["applied"]) == (2, 0, True)
    again = client.get(answer.headers["Location"])
    assert again.json == answer.json
    assert client.get("/v1/enterprises?q=餐饮").json["items"][0]["enterprise_id"] == "E-1"


def test_a_dry_run_changes_nothing(service) -> None:
    client = service.client(Role.OFFICER)
    assert send(client, FILE, dry_run="true").json["dry_run"] is True
    assert client.get("/v1/enterprises").json["items"] == []


def test_a_bad_row_keeps_the_whole_file_out_and_is_named(service) -> None:
    client = service.client(Role.OFFICER)
    body = send(client, FILE + "E-3,坏行,不是行业\n").json
    assert body["applied"] is False
    assert body["state"] == "failed"
    assert body["problems"][0]["line"] == 4
    assert client.get("/v1/enterprises").json["items"] == []


def test_the_same_key_takes_the_file_once(service) -> None:
    client = service.client(Role.OFFICER)
    first = send(client, FILE)
    second = send(client, FILE)
    assert second.json == first.json
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
