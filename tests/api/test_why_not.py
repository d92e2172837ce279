"""Why a certain firm is not in a need's list, on the officer's page: asked by name, told in words."""

import re

from flask.testing import FlaskClient

from matcher.domain.access import Role
from matcher.services.access import NewAccount, create_account
from matcher.storage.enterprises import Enterprise
from tests.api.conftest import OPERATOR, PASSWORD
from tests.factories import NOW, STATION
from tests.worlds import CATERER_FAR, CATERER_IN_TOWER, CATERER_NEXT_DOOR, LUNCH, PRINTER


def logged_in(service) -> FlaskClient:
    account = NewAccount("王专员", Role.OFFICER, STATION, password=PASSWORD)
    service.change(lambda session: create_account(session, OPERATOR, account, NOW))
    client = service.client()
    form = {"name": "王专员", "password": PASSWORD, "csrf_token": token_of(client, "/login")}
    client.post("/login", data=form)
    return client


def token_of(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found[1]


def told(client: FlaskClient, enterprise_id: str) -> str:
    headers = {"X-CSRFToken": token_of(client, "/needs/new")}
    answer = client.post(f"/needs/{LUNCH}/partners/why/{enterprise_id}", headers=headers)
    assert answer.status_code == 200
    return answer.text


def test_a_firm_is_looked_for_by_a_part_of_its_name_and_hidden_ones_are_not_named(tower) -> None:
    client = logged_in(tower)
    assert "为什么没有某一家" in client.get(f"/needs/{LUNCH}").text
    assert "庐州快餐有限公司" in client.get(f"/needs/{LUNCH}/partners/ask?q=快餐").text
    assert "请至少输入两个字" in client.get(f"/needs/{LUNCH}/partners/ask?q=快").text
    assert "没有找到名称里含“%%”的企业" in client.get(f"/needs/{LUNCH}/partners/ask?q=%25%25").text

    def hide(session) -> None:
        session.get(Enterprise, CATERER_FAR).listed = False

    tower.change(hide)
    assert "庐州快餐有限公司" not in client.get(f"/needs/{LUNCH}/partners/ask?q=快餐").text


def test_the_page_tells_the_filter_the_place_and_what_would_move_it_up(tower) -> None:
    client = logged_in(tower)
    far = told(client, CATERER_FAR)
    assert "其供给的服务区域不包括需求所在地" in far
    assert "先要解决上面所列原因" in far
    assert "已排在首位" in told(client, CATERER_IN_TOWER)
    second = told(client, CATERER_NEXT_DOOR)
    assert "第 2 位" in second
    assert "其他不变" in second
    assert "qx-path" in second, "the way from the need to the firm is drawn"
    assert "先要有依据" in told(client, PRINTER)


def test_the_same_is_told_in_english(tower) -> None:
    client = logged_in(tower)
    client.post("/language", data={"language": "en", "csrf_token": token_of(client, "/needs/new")})
    page = told(client, CATERER_NEXT_DOOR)
    assert "Already listed, at place 2" in page
    assert "What would move it up" in page


def test_a_firm_that_may_not_be_known_is_not_explained(tower) -> None:
    client = logged_in(tower)
    headers = {"X-CSRFToken": token_of(client, "/needs/new")}
    assert client.post(f"/needs/{LUNCH}/partners/why/ENT-NOBODY", headers=headers).status_code == 404
    assert client.get("/needs/NEED-NOBODY/partners/ask?q=快餐").status_code == 404
