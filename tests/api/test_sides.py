"""Two sides of an introduction, two stations of a file, two parties of a quarrel: each has its say."""

import hashlib
from datetime import date, timedelta

import pytest

from matcher.domain.access import Role
from matcher.services import case_notices, case_reminders
from matcher.services.access import NewAccount, create_account, create_key
from matcher.storage import enterprises
from matcher.storage.feedback import Introduction
from tests.api.conftest import OPERATOR
from tests.factories import FIRM, NOW, STATION, a_need, a_relation, a_station, an_enterprise

SELLER, THIRD, LD = "ENT-SELLER", "ENT-THIRD", "ST-02"


@pytest.fixture
def clients(service):
    """The asking firm, the one proposed to it, their two stations' officers."""

    def rows(session):
        an_enterprise(session, enterprise_id=FIRM, name="湖心云帆软件有限公司", contact_phone="05565550111")
        a_station(session, station_id=LD, name="柳渡街道企业服务站")
        seller = {"name": "湖心团膳有限公司", "contact_name": "赵小膳", "contact_phone": "05565550222"}
        an_enterprise(session, enterprise_id=SELLER, station_id=LD, **seller)
        a_need(session, need_id="N-1", enterprise_id=FIRM, title="职工午餐")
        made = {"introduction_id": "I-1", "need_id": "N-1", "enterprise_id": SELLER, "created_by": "x"}
        step = {"state": "introduced", "at": NOW.isoformat(), "by": "x", "evidence": None, "reason": None}
        steps = [step | {"amount_fen": None, "on": None}]
        session.add(Introduction(**made, steps=steps, created_at=NOW, updated_at=NOW))

    service.change(rows)
    more = {"seller": (Role.ENTERPRISE, SELLER), "liudu": (Role.OFFICER, LD)}
    return {
        "firm": service.client(Role.ENTERPRISE),
        "officer": service.client(Role.OFFICER),
        **{name: a_client(service, name, role, scope) for name, (role, scope) in more.items()},
    }


def a_client(service, name: str, role: Role, scope: str):
    keys = []

    def entered(session):
        account = create_account(session, OPERATOR, NewAccount(name, role, scope), NOW)
        keys.append(create_key(session, OPERATOR, account.account_id, NOW).token)

    service.change(entered)
    client = service.app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {keys[0]}"
    return client


def post(client, address: str, **body):
    key = hashlib.sha256(f"{address} {sorted(body.items())}".encode()).hexdigest()
    return client.post(address, json=body, headers={"Idempotency-Key": key})


def test_contact_opens_by_relay_when_both_accept_and_a_number_only_by_its_owner(clients) -> None:
    firm, seller = clients["firm"], clients["seller"]
    own = firm.get("/v1/introductions/I-1/contact").json
    assert (own["other"], own["open"], own["phone"], own["mine"]) == ("湖心团膳有限公司", False, None, None)
    early = post(firm, "/v1/introductions/I-1/messages", text="您好")
    assert (early.status_code, early.json["reason"]) == (409, "introductions.not_open")
    assert not post(firm, "/v1/introductions/I-1/answer", accepted=True).json["open"]
    opened = post(seller, "/v1/introductions/I-1/answer", accepted=True, direct=True).json
    assert (opened["open"], opened["phone"], opened["need_id"]) == (True, None, None)  # the asker gave none
    theirs = firm.get("/v1/introductions/I-1/contact").json
    assert (theirs["person"], theirs["phone"]) == ("赵小膳", "05565550222")
    told = post(firm, "/v1/introductions/I-1/messages", text="能送到十二楼吗？加我 13912345678").json
    assert told["messages"][0]["mine"]
    heard = seller.get("/v1/introductions/I-1/contact").json["messages"][0]
    assert (heard["mine"], "13912345678" in heard["text"], "十二楼" in heard["text"]) == (False, False, True)
    seen = seller.get(f"/v1/enterprises/{SELLER}/disclosures").json["items"]
    assert any(line["action"] == "disclosure" and "contact_phone" in line["fields"] for line in seen)


def test_a_refusal_ends_it_with_a_reason_and_an_officer_answers_on_paper(clients) -> None:
    officer, seller = clients["liudu"], clients["seller"]
    unproven = post(officer, "/v1/introductions/I-1/answer", accepted=True)
    assert (unproven.status_code, unproven.json["reason"]) == (422, "introductions.proof_needed")
    silent = post(seller, "/v1/introductions/I-1/answer", accepted=False)
    assert silent.json["reason"] == "introductions.reason_needed"
    ended = post(officer, "/v1/introductions/I-1/answer", accepted=False, reason="量太小", proof="电话 11-22")
    assert (ended.json["state"], ended.json["open"]) == ("declined", False)
    again = post(seller, "/v1/introductions/I-1/answer", accepted=True)
    assert (again.status_code, again.json["reason"]) == (409, "introductions.ended")
    entries = clients["firm"].get(f"/v1/enterprises/{FIRM}/file").json["entries"]
    assert "被荐方不愿与湖心团膳有限公司对接" in [entry["sentences"]["zh"] for entry in entries]


