"""Merges and splits over HTTP: for the station's officer, on evidence, undone by one call."""

from matcher.domain.access import Role
from tests.factories import an_enterprise

GROUND = {"evidence_kind": "licence", "evidence": "营业执照副本 2026-017"}


def two_files(session):
    for name in ("A", "B"):
        an_enterprise(session, enterprise_id=name, name="湖心百货有限公司", code=None, code_verdict=None)


def test_a_merge_is_made_shown_and_undone(service) -> None:
    service.change(two_files)
    client = service.client(Role.OFFICER)
    assert [one["enterprise_id"] for one in client.get("/v1/enterprises/A/identity").json["same_names"]] == [
        "B"
    ]
    body, key = {"other_id": "B", **GROUND}, {"Idempotency-Key": "k-1"}
    made = client.post("/v1/enterprises/A/merges", json=body, headers=key)
    assert (made.status_code, made.json["kind"], made.json["kept_id"]) == (201, "merge", "A")
    told = client.get("/v1/enterprises/A/identity").json
    assert (len(told["changes"]), told["same_names"]) == (1, [])
    undone = client.delete(f"/v1/identity-changes/{made.json['change_id']}")
    assert undone.json["undone_at"] is not None
    assert client.delete(f"/v1/identity-changes/{made.json['change_id']}").status_code == 409


def test_a_split_is_made_and_evidence_is_never_a_name(service) -> None:
    service.change(two_files)
    client, key = service.client(Role.OFFICER), {"Idempotency-Key": "k-1"}
    body = {"name": "湖心百货江岸店", **GROUND}
    wrong = body | {"evidence_kind": "same_name"}
    assert client.post("/v1/enterprises/A/splits", json=wrong, headers=key).status_code == 422
    made = client.post("/v1/enterprises/A/splits", json=body, headers=key)
    assert (made.status_code, made.json["kind"]) == (201, "split")
    assert client.get(f"/v1/enterprises/{made.json['other_id']}").status_code == 200


def test_others_may_not(service) -> None:
    service.change(two_files)
    key = {"Idempotency-Key": "k-1"}
    for role in (Role.ENTERPRISE, Role.BANK, Role.ADMINISTRATOR):
        answer = service.client(role).post(
            "/v1/enterprises/A/merges", json={"other_id": "B", **GROUND}, headers=key
        )
        assert answer.status_code == 403
