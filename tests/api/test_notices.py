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
