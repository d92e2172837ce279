"""The inbox over HTTP and in the console."""

from __future__ import annotations

from matcher.domain.access import Role
from matcher.services.notices import About, AboutKind, Notice, To, notify
from tests.factories import NOW, STATION, a_need


def told(service, title: str = "职工午餐配送") -> str:
    """A notice to the station about a need of its own; the need's id."""
    found: list[str] = []

    def act(session) -> None:
        need = a_need(session)
        found.append(need.need_id)
        blanks = {"firm": "湖心百货有限公司", "title": title, "by": NOW}
        about = About(AboutKind.NEED, need.need_id)
        notify(session, Notice("case_overdue", To.station(STATION), about, blanks, urgent=True), NOW)

    service.change(act)
    return found[0]


def test_the_inbox_tells_what_waits_and_forgets_nothing(service) -> None:
    need_id = told(service)
    officer = service.client(Role.OFFICER)
    found = officer.get("/v1/notices").json
    (one,) = found["items"]
    assert (found["unread"], one["urgent"], one["read"]) == (1, True, False)
    assert one["about"] == {"kind": "need", "id": need_id}
    assert one["title"] == {"zh": "诉求已超时", "en": "An answer is overdue"}
    assert officer.post(f"/v1/notices/{one['notice_id']}/read").json["read"]
    assert officer.get("/v1/notices?unread=1").json == {"items": [], "unread": 0, "next": None}
    assert officer.get("/v1/notices").json["items"][0]["read"]


def test_another_party_s_notice_is_as_good_as_none(service) -> None:
    told(service)
    number = service.client(Role.OFFICER).get("/v1/notices").json["items"][0]["notice_id"]
    for role in set(Role) - {Role.OFFICER}:
        client = service.client(role)
        assert client.get("/v1/notices").json["items"] == []
        foreign, none = (client.post(f"/v1/notices/{key}/read") for key in (number, 999_999))
        assert (foreign.status_code, none.status_code) == (404, 404)
    for strange in ("0", "x", "9" * 30, "１"):
        assert service.client(Role.OFFICER).post(f"/v1/notices/{strange}/read").status_code == 404


def test_all_that_was_shown_is_read_at_once(service) -> None:
    told(service, "一")
    told(service, "二")
    officer = service.client(Role.OFFICER)
    newest = officer.get("/v1/notices").json["items"][0]["notice_id"]
    told(service, "三")
    assert officer.post("/v1/notices/read", json={"through": newest}).json == {"marked": 2, "unread": 1}


def test_a_webhook_s_secret_is_shown_once_and_its_address_must_be_public(service) -> None:
    bank = service.client(Role.BANK)
    made = bank.post("/v1/webhooks", json={"url": "https://hooks.example.cn/qx", "kinds": ["consent_ended"]})
    assert made.status_code == 201
    assert made.json["secret"].startswith("whsec_")
    (listed,) = bank.get("/v1/webhooks").json["items"]
    assert "secret" not in listed
    again = bank.post("/v1/webhooks", json={"url": "https://hooks.example.cn/qx"})
    assert (again.status_code, again.json["reason"]) == (409, "webhooks.already_there")
    for url in ("http://hooks.example.cn/", "https://127.0.0.1/x", "https://hooks.example.cn:22/x"):
        assert bank.post("/v1/webhooks", json={"url": url}).status_code == 422
    key = listed["webhook_id"]
    assert bank.post(f"/v1/webhooks/{key}/secret").json["secret"] != made.json["secret"]
    assert service.client(Role.ORGANIZER).delete(f"/v1/webhooks/{key}").status_code == 404
    assert service.client(Role.AUDITOR).get("/v1/webhooks").status_code == 403
    assert bank.delete(f"/v1/webhooks/{key}").status_code == 200
    assert bank.get("/v1/webhooks").json["items"] == []


def test_wishes_for_mail_are_kept_and_checked(service) -> None:
    officer = service.client(Role.OFFICER)
    assert officer.get("/v1/notices/settings").json["mail"] == "off"
    wish = {"address": "li@huxin.example", "mail": "digest", "quiet_from": 1260, "quiet_until": 420}
    assert officer.put("/v1/notices/settings", json=wish).json["quiet_from"] == 1260
    assert officer.get("/v1/notices/settings").json["address"] == "li@huxin.example"
    for wrong in ({"mail": "digest"}, {"mail": "daily"}, {"quiet_from": 1440}, {"muted": ["weather"]}):
        assert officer.put("/v1/notices/settings", json=wrong).status_code == 422


def test_a_calendar_is_read_by_its_address_alone_until_it_ends(service) -> None:
    officer, anyone = service.client(Role.OFFICER), service.client()
    path = officer.post("/v1/calendar").json["path"]
    found = anyone.get(path)
    assert (found.status_code, found.mimetype) == (200, "text/calendar")
    assert found.data.startswith(b"BEGIN:VCALENDAR")
    newer = officer.post("/v1/calendar").json["path"]
    assert anyone.get(path).status_code == 404
    assert anyone.get(newer).status_code == 200
    assert officer.delete("/v1/calendar").json["calendar"] is False
    assert anyone.get(newer).status_code == 404


def test_towers_visits_and_whom_to_visit_over_http(tower) -> None:
    officer = tower.client(Role.OFFICER)
    key = officer.get("/v1/towers").json["items"][0]["building_id"]
    assert officer.put(f"/v1/towers/{key}/officer", json={}).json["mine"]
    assert officer.put(f"/v1/towers/{key}/officer", json={}).status_code == 409
    assert len(officer.get(f"/v1/towers/{key}/officers").json["items"]) == 1
    firm = officer.get("/v1/enterprises").json["items"][0]["enterprise_id"]
    body, headers = {"enterprise_id": firm, "day": "2026-11-23"}, {"Idempotency-Key": "v1"}
    made = officer.post("/v1/visits", json=body, headers=headers)
    assert made.status_code == 201, made.json
    assert officer.post("/v1/visits", json=body, headers=headers).json == made.json
    place = f"/v1/visits/{made.json['visit_id']}"
    assert officer.get("/v1/visits").json["items"] == [made.json]
    assert officer.patch(place, json={"made": True, "note": "见了老板"}).json["state"] == "made"
    assert officer.patch(place, json={"made": False}).status_code == 409
    for query in ("", "?by=yuan&n=5", "?mine=1"):
        found = officer.get(f"/v1/visits/today{query}").json
        assert found["snapshot_id"]
    assert officer.get("/v1/visits/today/export.xlsx").data[:2] == b"PK"
    assert tower.client(Role.BANK).get("/v1/visits/today").status_code == 403
