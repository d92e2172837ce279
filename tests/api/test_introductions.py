"""Introductions over HTTP: a suggestion acted on climbs its ladder; the file of an enterprise tells all."""

import uuid

import pytest

from matcher.domain.access import Role
from tests.worlds import ASKER, CATERER_IN_TOWER, CLOSED_CATERER, LUNCH, RIVAL


def introduce(client, enterprise_id: str = CATERER_IN_TOWER, need_id: str = LUNCH):
    body = {"need_id": need_id, "enterprise_id": enterprise_id}
    return client.post("/v1/introductions", json=body, headers={"Idempotency-Key": str(uuid.uuid4())})


@pytest.fixture
def officer(tower):
    return tower.client(Role.OFFICER)


def climb(client, made, **step):
    path = f"/v1/introductions/{made.json['introduction_id']}"
    return client.patch(path, json=step, headers={"If-Match": client.get(path).headers["ETag"]})


def test_a_suggestion_acted_on_carries_the_recommender_s_score(officer) -> None:
    made = introduce(officer)
    assert (made.status_code, made.json["state"]) == (201, "introduced")
    listed = officer.get(f"/v1/needs/{LUNCH}/partners?n=1").json
    assert made.json["score"] == pytest.approx(listed["items"][0]["score"], abs=1e-3)
    assert made.json["snapshot_id"] == listed["snapshot_id"]
    assert officer.get(f"/v1/needs/{LUNCH}").json["state"] == "matching"
    listing = officer.get(f"/v1/introductions?need_id={LUNCH}").json["items"]
    assert [one["introduction_id"] for one in listing] == [made.json["introduction_id"]]


def test_the_same_two_are_introduced_once_until_it_was_declined(officer) -> None:
    made = introduce(officer)
    assert introduce(officer).status_code == 409
    refused = climb(officer, made, state="declined")
    assert (refused.status_code, refused.json["reason"]) == (422, "introductions.reason_needed")
    assert climb(officer, made, state="declined", reason="价格太高").json["reason"] == "价格太高"
    assert introduce(officer).status_code == 201


@pytest.mark.parametrize(("firm", "status"), [(RIVAL, 422), (ASKER, 422), (CLOSED_CATERER, 404), ("无", 404)])
def test_who_must_be_kept_apart_or_is_gone_is_not_introduced(officer, firm, status) -> None:
    assert introduce(officer, firm).status_code == status


def test_signed_needs_its_evidence_and_becomes_a_deal(officer) -> None:
    made = introduce(officer)
    assert climb(officer, made, state="met").status_code == 200
    refused = climb(officer, made, state="signed")
    assert (refused.status_code, refused.json["reason"]) == (422, "introductions.evidence_needed")
    signed = climb(officer, made, state="signed", evidence="合同 2026-117", amount_yuan="360000.00")
    assert [step["state"] for step in signed.json["steps"]] == ["introduced", "met", "signed"]
    paid = climb(officer, made, state="paid", evidence="回单 88", on="2026-12-20")
    assert paid.status_code == 200
    (deal,) = officer.get(f"/v1/enterprises/{ASKER}/file").json["deals"]
    assert (deal["side"], deal["other_id"], deal["stage"]) == ("buyer", CATERER_IN_TOWER, "paid")
    assert (deal["amount_yuan"], deal["day"]) == ("360000.00", "2026-12-20")
    assert officer.get(f"/v1/needs/{LUNCH}").json["state"] == "served"
    assert climb(officer, made, state="met").status_code == 409


def test_the_ladder_is_climbed_as_it_was_read(officer) -> None:
    path = f"/v1/introductions/{introduce(officer).json['introduction_id']}"
    assert officer.patch(path, json={"state": "met"}).status_code == 428
    stale = officer.get(path).headers["ETag"]
    assert officer.patch(path, json={"state": "met"}, headers={"If-Match": stale}).status_code == 200
    assert officer.patch(path, json={"state": "paid"}, headers={"If-Match": stale}).status_code == 412


def test_one_file_an_enterprise_tells_needs_introductions_and_who_did_what(tower, officer) -> None:
    introduce(officer)
    file = officer.get(f"/v1/enterprises/{ASKER}/file").json
    assert [need["need_id"] for need in file["needs"]] == [LUNCH]
    (line,) = file["introductions"]
    assert (line["side"], line["other_name"]) == ("asker", "湖心食惠餐饮有限公司")
    assert "introductions.create" in [act["action"] for act in file["timeline"]]
    (other,) = officer.get(f"/v1/enterprises/{CATERER_IN_TOWER}/file").json["introductions"]
    assert other["side"] == "candidate"
    assert officer.get("/v1/enterprises/ENT-CATERER-FAR/file").status_code == 404
    assert tower.client(Role.ENTERPRISE).get(f"/v1/enterprises/{ASKER}/file").status_code == 404


def test_another_s_introduction_looks_like_none(tower, officer) -> None:
    path = f"/v1/introductions/{introduce(officer).json['introduction_id']}"
    assert tower.client(Role.ENTERPRISE).get(path).status_code == 404
    assert introduce(tower.client(Role.ENTERPRISE)).status_code == 404
    assert tower.client(Role.BANK).get(path).status_code == 403
