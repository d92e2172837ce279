"""The officer's way and the organizer's once more, served from PostgreSQL; the pages know of no database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import served
from tests.browser.looking import enter
from tests.browser.world import HOST, OFFICER
from tests.conftest import fresh_database

pytestmark = [pytest.mark.browser, pytest.mark.postgresql]


@pytest.fixture(scope="module")
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("on-postgresql")
    with fresh_database(request, "postgresql", home) as url, served(url, home) as found:
        yield found


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, locale="zh-CN", timezone_id="Asia/Shanghai")
    yield context.new_page()
    context.close()


def test_a_need_is_recorded_answered_and_stands_in_the_list(page: Page, complaints: list[str]) -> None:
    enter(page, OFFICER)
    page.fill("#firm-name", "云帆")
    page.locator(".qx-pick").first.click()
    expect(page.locator(".qx-chosen")).to_be_visible()
    page.fill("#text", "想租一间300平方米左右的办公室，带会议室")
    page.click("#read")
    page.click("#save")
    expect(page.locator("h1")).not_to_have_text("记一条需求")
    expect(page.locator("#partners .qx-partners")).to_be_visible()
    page.goto("/needs")
    expect(page.locator(".qx-row", has_text="300平方米")).to_be_visible()
    assert complaints == []


def test_an_organizer_s_events_open(page: Page, complaints: list[str]) -> None:
    enter(page, HOST)
    page.goto("/events")
    page.locator("main a.qx-card, main a[href^='/events/']").first.click()
    expect(page.locator("h1")).to_be_visible()
    assert page.locator(".qx-status").count() == 0
    assert complaints == []
