"""Rows that an import kept apart: nothing is lost, and who has asked ends their waiting."""

import re

from matcher.domain.access import Role
from tests.api.test_imports import carry, send
from tests.factories import a_code

GOOD = a_code(1)
WRONG = GOOD[:10] + "45" + GOOD[12:]  # both checks fail
HEADINGS = "code,name,employees,revenue_wan\n"
FILE = HEADINGS + f"{WRONG},湖心餐饮有限公司,10,100\n"


def held(client):
    return client.get("/v1/held-rows").json


def names(client):
    return [one["name"] for one in client.get("/v1/enterprises").json["items"]]


def wait_for(service, text, **form):
    client = service.client(Role.OFFICER)
    assert send(client, text, **form).status_code == 202
    carry(service)
    return client


def test_a_row_with_a_wrong_code_waits_as_it_stood_with_what_is_to_be_asked(service) -> None:
    page = held(wait_for(service, FILE))
    (row,) = page["items"]
    assert (page["waiting"], page["next"]) == (1, None)
    assert (row["line"], row["column"], row["reason"]) == (2, "code", "imports.code_check_failed")
    assert row["cells"] == {
        "code": WRONG,
        "name": "湖心餐饮有限公司",
        "employees": "10",
        "revenue_wan": "100",
    }
    assert row["what"]
    assert row["remedy"]


def test_a_corrected_row_is_taken_and_waits_no_longer(service) -> None:
    client = wait_for(service, FILE)
    place = f"/v1/held-rows/{held(client)['items'][0]['held_id']}"
    answer = client.patch(place, json={"cells": {"code": GOOD}})
    assert (answer.status_code, answer.json["resolution"]) == (200, "taken"), answer.text
    assert names(client) == ["湖心餐饮有限公司"]
    assert held(client)["waiting"] == 0
    assert client.patch(place, json={"cells": {"code": GOOD}}).status_code == 409


def test_a_row_that_is_still_wrong_says_so_and_nothing_is_written(service) -> None:
    client = wait_for(service, FILE)
    place = f"/v1/held-rows/{held(client)['items'][0]['held_id']}"
    answer = client.patch(place, json={"cells": {"employees": "十来个"}})
    pointers = {one["pointer"] for one in answer.json["errors"]}
    assert (answer.status_code, pointers) == (422, {"/cells/code", "/cells/employees"})
    assert (names(client), held(client)["waiting"]) == ([], 1)


def test_a_code_of_no_known_shape_is_refused_and_yet_not_lost_where_the_others_are_taken(service) -> None:
    text = HEADINGS + f"3505822345,海边石材厂,10,100\n{a_code(2)},东门模具厂,5,50\n"
    client = wait_for(service, text, partial="true")
    (row,) = held(client)["items"]
    assert (row["reason"], names(client)) == ("imports.code_bad_shape", ["东门模具厂"])
    fixed = client.patch(f"/v1/held-rows/{row['held_id']}", json={"cells": {"code": a_code(3)}})
    assert (fixed.status_code, sorted(names(client))) == (200, ["东门模具厂", "海边石材厂"])


def test_of_a_file_that_is_refused_whole_nothing_waits(service) -> None:
    assert held(wait_for(service, HEADINGS + "3505822345,海边石材厂,10,100\n"))["waiting"] == 0


def test_amounts_that_look_odd_are_taken_once_somebody_is_sure(service) -> None:
    client = wait_for(service, HEADINGS + f"{GOOD},湖心餐饮有限公司,10,9000000\n")
    (row,) = held(client)["items"]
    place = f"/v1/held-rows/{row['held_id']}"
    assert row["reason"] == "imports.revenue_a_head"
    assert client.patch(place, json={}).status_code == 422
    assert client.patch(place, json={"sure": True}).status_code == 200
    assert names(client) == ["湖心餐饮有限公司"]


