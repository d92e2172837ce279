"""Pages on rows: files brought in, followed and cancelled; buildings merged and parted again."""

import io
import re

from jobs import importing
from jobs.wiring import Wiring as Jobs
from matcher.domain.access import Role
from matcher.storage.enterprises import Building
from tests.factories import a_building

FILE = "enterprise_id,name,industry_code\nE-1,湖心餐饮有限公司,6210\nE-2,东门模具厂,不是行业\n"


def send(client, text=FILE, **form):
    return client.post("/imports", data={"file": (io.BytesIO(text.encode()), "企业.csv"), **form})


def carry(service):
    return importing.carry_all(Jobs(service.wiring.settings, service.wiring.store.engine, service.clock))


def test_a_file_is_sent_followed_and_its_report_taken_along(service) -> None:
    client = service.client(Role.OFFICER)
    answer = send(client, partial="true")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/imports")
    waiting = client.get("/imports/list").text
    assert "等待核对" in waiting
    assert "hx-trigger" in waiting
    carry(service)
    page = client.get("/imports").text
    assert "新增 1" in page
    assert "拒收 1" in page
    place = re.search(r'href="(/imports/[^"]+/report.csv)"', page)
    assert place is not None
    report = client.get(place[1])
    assert report.data.startswith(b"\xef\xbb\xbf")
    assert "不是行业" in report.text
    assert "hx-trigger" not in client.get("/imports/list").text


def test_a_file_that_waits_is_cancelled_and_nobody_elses_is_seen(service) -> None:
    client, other = service.client(Role.OFFICER), service.client(Role.ADMINISTRATOR)
    send(client)
    place = re.search(r'action="(/imports/[^"]+/cancel)"', client.get("/imports").text)
    assert place is not None
    assert "企业.csv" not in other.get("/imports").text
    assert other.post(place[1]).status_code == 404
    assert client.post(place[1]).status_code == 303
    assert "已取消" in client.get("/imports").text
    assert carry(service) == {}


def test_a_file_of_other_headings_is_sent_with_a_map(service) -> None:
    client = service.client(Role.OFFICER)
    columns = '[columns]\n"代码" = "enterprise_id"\n"单位" = "name"\n'
    send(client, "代码,单位\nE-1,湖心餐饮有限公司\n", map=(io.BytesIO(columns.encode()), "ours.toml"))
    carry(service)
    assert "新增 1" in client.get("/imports").text
    assert send(client, map=(io.BytesIO(b"columns = 3"), "ours.toml")).status_code == 422
    assert send(client, map=(io.BytesIO(), "")).status_code == 303  # the field left empty


def test_a_form_without_a_file_is_told_what_is_missing(service) -> None:
    answer = service.client(Role.OFFICER).post("/imports", data={"kind": "needs"})
    assert answer.status_code == 422


def test_two_names_of_a_building_are_offered_merged_and_parted(service) -> None:
    def two(session):
        a_building(session, building_id="B-1", name="新都会财经广场", address="东街43号")
        a_building(session, building_id="B-2", name="财经广场", address="东街43号")

    service.change(two)
    client = service.client(Role.OFFICER)
    assert "同路同号同栋" in client.get("/buildings").text
    assert client.post("/buildings/merges", data={"kept": "B-1", "gone": "B-2"}).status_code == 303
    page = client.get("/buildings").text
    assert "财经广场 并入 新都会财经广场" in page
    undo = re.search(r'action="(/buildings/merges/[^"]+/undo)"', page)
    assert undo is not None
    assert client.post(undo[1]).status_code == 303
    assert "已撤销" in client.get("/buildings").text
    found: list[str] = []
    service.change(lambda session: found.extend(row.name for row in session.query(Building)))
    assert sorted(found) == sorted(["新都会财经广场", "财经广场"])
    assert service.client(Role.BANK).get("/buildings").status_code == 403
