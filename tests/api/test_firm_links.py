"""A firm's one-time link: opens its own pages once, ends when it should, shows nothing of anybody else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from matcher.domain.access import Role
from matcher.storage.firm_links import FirmLink
from tests.factories import FIRM, NOW, a_need, a_station, an_enterprise


@pytest.fixture
def at(service):
    """The firm in the station's scope, and one of another station."""

    def act(session) -> None:
        an_enterprise(session, enterprise_id=FIRM, name="湖心云帆软件有限公司")
        a_station(session, station_id="ST-02")
        an_enterprise(session, enterprise_id="E-FAR", station_id="ST-02")
        a_need(session, enterprise_id=FIRM, need_id="NEED-DONE", state="served", title="装修")

    service.change(act)
    return service


def issued(service, enterprise_id: str = FIRM) -> str:
    answer = service.client(Role.OFFICER).post(f"/v1/enterprises/{enterprise_id}/links")
    assert answer.status_code == 201, answer.json
    return str(answer.json["path"])


def entered(service, path: str):
    """A phone that has gone in, and the answer to its going in."""
    phone = service.app.test_client()
    page = phone.get(path, headers={"Accept-Language": "zh"})
    if page.status_code != 200:
        return phone, page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    return phone, phone.post(path, data={"csrf_token": token})


def test_a_link_opens_the_firm_s_own_pages_once(at) -> None:
    path = issued(at)
    for _ in range(3):  # chat programs look at links
        assert at.app.test_client().get(path).status_code == 200
    phone, answer = entered(at, path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/own")
    assert "湖心云帆软件有限公司" in phone.get("/own").text
    assert phone.get("/enterprises/E-FAR").status_code == 404
    assert phone.get("/inbox").status_code == 200
    _, again = entered(at, path)
    assert again.status_code == 404
    told = at.client(Role.OFFICER).get("/v1/notices").json["items"]
    assert "link_used" in [one["kind"] for one in told]


def test_a_link_ends_after_three_days_and_what_it_opened_after_twelve_hours(at) -> None:
    late, early = issued(at), issued(at)
    phone, _ = entered(at, early)
    at.clock.now = NOW + timedelta(hours=11)
    assert phone.get("/own").status_code == 200
    at.clock.now = NOW + timedelta(hours=13)
    assert phone.get("/own").status_code in (302, 303, 401)
    at.clock.now = NOW + timedelta(days=3)
    assert entered(at, late)[1].status_code == 404


def test_revoking_ends_the_link_and_what_it_opened_at_once(at) -> None:
    officer = at.client(Role.OFFICER)
    path = issued(at)
    phone, _ = entered(at, path)
    (link,) = officer.get(f"/v1/enterprises/{FIRM}/links").json["items"]
    assert officer.delete(f"/v1/links/{link['link_id']}").status_code == 200
    assert phone.get("/own").status_code in (302, 303, 401)
    assert officer.delete(f"/v1/links/{link['link_id']}").status_code == 409


def test_the_rows_hold_no_secret_and_the_journal_every_step(at) -> None:
    path = issued(at)
    secret = path.rsplit(".", 1)[1]
    with at.wiring.store.reading.begin() as session:
        (row,) = session.query(FirmLink).all()
        assert secret.encode() not in row.digest
        assert secret not in " ".join(str(value) for value in vars(row).values())
    entered(at, path)
    seen = at.client(Role.ENTERPRISE).get(f"/v1/enterprises/{FIRM}/disclosures").json["items"]
    assert {"links.issue", "links.enter"} <= {line["action"] for line in seen}


def test_a_station_issues_links_for_its_own_firms_alone(at) -> None:
    assert at.client(Role.OFFICER).post("/v1/enterprises/E-FAR/links").status_code == 404
    for role in (Role.BANK, Role.ENTERPRISE, Role.ORGANIZER):
        assert at.client(role).post(f"/v1/enterprises/{FIRM}/links").status_code == 403


def test_guessing_links_is_slowed_down(at) -> None:
    client = at.app.test_client()
    answers = [client.get(f"/f/{number:016x}.guess").status_code for number in range(14)]
    assert answers[:10] == [404] * 10
    assert set(answers[10:]) == {429}


def test_on_its_page_a_firm_sends_a_need_and_says_whether_it_was_served(at) -> None:
    phone, _ = entered(at, issued(at))
    page = phone.get("/own").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    sent = phone.post("/own/needs", data={"csrf_token": token, "text": "公司60人中午没地方吃饭，想找食堂"})
    assert sent.status_code == 303
    forms = {"csrf_token": token, "served": "false", "satisfaction": "2", "reason": "墙还没刷"}
    assert phone.post("/own/needs/NEED-DONE/served", data=forms).status_code == 303
    officer = at.client(Role.OFFICER)
    kinds = [one["kind"] for one in officer.get("/v1/notices").json["items"]]
    assert kinds[:2] == ["firm_not_served", "need_from_firm"]
    assert officer.get("/v1/needs/NEED-DONE/case").json["state"] == "open"
    assert phone.post("/own/needs", data={"text": "没有页面的凭据"}).status_code == 400


def test_an_introduction_is_answered_on_the_page(at) -> None:
    from matcher.storage.feedback import Introduction

    def act(session) -> None:
        asker = an_enterprise(session, enterprise_id="E-ASK", station_id="ST-02", name="湖心百货有限公司")
        need = a_need(session, enterprise_id=asker.enterprise_id, need_id="NEED-ASK")
        session.add(
            Introduction(
                introduction_id="INT-1", need_id=need.need_id, enterprise_id=FIRM, state="introduced",
                steps=[], created_by="account-officer", created_at=NOW, updated_at=NOW,
            )
        )  # fmt: skip

    at.change(act)
    phone, _ = entered(at, issued(at))
    token = re.search(r'name="csrf_token" value="([^"]+)"', phone.get("/own").text).group(1)
    phone.post("/own/introductions/INT-1", data={"csrf_token": token, "accepted": "true", "direct": "true"})
    assert "等对方答复" in phone.get("/own").text
    said = at.client(Role.OFFICER).get("/v1/introductions/INT-1/contact").json
    assert (said["mine"], said["theirs"], said["open"]) == (True, None, False)