def test_a_file_goes_over_when_it_is_taken_and_what_was_missed_stays_missed(service, clients) -> None:
    giver, taker = clients["officer"], clients["liudu"]
    service.clock.now += timedelta(days=5)  # the one need is overdue
    fresh = {"need_id": "N-2", "enterprise_id": FIRM, "text": "想租五百平仓库", "kind": "space"}
    moment = {"created_at": service.clock.now, "updated_at": service.clock.now}
    service.change(lambda session: a_need(session, **fresh, **moment))
    address = f"/v1/enterprises/{FIRM}/handovers"
    assert post(taker, address, to_station=STATION, ground="要").status_code == 404
    made = post(giver, address, to_station=LD, ground="企业搬到柳渡").json
    assert (made["state"], made["waiting"], made["overdue"]) == ("offered", 2, 1)
    assert post(giver, address, to_station=LD, ground="再来").status_code == 409
    offered = taker.get("/v1/handovers").json["items"][0]
    assert (offered["firm"], offered["overdue"]) == ("湖心云帆软件有限公司", 1)
    place, stamp = f"/v1/handovers/{made['handover_id']}", {"If-Match": '"1"'}
    assert giver.patch(place, json={"accepted": True}, headers=stamp).status_code == 404
    assert (
        taker.patch(place, json={"accepted": False}, headers=stamp).json["reason"]
        == "handovers.ground_needed"
    )
    assert taker.patch(place, json={"accepted": True}, headers=stamp).json["state"] == "accepted"
    assert giver.get(f"/v1/enterprises/{FIRM}/file").status_code == 404
    said = [entry["sentences"]["zh"] for entry in taker.get(f"/v1/enterprises/{FIRM}/file").json["entries"]]
    assert {"湖心街道企业服务站提出把档案移交柳渡街道企业服务站", "柳渡街道企业服务站接收了档案"} <= set(said)
    assert [line["need_id"] for line in taker.get("/v1/cases").json["items"]] == ["N-1", "N-2"]
    figures = [client.get("/v1/stations/figures").json for client in (giver, taker)]
    assert [(one["own"]["opened"], one["own"]["overdue"]) for one in figures] == [(1, 1), (1, 0)]


def test_a_contested_quarrel_is_marked_for_both_and_out_of_force_until_settled(service, clients) -> None:
    firm, officer = clients["firm"], clients["officer"]

    def quarrel(session):
        an_enterprise(session, enterprise_id=THIRD, name="湖心第三印务有限公司")
        a_relation(session, FIRM, THIRD, kind="dispute", source="企业自述", until=date(2027, 6, 1))

    service.change(quarrel)

    def in_force() -> int:
        with service.wiring.store.reading.begin() as session:
            return len(enterprises.relations_in_force(session, [FIRM], NOW.date()))

    address = f"/v1/enterprises/{FIRM}/relations"
    assert in_force() == 1
    body = {"other_id": THIRD, "kind": "dispute", "reason": "官司已经撤了"}
    post(firm, f"{address}/contests", **body)
    assert in_force() == 0
    told = officer.get(address).json["items"][0]
    assert (told["contested"], told["in_force"], told["source"]) == (True, False, "企业自述")
    assert officer.get(f"/v1/enterprises/{THIRD}/relations").json["items"][0]["contested"]
    assert post(firm, f"{address}/contests", **body).headers["Idempotent-Replayed"] == "true"
    place = f"/v1/relation-contests/{told['objections'][0]['contest_id']}"
    assert firm.patch(place, json={"upheld": False, "said": "是"}).status_code == 403
    upheld = officer.patch(place, json={"upheld": True, "said": "法院尚未结案"}).json["items"]
    assert (in_force(), {one["contested"] for one in upheld}) == (1, {False})


def test_who_enters_a_relation_says_from_what_and_until_when(service, clients) -> None:
    firm, officer = clients["firm"], clients["officer"]
    service.change(lambda session: an_enterprise(session, enterprise_id=THIRD, name="湖心第三印务有限公司"))
    address, rival = (
        f"/v1/enterprises/{FIRM}/relations",
        {"other_id": THIRD, "kind": "rival", "source": "企业自述"},
    )
    assert post(firm, address, **rival).json["reason"] == "relations.bad_until"
    assert post(firm, address, **rival | {"until": "2030-01-01"}).json["reason"] == "relations.bad_until"
    group = rival | {"kind": "owner_group"}
    assert post(firm, address, **group).json["reason"] == "relations.not_yours_to_say"
    assert post(officer, address, **group | {"source": "公示系统"}).status_code == 201
    entered = post(firm, address, **rival | {"kind": "keep_apart", "until": "2027-01-01"}).json["items"]
    assert {(one["kind"], one["mine"]) for one in entered} == {("keep_apart", True), ("owner_group", False)}
    third = a_client(service, "third", Role.ENTERPRISE, THIRD)  # reads nothing of whom others avoid
    assert [one["kind"] for one in third.get(f"/v1/enterprises/{THIRD}/relations").json["items"]] == [
        "owner_group"
    ]


