"""The console without a browser: its words, its doors, its tokens."""

import re
from pathlib import Path

import pytest
from flask import url_for
from flask.testing import FlaskClient

from api.console.menu import MENU, menu
from api.console.pages import STATIC
from matcher.domain.access import RULES, Actor, Role, may
from matcher.domain.need import NeedKind, NeedState
from matcher.messages import catalogue
from matcher.services.access import NewAccount, create_account
from tests.api.conftest import OPERATOR, PASSWORD
from tests.factories import BANK, NOW, STATION

TEMPLATES = STATIC.parent / "templates"


def test_every_sentence_of_the_templates_is_in_the_catalogues() -> None:
    used = {
        key
        for template in TEMPLATES.rglob("*.html")
        for key in re.findall(r"""\bt\(["']([a-z_.]+)["']""", template.read_text(encoding="utf-8"))
        if not key.endswith((".", "_"))
    }
    used |= {group.name for group in MENU} | {page.name for group in MENU for page in group.pages}
    used |= {f"console.role.{role}" for role in Role}
    used |= {f"console.kind.{kind}" for kind in NeedKind} | {f"console.state.{state}" for state in NeedState}
    for language in ("zh", "en"):
        assert used - catalogue(language).keys() == set()
    assert {page.action for group in MENU for page in group.pages} <= RULES.keys()


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_templates_hold_no_inline_script_or_style_and_no_words(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|hx-on", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "|safe" not in text.replace(" ", "")
    # The name of the other language is written in that language.
    assert re.findall(r"[\u4e00-\u9fff]+", text) in ([], ["中文"])


def with_password(service) -> FlaskClient:
    account = NewAccount("王专员", Role.OFFICER, STATION, password=PASSWORD)
    service.change(lambda session: create_account(session, OPERATOR, account, NOW))
    return service.client()


def token_of(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert found is not None
    return found[1]


def log_in(client: FlaskClient, password: str = PASSWORD, **more: str):
    form = {"name": "王专员", "password": password, "csrf_token": token_of(client), **more}
    return client.post("/login", data=form)


def test_name_and_password_open_the_officers_page(service) -> None:
    client = with_password(service)
    assert client.get("/needs").headers["Location"].startswith("/login?next=")
    answer = log_in(client, after="/needs")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/needs")
    assert client.get("/needs").status_code == 200
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", ""]
)
def test_the_way_in_leads_nowhere_else(service, elsewhere: str) -> None:
    assert log_in(with_password(service), after=elsewhere).headers["Location"] == "/"


def test_wrong_passwords_wait_after_ten_in_a_minute(service) -> None:
    client = with_password(service)
    statuses = [log_in(client, "错的密码").status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]


def test_a_form_without_its_token_is_refused(service) -> None:
    client = with_password(service)
    assert client.post("/login", data={"name": "王专员", "password": PASSWORD}).status_code == 400
    log_in(client)
    for path in ("/logout", "/needs", "/needs/draft", "/needs/preview"):
        assert client.post(path, data={"text": "想找一家餐饮企业"}).status_code == 400, path
    assert client.post("/v1/needs/draft", json={"text": "想找一家餐饮企业"}).status_code == 400


def test_a_session_may_use_the_api_with_its_token(service) -> None:
    client = with_password(service)
    log_in(client)
    assert client.get("/v1/enterprises").status_code == 200
    headers = {"X-CSRFToken": token_of(client)}
    assert (
        client.post("/v1/needs/draft", json={"text": "想找一家餐饮企业"}, headers=headers).status_code == 200
    )


def test_a_draft_tells_the_firms_own_figures_from_what_it_asks_for(service) -> None:
    client = with_password(service)
    log_in(client)
    text = "去年营收2600万，想贷300万，确实另有其事"
    page = client.post("/needs/draft", data={"text": text, "csrf_token": token_of(client)}).text
    assert "2600万<small>企业自身金额</small>" in page
    assert re.search(r'name="amount_yuan"[^>]*value="3,?000,?000', page)
    assert 'name="confirm_duplicate"' in page


def test_leaving_ends_the_session(service) -> None:
    client = with_password(service)
    log_in(client)
    client.post("/logout", data={"csrf_token": token_of(client)})
    assert client.get("/needs").status_code == 303


def test_the_language_is_switched_and_kept(service) -> None:
    client = with_password(service)
    client.post("/language", data={"language": "en", "csrf_token": token_of(client)})
    assert "Log in" in client.get("/login").text
    log_in(client)
    assert "Record a need" in client.get("/needs/new").text
    assert (
        client.post("/language", data={"language": "xx", "csrf_token": token_of(client)}).status_code == 422
    )


def test_an_english_browser_gets_an_english_console_until_the_person_chooses(service) -> None:
    client, english = with_password(service), {"Accept-Language": "en-GB,en;q=0.9"}
    assert "Log in" in client.get("/login", headers=english).text
    log_in(client)
    assert "Record a need" in client.get("/needs/new", headers=english).text
    assert 'lang="zh-Hans"' in client.get("/needs/new", headers={"Accept-Language": "zh-CN"}).text
    client.post("/language", data={"language": "zh", "csrf_token": token_of(client)})
    elsewhere = service.client()
    log_in(elsewhere)
    assert 'lang="zh-Hans"' in elsewhere.get("/needs/new", headers=english).text


def test_every_page_carries_the_strict_policy(service) -> None:
    for path in ("/login", "/v1/health", "/v1/docs", "/static/logo.svg", "/nothing"):
        with service.client().get(path) as answer:
            headers = answer.headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_static_files_stay_inside_their_folder(service) -> None:
    for path in ("/static/../pages.py", "/static/..%2fpages.py", "/static//etc/passwd"):
        with service.client().get(path) as answer:
            assert answer.status_code in (308, 404)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_roles_without_pages_of_their_own_are_received(service, role: Role) -> None:
    client = service.client(role)
    assert client.get("/").status_code == 200
    assert client.get("/needs").status_code == 403


@pytest.mark.parametrize(("role", "start"), [(Role.BANK, "/products"), (Role.ORGANIZER, "/events")])
def test_a_bank_and_an_organizer_land_on_their_own_pages(service, role: Role, start: str) -> None:
    client = service.client(role)
    assert client.get("/").headers["Location"] == start
    assert client.get("/needs").status_code == 403


def test_text_of_others_is_shown_as_text(service) -> None:
    from tests.factories import an_enterprise

    hostile = "<script>alert(1)</script>{{7*7}}"
    service.change(lambda session: an_enterprise(session, enterprise_id="E-1", name=hostile))
    page = service.client(Role.OFFICER).get("/enterprises/find").text
    assert "<script>" not in page
    assert "{{7*7}}" in page


def links_of(page: str) -> set[str]:
    """Where the menu of a page leads."""
    return {
        address
        for row in re.findall(r'<div class="qx-menu.*?</div>', page, re.DOTALL)
        for address in re.findall(r'href="([^"]+)"', row)
    }


def test_every_page_of_an_officer_is_two_clicks_away(service) -> None:
    client = with_password(service)
    log_in(client)
    first = links_of(client.get("/needs/new").text)
    second = {address for group in first for address in links_of(client.get(group).text)}
    officer = Actor("account-officer", Role.OFFICER, STATION)
    assert len(menu(officer)) == 7
    with service.app.test_request_context():
        pages = {
            url_for(page.endpoint) for group in MENU for page in group.pages if may(officer, page.action)
        }
    assert second == pages
    assert len(pages) >= 16
    assert '<a href="/take" aria-current="page">' in client.get("/take").text


def test_a_bank_sees_its_few_pages_side_by_side(service) -> None:
    bank = Actor("account-bank", Role.BANK, BANK)
    assert [group.endpoint for group in menu(bank)] == [
        "console.products_list",
        "console.take_up_queue",
        "console.risk_page",
        "console.questions_page",
    ]
