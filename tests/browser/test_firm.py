"""A firm's way: log in to its own file, give a bank leave, take it back, see who looked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import choose, enter, look_everywhere
from tests.browser.world import FIRM

pytestmark = pytest.mark.browser


def test_a_firm_grants_and_withdraws_on_its_own_file(page: Page, complaints: list[str]) -> None:
    enter(page, FIRM)
    expect(page.locator("h1")).to_have_text("湖心云帆软件有限公司")
    page.locator("main a", has_text="打开授权与查阅记录").click()
    expect(page.locator(".qx-fit").first).to_contain_text("湖心税信贷")
    expect(page.locator("#found-partners .qx-partner").first).to_be_visible()
    look_everywhere(page, "firm-1-file")
    page.locator("#consents summary").first.click()
    page.select_option("#purpose", "policy")
    page.locator("input[name=field][value=revenue]").check()
    page.locator("#consents .qx-fields button").click()
    granted = page.locator(".qx-grant-live", has_text="政策服务")
    expect(granted).to_contain_text("营业收入")
    granted.locator("button").click()
    expect(page.locator(".qx-grant-revoked", has_text="政策服务")).to_be_visible()
    expect(page.locator("#seen tbody tr", has_text="撤回授权").first).to_be_visible()
    assert complaints == []


def test_a_firm_sees_its_own_needs_and_no_other_file(page: Page) -> None:
    enter(page, FIRM)
    choose(page, "需求")
    expect(page.locator(".qx-row")).not_to_have_count(0)
    page.goto("/enterprises/ENT-PRINTER")
    expect(page.locator(".qx-status")).to_have_text("404")
