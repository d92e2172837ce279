"""A bank's questions over HTTP: only consenting firms, each disclosure written down, counts rounded."""

import uuid
from datetime import timedelta

import sqlalchemy as sa

from matcher.build.compile import compile_snapshot
from matcher.domain.access import Role
from matcher.graph import snapshot
from matcher.storage.enterprises import Enterprise
from tests.district import NEAR, SILENT, YES
from tests.factories import FIRM, NOW, STATION

LOAN = "/v1/products/LOAN"


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def named(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [firm["enterprise_id"] for firm in answer.json["items"]]


def test_a_bank_sees_only_firms_that_agreed_near_misses_last_and_why_in_both_languages(district) -> None:
    body = district.client(Role.BANK).get(f"{LOAN}/eligible-firms").json
    standings = [(firm["enterprise_id"], firm["standing"]) for firm in body["items"]]
    assert standings == [(YES, "eligible"), (NEAR, "near_miss")]
    (short,) = body["items"][-1]["failing"]
    assert short["field"] == "revenue"
    assert "还差 120,000 元" in short["sentence"]["zh"]
    assert short["sentence"]["en"]
    assert body["snapshot_id"]
    assert body["as_of"] == "2026-11-22T01:00:00Z"
    assert SILENT not in str(body)


def test_a_withdrawn_consent_takes_the_firm_out_at_once(district) -> None:
    bank, officer = district.client(Role.BANK), district.client(Role.OFFICER)
    assert YES in named(bank.get(f"{LOAN}/eligible-firms"))
    ended = officer.delete(f"/v1/consents/CON-{YES}?reason=不再需要")
    assert (ended.status_code, ended.json["state"], ended.json["reason"]) == (200, "revoked", "不再需要")
    assert YES not in named(bank.get(f"{LOAN}/eligible-firms"))
    assert officer.delete(f"/v1/consents/CON-{YES}").status_code == 409


def test_a_consent_given_now_counts_now_and_needs_its_proof_from_an_officer(district) -> None:
    bank, officer = district.client(Role.BANK), district.client(Role.OFFICER)
    form = {
        "enterprise_id": SILENT,
        "grantee": "BANK-01",
        "purpose": "financing",
        "fields": ["revenue", "founded_on"],
    }
    refused = officer.post("/v1/consents", json=form, headers=key())
    assert (refused.status_code, refused.json["reason"]) == (422, "consents.proof_needed")
    again = key()
    for replayed in (None, "true"):
        made = officer.post("/v1/consents", json={**form, "proof": "授权书第7号"}, headers=again)
        assert made.status_code == 201
        assert made.headers.get("Idempotent-Replayed") == replayed
    assert SILENT in named(bank.get(f"{LOAN}/eligible-firms"))
    assert bank.get("/v1/consents").json["items"][0]["enterprise_id"] == SILENT
    assert bank.post("/v1/consents", json=form, headers=key()).status_code == 403


def test_each_firm_shown_can_read_by_whom(district) -> None:
    district.client(Role.BANK).get(f"{LOAN}/eligible-firms")
    station = district.client(Role.OFFICER).get(f"/v1/enterprises/{YES}/disclosures").json["items"]
    assert "BANK-01" not in {line["party"] for line in station}  # what a bank read is the firm's own to know
    lines = district.client(Role.AUDITOR).get(f"/v1/enterprises/{YES}/disclosures").json["items"]
    (line,) = [one for one in lines if one["action"] == "disclosure"]
    assert (line["party"], line["purpose"]) == ("BANK-01", "financing")
    assert "revenue" in line["fields"]
    assert line["consents"] == [f"CON-{YES}"]
    assert district.client(Role.BANK).get(f"/v1/enterprises/{YES}/disclosures").status_code == 403


def test_counts_are_rounded_to_five_and_silent_below_ten(district) -> None:
    counts = district.client(Role.BANK).get(f"{LOAN}/counts").json
    assert counts["eligible"] is not None
    assert counts["eligible"] % 5 == 0
    assert counts["near_miss"] is None
    assert counts["snapshot_id"]


def test_another_bank_s_product_looks_like_none(district) -> None:
    bank = district.client(Role.BANK)
    for path in ("", "/eligible-firms", "/counts"):
        strange = bank.get(f"/v1/products/FOREIGN{path}")
        missing = bank.get(f"/v1/products/NONE{path}")
        assert (strange.status_code, missing.status_code) == (404, 404), path
        assert strange.json["reason"] == missing.json["reason"]
    assert [one["product_id"] for one in bank.get("/v1/products").json["items"]] == ["LOAN"]


def test_pages_follow_each_other_and_a_stale_cursor_is_refused(district) -> None:
    bank = district.client(Role.BANK)
    first = bank.get(f"{LOAN}/eligible-firms?n=1").json
    second = bank.get(f"{LOAN}/eligible-firms", query_string={"n": 1, "cursor": first["next"]}).json
    assert {first["items"][0]["enterprise_id"], second["items"][0]["enterprise_id"]} == {YES, NEAR}
    assert second["next"] is None
    assert bank.get(f"{LOAN}/eligible-firms?cursor=%25%25").status_code == 422


def test_pages_of_one_list_are_of_one_snapshot_though_another_is_served_in_between(district) -> None:
    bank, folder = district.client(Role.BANK), district.wiring.current.folder
    first = bank.get(f"{LOAN}/eligible-firms?n=1").json
    with district.wiring.store.reading() as session:
        snapshot.publish(folder, compile_snapshot(session, folder, NOW + timedelta(hours=1)), 2)
    anew = bank.get(f"{LOAN}/eligible-firms?n=1").json
    assert anew["snapshot_id"] != first["snapshot_id"]
    asked = {"n": 1, "cursor": first["next"]}
    second = bank.get(f"{LOAN}/eligible-firms", query_string=asked).json
    assert (second["snapshot_id"], second["as_of"]) == (first["snapshot_id"], first["as_of"])
    assert [one["enterprise_id"] for one in second["items"]] == [NEAR]
    district.change(lambda session: session.execute(sa.update(Enterprise).values(status="closed")))
    assert bank.get(f"{LOAN}/eligible-firms", query_string=asked).json["items"] == []


def test_a_bank_makes_a_loan_and_changes_it_as_it_was_read(district) -> None:
    bank = district.client(Role.BANK)
    body = {
        "title": "订单贷",
        "owner_name": "湖心村镇银行",
        "kind": "loan",
        "amount_yuan": "7800000.00",
        "rate": 0.0365,
        "criteria": [{"field": "revenue_wan", "operator": "at_least", "value": 300}],
    }
    made = bank.post("/v1/products", json=body, headers=key())
    assert (made.status_code, made.json["owner"], made.json["amount_yuan"]) == (201, "BANK-01", "7800000.00")
    assert made.json["criteria"] == [{"field": "revenue", "operator": "at_least", "value": 3_000_000.0}]
    path = made.headers["Location"]
    assert bank.patch(path, json={"rate": 0.03}).status_code == 428
    etag = bank.get(path).headers["ETag"]
    changed = bank.patch(path, json={"rate": 0.03, "text": None}, headers={"If-Match": etag})
    assert (changed.status_code, changed.json["rate"]) == (200, 0.03)
    assert bank.patch(path, json={"rate": 0.02}, headers={"If-Match": etag}).status_code == 412
    loans = district.client(Role.OFFICER).get(f"/v1/enterprises/{YES}/loans").json["items"]
    assert changed.json["product_id"] in [one["product_id"] for one in loans]


def test_what_is_wrong_with_a_product_is_named(district) -> None:
    bank = district.client(Role.BANK)
    plain = {"title": "贷", "owner_name": "行", "kind": "loan"}
    for over, reason in (
        ({"kind": "policy"}, "api.kind_not_yours"),
        (
            {"criteria": [{"field": "luck", "operator": "at_least", "value": 1}]},
            "products.unknown_field",
        ),
        ({"valid_from": "2026-12-01", "valid_until": "2026-01-01"}, "api.ends_before_start"),
        ({"owner": "BANK-02"}, "api.fields"),
    ):
        refused = bank.post("/v1/products", json=plain | over, headers=key())
        assert (refused.status_code, refused.json["reason"]) == (422, reason)
    foreign = {"If-Match": '"1"'}
    assert bank.patch("/v1/products/FOREIGN", json={"title": "我的"}, headers=foreign).status_code == 404


def test_a_firm_reads_its_loans_policies_spaces_and_next_questions(district) -> None:
    firm = district.client(Role.ENTERPRISE)
    loans = firm.get(f"/v1/enterprises/{FIRM}/loans").json
    assert {one["product_id"] for one in loans["items"]} == {"LOAN", "FOREIGN"}
    assert loans["items"][0]["truth"] == "yes"
    assert loans["items"][0]["pros"]["zh"]
    assert firm.get(f"/v1/enterprises/{FIRM}/policies").json["items"] == []
    (room,) = firm.get(f"/v1/enterprises/{FIRM}/spaces").json["items"]
    assert (room["product_id"], room["owner"]) == ("ROOM", STATION)
    assert firm.get(f"/v1/enterprises/{FIRM}/next-questions").json["snapshot_id"]
    assert firm.get(f"/v1/enterprises/{YES}/loans").status_code == 404
    assert district.client(Role.BANK).get(f"/v1/enterprises/{FIRM}/loans").status_code == 403


TEXT = """云帆税贷
【申请条件】
1、企业成立满2年，年营业收入不低于300万元；
2、近三年无重大违法记录；
【贷款额度】额度最高300万元。"""


def test_a_products_text_is_read_into_criteria_each_with_its_sentence_and_nothing_is_stored(district) -> None:
    bank = district.client(Role.BANK)
    before = bank.get("/v1/products").json["items"]
    read = bank.post("/v1/products/draft", json={"text": TEXT})
    assert read.status_code == 200, read.text
    draft = read.json
    assert [one["field"] for one in draft["criteria"]] == ["age_months", "revenue"]
    assert all("成立满2年" in one["source"] for one in draft["criteria"])
    assert draft["not_understood"] == ["近三年无重大违法记录"]
    assert (draft["title"], draft["amount_yuan"], draft["audience"]) == ("云帆税贷", "3000000.00", "business")
    assert bank.get("/v1/products").json["items"] == before
    assert district.client(Role.ENTERPRISE).post("/v1/products/draft", json={"text": TEXT}).status_code == 403


def test_a_draft_can_be_stored_as_it_was_read(district) -> None:
    bank = district.client(Role.BANK)
    draft = bank.post("/v1/products/draft", json={"text": TEXT}).json
    form = {"title": draft["title"], "owner_name": "云帆银行", "kind": "loan", "criteria": draft["criteria"]}
    stored = bank.post("/v1/products", json=form, headers=key())
    assert (stored.status_code, stored.json["criteria"]) == (201, draft["criteria"])


def test_an_empty_text_is_refused_with_a_reason(district) -> None:
    refused = district.client(Role.BANK).post("/v1/products/draft", json={"text": "  "})
    assert (refused.status_code, refused.json["reason"]) == (422, "products.draft_empty")
