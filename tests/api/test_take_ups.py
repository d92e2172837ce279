"""A loan need put to banks, taken up, refused with a reason, over HTTP; quotas spread; own decisions."""

import uuid

from matcher.domain.access import Role
from tests import factories as make
from tests.district import NEAR, YES


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def a_need(session) -> None:
    make.a_need(session, need_id="NEED-L", enterprise_id=YES, kind="financing", text="想贷款")


def test_a_bank_takes_up_and_refuses_with_a_reason_and_the_station_reads_only_how_far_it_is(district) -> None:
    district.change(a_need)
    officer, bank = district.client(Role.OFFICER), district.client(Role.BANK)
    started = officer.post("/v1/needs/NEED-L/take-ups", json={}, headers=key())
    assert (started.status_code, started.json["items"][0]["state"]) == (201, "open")
    (item,) = bank.get("/v1/take-ups").json["items"]
    assert (item["enterprise_id"], item["state"]) == (YES, "offered")
    place = f"/v1/take-ups/{item['take_up_id']}"
    assert bank.patch(place, json={"state": "approved", "amount_yuan": "5"}).status_code == 409
    assert bank.patch(place, json={"state": "taken"}).json["state"] == "taken"
    assert bank.patch(place, json={"state": "refused", "reason": "whim"}).status_code == 422
    refused = bank.patch(place, json={"state": "refused", "reason": "papers_missing"})
    assert refused.json["reason"] == "papers_missing"
    (told,) = officer.get("/v1/needs/NEED-L/take-ups").json["items"]
    assert (told["state"], told["reason"], told["bank"]) == ("closed", None, None)
    assert "papers_missing" in {one["code"] for one in bank.get("/v1/refusal-reasons").json["items"]}
    assert officer.get("/v1/take-ups").status_code == 403


def test_the_plan_serves_the_need_and_says_why(district) -> None:
    district.change(a_need)
    plan = district.client(Role.OFFICER).get("/v1/portfolio").json
    assert [(one["product_id"], bool(one["why"]["en"])) for one in plan["items"]] == [("LOAN", True)]
    assert (plan["served"], plan["proven"], plan["envies"]) == (1, True, 0)


def test_own_decisions_are_off_by_default_and_take_no_attribute_of_a_person(district) -> None:
    bank = district.client(Role.BANK)
    assert bank.get("/v1/risk").json["switched_on"] is False
    refused = bank.get("/v1/products/LOAN/eligible-firms?order=own_history")
    assert (refused.status_code, refused.json["reason"]) == (409, "risk.off")
    told = {"items": [{"decision_id": "D", "figures": {"age": 40}, "bad": True}]}
    assert bank.post("/v1/risk/decisions", json=told, headers=key()).status_code == 422
    assert district.client(Role.OFFICER).get("/v1/risk").status_code == 403


def test_stories_versions_spaces_and_questions_answer_over_http(district) -> None:
    bank, officer = district.client(Role.BANK), district.client(Role.OFFICER)
    told = {"criteria": [], "stories": "- {企业: {}, 结论: 可办}"}
    assert bank.post("/v1/products/stories", json=told).json["agree"] is True
    assert bank.get("/v1/products/LOAN/versions").json["items"] == []
    assert officer.get("/v1/products/ROOM/tenants").json["items"]
    held = officer.post("/v1/products/ROOM/holds", json={"enterprise_id": YES}, headers=key())
    assert held.status_code == 201
    again = officer.post("/v1/products/ROOM/holds", json={"enterprise_id": NEAR}, headers=key())
    assert (again.status_code, again.json["reason"]) == (409, "spaces.not_free")
    assert officer.delete(f"/v1/holds/{held.json['hold_id']}").status_code == 200
    assert bank.get("/v1/next-questions?by=yuan").json["products"] == 1
    ways = officer.get(f"/v1/enterprises/{NEAR}/products/LOAN/repairs").json
    assert (ways["truth"], ways["repair"]["changes"]) == ("no", ["revenue"])