def test_a_dropped_row_is_not_held_again_when_its_file_comes_again(service) -> None:
    client = wait_for(service, FILE)
    place = f"/v1/held-rows/{held(client)['items'][0]['held_id']}"
    assert client.delete(place).json["resolution"] == "dropped"
    send(client, FILE, key="k-2")
    carry(service)
    assert (held(client)["waiting"], names(client)) == (0, [])


def test_whoever_it_does_not_belong_to_neither_sees_nor_touches_it(service) -> None:
    client = wait_for(service, FILE)
    identifier = held(client)["items"][0]["held_id"]
    other = service.client(Role.ADMINISTRATOR)
    assert held(other)["items"] == []
    assert other.patch(f"/v1/held-rows/{identifier}", json={}).status_code == 404
    assert other.delete(f"/v1/held-rows/{identifier}").status_code == 404


def test_pages_follow_one_another(service) -> None:
    lines = "".join(
        f"{WRONG[:-1]}{c},湖心{c}号商行,10,100\n" for c in "23456789" if c not in (GOOD[-1], WRONG[-1])
    )
    client = wait_for(service, HEADINGS + lines)
    seen, after = [], ""
    while after is not None:
        page = client.get(f"/v1/held-rows?n=3&after={after}").json
        seen += [row["line"] for row in page["items"]]
        after = page["next"]
    assert seen == sorted(set(seen))
    assert len(seen) == held(client)["waiting"] > 6


def test_rows_are_found_by_any_of_their_cells_and_by_what_is_odd_about_them(service) -> None:
    odd = f'{GOOD},"湖心 100% ""老字号"" 餐饮",10,9000000\n'
    client = wait_for(service, FILE + odd)

    def sought(**query):
        page = client.get("/v1/held-rows", query_string=query).json
        assert page["waiting"] == len(page["items"])
        return [row["line"] for row in page["items"]]

    assert (sought(), sought(q="湖心"), sought(q="餐饮有限")) == ([2, 3], [2, 3], [2])
    assert (sought(q='0% "老'), sought(q="%"), sought(q="没有的")) == ([3], [3], [])
    assert sought(reason="imports.revenue_a_head") == [3]
    reasons = client.get("/v1/held-rows?q=餐饮有限").json["reasons"]
    assert [(one["reason"], one["count"]) for one in reasons] == [("imports.code_check_failed", 1)]
    assert "…" in reasons[0]["what"]


def test_by_page_what_was_sought_stays_after_a_row_is_done_with(service) -> None:
    client = wait_for(service, FILE + f"{a_code(4)},东门模具厂,10,9000000\n")
    page = client.get("/held?q=湖心&reason=imports.code_check_failed").text
    assert ("共待核对 2 行，找到 1 行" in page, "东门模具厂" in page) == (True, False)
    place = re.search(r'action="(/held/[^"/]+/drop)"', page)
    assert place is not None
    done = client.post(place[1], data={"q": "湖心", "reason": "imports.code_check_failed"})
    assert done.location == "/held?q=%E6%B9%96%E5%BF%83&reason=imports.code_check_failed"
    assert "共待核对 1 行，找到 0 行" in client.get(done.location).text


def test_by_page_a_row_is_corrected_or_told_what_is_wrong(service) -> None:
    client = wait_for(service, FILE)
    assert "待核对 1 行" in client.get("/imports").text
    place = re.search(r'action="(/held/[^"/]+)"', client.get("/held").text)
    assert place is not None
    wrong = client.post(place[1], data={"cell:code": "不知道"})
    assert (wrong.status_code, 'value="不知道"' in wrong.text) == (422, True)
    assert client.post(place[1], data={"cell:code": GOOD}).status_code == 303
    assert (names(client), "没有待核对的行" in client.get("/held").text) == (["湖心餐饮有限公司"], True)


def test_by_page_a_row_is_dropped(service) -> None:
    client = wait_for(service, FILE)
    place = re.search(r'action="(/held/[^"/]+/drop)"', client.get("/held").text)
    assert place is not None
    assert client.post(place[1]).status_code == 303
    assert held(client)["waiting"] == 0