def test_a_repeated_need_is_offered_merged_into_the_earlier_and_hides_nothing(service, clients) -> None:
    officer, text = clients["officer"], "公司有120名员工，想找一家每天送工作午餐的餐饮企业"
    service.clock.now += timedelta(days=2)
    later = {"created_at": service.clock.now, "updated_at": service.clock.now}
    service.change(lambda session: a_need(session, need_id="N-9", enterprise_id=FIRM, text=text, **later))
    found = officer.get("/v1/needs/N-9/duplicates").json["items"]
    assert [one["need_id"] for one in found] == ["N-1"]
    kept = post(officer, "/v1/needs/N-1/merge", other_id="N-9").json
    assert (kept["need_id"], kept["state"]) == ("N-1", "open")
    assert officer.get("/v1/needs/N-9/case").json["answer"] is None
    ledger = officer.get("/v1/needs/N-1/case").json
    assert (ledger["steps"][-1]["act"], ledger["steps"][-1]["said"]) == ("told", text)
    assert ledger["answer_by"].startswith("2026-11-26")
    service.change(lambda session: a_need(session, need_id="N-8", enterprise_id=FIRM, text="想租五百平仓库"))
    other = post(officer, "/v1/needs/N-8/merge", other_id="N-1")
    assert (other.status_code, other.json["reason"]) == (422, "needs.not_alike")
    again = post(officer, "/v1/needs/N-1/again", text="中午吃饭的事还是没人管")
    assert again.json["state"] == "open"


def inbox(client) -> list[tuple[str, bool]]:
    return [(one["kind"], one["urgent"]) for one in client.get("/v1/notices").json["items"]]


def test_what_happens_is_told_to_whom_it_concerns(clients) -> None:
    post(clients["liudu"], "/v1/introductions/I-1/answer", accepted=True, proof="电话 11-22")
    assert inbox(clients["seller"]) == [("introduction_answered_for", True)]  # on paper: at once
    assert inbox(clients["firm"]) == [("introduction_accepted", False)]
    assert inbox(clients["officer"]) == [("introduction_accepted_station", False)]
    post(clients["firm"], "/v1/introductions/I-1/answer", accepted=True)
    post(clients["firm"], "/v1/introductions/I-1/messages", text="哪天来看？")
    assert inbox(clients["seller"])[0] == ("introduction_message", False)
    made = post(clients["officer"], f"/v1/enterprises/{FIRM}/handovers", to_station=LD, ground="搬家").json
    assert inbox(clients["liudu"])[0] == ("handover_offered", False)
    place, stamp = f"/v1/handovers/{made['handover_id']}", {"If-Match": '"1"'}
    clients["liudu"].patch(place, json={"accepted": True}, headers=stamp)
    assert inbox(clients["officer"])[0] == ("handover_accepted", False)
    assert inbox(clients["firm"])[0] == ("handover_moved", False)


def test_each_deadline_is_told_once_near_and_once_past_and_the_head_is_named(service, clients) -> None:
    def due():
        with service.wiring.store.writing.begin() as session:
            return [
                (one.need_id, one.deadline, one.escalated)
                for one in case_reminders.due(session, service.clock.now)
            ]

    assert due() == []
    service.clock.now += timedelta(days=3, hours=2)
    assert due() == [("N-1", "answer", False)]
    assert due() == []
    service.clock.now += timedelta(days=1)
    assert due() == [("N-1", "answer", True)]
    assert due() == []


def test_what_is_overdue_goes_to_the_head_or_where_there_is_none_to_the_station(service, clients) -> None:
    def told() -> None:
        with service.wiring.store.writing.begin() as session:
            for one in case_reminders.due(session, service.clock.now):
                case_notices.reminded(session, one, service.clock.now)

    service.clock.now += timedelta(days=4, hours=1)
    told()
    assert inbox(clients["officer"]) == [("case_overdue", True)]
    boss, address = service.client(Role.ADMINISTRATOR), f"/v1/stations/{STATION}/terms"
    body = {"contact_hours": 1, "question_days": 2, "other_days": 4, "head": "officer"}
    boss.put(address, json=body, headers={"If-Match": boss.get(address).headers["ETag"]})
    moment = {"created_at": service.clock.now, "updated_at": service.clock.now}
    service.change(lambda session: a_need(session, need_id="N-2", enterprise_id=FIRM, **moment))
    service.clock.now += timedelta(days=9)
    told()
    assert inbox(clients["officer"])[0] == ("case_escalated", False)  # long past: no mail of its own
