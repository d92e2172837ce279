"""The station's desk: overdue first, terms, notes and the one timeline, moves by page."""

import re
from datetime import timedelta

import pytest

from matcher.domain.access import Role
from matcher.services.access import NewAccount, create_account
from tests.api.conftest import OPERATOR, PASSWORD
from tests.factories import FIRM, NOW, STATION, a_deal, a_need, an_enterprise


@pytest.fixture
def officer(service):
    service.change(lambda session: an_enterprise(session, enterprise_id=FIRM, name="湖心云帆软件有限公司"))
    return service.client(Role.OFFICER)


def ago(**time):
    moment = NOW - timedelta(**time)
    return {"created_at": moment, "updated_at": moment}


def logged_in(service, role: Role, scope: str, name: str):
    account = NewAccount(name, role, scope, password=PASSWORD)
    service.change(lambda session: create_account(session, OPERATOR, account, NOW))
    client = service.client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)[1]
    client.post("/login", data={"name": name, "password": PASSWORD, "csrf_token": token})
    client.environ_base["HTTP_X_CSRFTOKEN"] = token_of(client)
    return client


def token_of(client) -> str:
    return re.search(r"X-CSRFToken&#34;: &#34;([^&]+)|X-CSRFToken\": \"([^\"]+)", client.get("/needs").text)[
        2
    ]


def test_the_longest_overdue_case_is_first_and_closed_on_paper_waits_too(service, officer) -> None:
    def rows(session):
        a_need(session, need_id="N-NEW", enterprise_id=FIRM, **ago(hours=3))
        a_need(session, need_id="N-SOON", enterprise_id=FIRM, **ago(days=3, hours=12))
        a_need(session, need_id="N-LATE", enterprise_id=FIRM, **ago(days=6))
        a_need(session, need_id="N-PAPER", enterprise_id=FIRM, state="closed", **ago(days=9))
        a_need(session, need_id="N-DONE", enterprise_id=FIRM, state="served", **ago(days=9))
        a_deal(session, buyer_id=FIRM, need_id="N-DONE", date=(NOW - timedelta(days=8)).date())
        a_need(session, need_id="N-BACK", enterprise_id=FIRM, state="withdrawn", **ago(days=9))

    service.change(rows)
    page = officer.get("/v1/cases").json
    listed = [line["need_id"] for line in page["items"]]
    assert listed == ["N-BACK", "N-PAPER", "N-LATE", "N-SOON", "N-NEW"]  # taken back without a word: waits
    assert (page["waiting"], page["overdue"]) == (5, 3)
    assert page["items"][1]["unproven"]
    second = officer.get("/v1/cases?n=2&start=3").json
    assert [line["need_id"] for line in second["items"]] == ["N-SOON", "N-NEW"]


def test_terms_are_the_administrators_and_bind_from_the_next_need_on(service, officer) -> None:
    service.change(lambda session: a_need(session, need_id="N-OLD", enterprise_id=FIRM, kind="supply"))
    boss, address = service.client(Role.ADMINISTRATOR), f"/v1/stations/{STATION}/terms"
    before = officer.get(address)
    assert (before.json["shipped"], before.json["contact_hours"], before.json["other_days"]) == (True, 1, 4)
    body = {"contact_hours": 0.5, "question_days": 1, "other_days": 10, "head": "officer"}
    stamp = {"If-Match": before.headers["ETag"]}
    assert officer.put(address, json=body, headers=stamp).status_code == 403
    assert boss.put(address, json=body, headers={"If-Match": '"7"'}).status_code == 412
    set_now = boss.put(address, json=body, headers=stamp).json
    assert (set_now["shipped"], set_now["other_days"], set_now["head"]) == (False, 10, "officer")
    told = officer.post(
        "/v1/needs",
        json={"enterprise_id": FIRM, "text": "想找一家公司做外墙清洗"},
        headers={"Idempotency-Key": "1"},
    )
    promised = officer.get(f"/v1/needs/{told.json['need_id']}/case").json
    assert promised["answer_by"].startswith("2026-12-02")
    wrong = boss.put(
        address, json=body | {"head": "bank"}, headers={"If-Match": boss.get(address).headers["ETag"]}
    )
    assert (wrong.status_code, wrong.json["reason"]) == (422, "needs.no_such_head")


def test_one_timeline_tells_all_that_happened_and_notes_stay_with_the_station(service, officer) -> None:
    def rows(session):
        need = a_need(session, need_id="N-1", enterprise_id=FIRM, title="午餐", **ago(days=2))
        seller = an_enterprise(session, name="湖心团膳有限公司")
        a_deal(session, buyer_id=FIRM, seller_id=seller.enterprise_id, need_id=need.need_id, stage="signed")

    service.change(rows)
    body = {"text": "授权书", "reference": "二号柜 17 号夹", "need_id": "N-1"}
    made = officer.post(f"/v1/enterprises/{FIRM}/notes", json=body, headers={"Idempotency-Key": "1"})
    assert made.status_code == 201
    officer.post(f"/v1/enterprises/{FIRM}/notes", json={"text": "看过门店"}, headers={"Idempotency-Key": "2"})
    said = [entry["sentences"]["zh"] for entry in officer.get(f"/v1/enterprises/{FIRM}/file").json["entries"]]
    assert {"提出需求：午餐", "向湖心团膳有限公司采购：已签约", "文件：授权书（二号柜 17 号夹）"} <= set(said)
    firm = service.client(Role.ENTERPRISE)
    areas = {entry["area"] for entry in firm.get(f"/v1/enterprises/{FIRM}/file").json["entries"]}
    assert areas == {"need", "deal"}
    refused = firm.post(f"/v1/enterprises/{FIRM}/notes", json=body, headers={"Idempotency-Key": "3"})
    assert refused.status_code == 403


def test_the_page_of_a_need_offers_the_allowed_moves_and_takes_them(service, officer) -> None:
    service.change(lambda session: a_need(session, need_id="N-1", enterprise_id=FIRM, title="午餐"))
    client = logged_in(service, Role.OFFICER, STATION, "王专员")
    page = client.get("/needs/N-1").text
    assert re.findall(r'name="state" value="(\w+)"', page) == ["matching", "served", "closed", "withdrawn"]
    assert client.post("/needs/N-1/state", data={"state": "closed", "version": 1}).status_code == 422
    done = client.post("/needs/N-1/state", data={"state": "closed", "version": 1, "evidence": "合同 17"})
    assert done.status_code == 303
    assert re.findall(r'name="state" value="(\w+)"', client.get("/needs/N-1").text) == ["open"]
    firm = logged_in(service, Role.ENTERPRISE, FIRM, "云帆")
    answer = {"served": "false", "satisfaction": "2", "reason": "没人来"}
    assert firm.post("/needs/N-1/answer", data=answer).status_code == 303
    assert "企业表示没办好" in client.get("/needs/N-1").text
    assert "没人来" in client.get(f"/enterprises/{FIRM}/case-file").text
    assert client.get("/figures").status_code == client.get("/cases").status_code == 200
