"""An officer between two doors: log in, type a need, correct what was read, see partners, save."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import LANGUAGES, PASSWORD, PICTURES, WIDTHS, at_work, look
from tests.browser.world import OFFICER
from tests.worlds import LUNCH_TEXT

pytestmark = pytest.mark.browser

NEED = LUNCH_TEXT + "，预算每月3万元，12月31日前定下来"


def log_in(page: Page, language: str) -> None:
    page.goto("/")
    if page.locator("html").get_attribute("lang") != LANGUAGES[language]:
        page.locator("button[name=language]").click()
    page.fill("#name", OFFICER)
    page.fill("#password", PASSWORD)
    page.locator(".qx-login-form button").click()
    expect(page.locator("#text")).to_be_visible()
    page.wait_for_load_state("load")  # the page's script is at work


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_from_a_sentence_to_partners(page: Page, complaints: list[str], language: str, width: str) -> None:
    page.set_viewport_size({"width": WIDTHS[width], "height": 860})
    page.goto("/login")
    if page.locator("html").get_attribute("lang") != LANGUAGES[language]:
        page.locator("button[name=language]").click()
    look(page, "1-login", language, width)
    log_in(page, language)
    look(page, "2-empty", language, width)

    page.fill("#firm-name", "yfrj")
    page.locator(".qx-pick").first.click()
    expect(page.locator(".qx-chosen b")).to_have_text("湖心云帆软件有限公司")
    page.fill("#text", NEED)
    page.click("#read")
    expect(page.locator("#draft mark").first).to_be_visible()
    expect(page.locator("#kind")).not_to_have_value("")
    assert page.input_value("#amount") == "30,000"
    assert page.input_value("#deadline") == "2026-12-31"
    page.select_option("#kind", "staff_services")
    page.fill("#amount", "25,000")
    look(page, "3-draft", language, width)

    page.click("#find")
    expect(page.locator(".qx-partner").first).to_be_visible()
    expect(page.locator(".qx-partner h3").first).to_have_text(re.compile("湖心"))
    expect(page.locator(".qx-partner .qx-side").nth(1)).to_be_visible()
    expect(page.locator(".qx-partner svg.qx-path").first).to_be_visible()
    look(page, "4-partners", language, width)
    assert complaints == []


def test_a_saved_need_stands_in_the_list_with_its_partners(page: Page, complaints: list[str]) -> None:
    page.set_viewport_size({"width": WIDTHS["phone"], "height": 860})
    log_in(page, "zh")
    page.fill("#firm-name", "云帆")
    page.locator(".qx-pick").first.click()
    expect(page.locator(".qx-chosen")).to_be_visible()
    page.fill("#text", "想租一间300平方米左右的办公室，带会议室，年底前搬进去")
    page.click("#read")
    expect(page.locator("#kind")).to_have_value("space")
    page.click("#save")
    expect(page.locator("h1")).not_to_have_text("记一条需求")
    expect(page.locator("#partners .qx-partners")).to_be_visible()
    look(page, "5-need", "zh", "phone")
    page.locator(".qx-menu a[href='/needs']").last.click()
    expect(page.locator(".qx-row", has_text="300平方米")).to_be_visible()
    look(page, "6-list", "zh", "phone")
    page.set_viewport_size({"width": WIDTHS["desk"], "height": 860})
    look(page, "6-list", "zh", "desk")
    assert complaints == []


def test_what_is_missing_is_said_in_place(page: Page) -> None:
    log_in(page, "zh")
    page.fill("#text", NEED)
    page.click("#read")
    page.click("#save")
    expect(page.locator("#told [role=alert]")).to_contain_text("还没有选企业")
    page.fill("#amount", "三万左右")
    page.click("#find")
    expect(page.locator("#partners [role=alert]")).to_contain_text("金额")
    look(page, "7-refused", "zh", "desk")


def test_a_wrong_password_says_neither_which_nor_who(page: Page) -> None:
    page.set_viewport_size({"width": WIDTHS["phone"], "height": 860})
    page.goto("/login")
    page.fill("#name", OFFICER)
    page.fill("#password", "wrong")
    page.locator(".qx-login-form button").click()
    expect(page.locator("[role=alert]")).to_contain_text("账号或密码不对")
    look(page, "8-wrong", "zh", "phone")


def test_keyboard_alone_reaches_the_partners(page: Page, complaints: list[str]) -> None:
    log_in(page, "zh")
    page.focus("#firm-name")
    page.keyboard.type("云帆")
    expect(page.locator(".qx-pick").first).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".qx-chosen")).to_be_visible()
    page.focus("#text")
    page.keyboard.type(LUNCH_TEXT)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#find")).to_be_visible()
    at_work(page, "#find")
    page.focus("#find")
    page.keyboard.press("Enter")
    expect(page.locator(".qx-partner").first).to_be_visible()
    assert complaints == []


def test_the_api_document_shows_without_breaking_the_policy(page: Page, complaints: list[str]) -> None:
    page.goto("/v1/docs")
    expect(page.locator(".opblock").first).to_be_visible()
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / "9-docs.png")
    assert [line for line in complaints if "Content Security Policy" in line] == []
