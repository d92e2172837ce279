"""A firm with nothing but a link and a phone; an officer's inbox, visits and towers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import WIDTHS, enter, look_everywhere
from tests.browser.world import OFFICER
from tests.worlds import ASKER

pytestmark = pytest.mark.browser


def a_link(page: Page) -> str:
    """The address that an officer makes in the firm's file."""
    page.goto(f"/enterprises/{ASKER}")
    page.locator("#links button").first.click()
    return page.locator("#link-address").input_value()


def test_a_firm_comes_in_by_a_link_on_a_phone_and_does_what_is_its_to_do(
    page: Page, browser: Browser, base_url: str, complaints: list[str]
) -> None:
    enter(page, OFFICER)
    address = a_link(page)
    phone = browser.new_context(
        base_url=base_url,
        locale="zh-CN",
        viewport={"width": WIDTHS["phone"], "height": 860},
        has_touch=True,
    ).new_page()
    phone.goto(address)
    expect(phone.locator("h1")).to_have_text("进入企业页面")
    phone.locator("main button").click()
    expect(phone.locator("h1")).to_have_text("湖心云帆软件有限公司")
    look_everywhere(phone, "phone-1-own")
    phone.set_viewport_size({"width": WIDTHS["phone"], "height": 860})
    phone.fill("#text", "会议室投影坏了，想找人上门修，最好今天")
    phone.locator("form[action='/own/needs'] button").click()
    expect(phone.locator("[role=status]").first).to_contain_text("已提交")
    expect(phone.locator("#needs")).to_contain_text("会议室投影坏了")
    phone.goto(address)
    expect(phone.locator("main")).to_contain_text("链接无效、已用过或已过期")
    phone.context.close()
    page.goto("/inbox")
    expect(page.locator(".qx-notice-new").first).to_contain_text("企业自己提交了诉求")
    expect(page.locator(".qx-bell-count")).to_be_visible()
    look_everywhere(page, "inbox-1")
    page.goto("/inbox/settings")
    look_everywhere(page, "inbox-2-settings")
    assert complaints == []


def test_an_officer_sees_whom_to_visit_and_takes_a_tower(page: Page, complaints: list[str]) -> None:
    enter(page, OFFICER)
    page.goto("/towers")
    page.locator(".qx-worth form button").first.click()
    expect(page.locator(".qx-worth").first).to_contain_text(OFFICER)
    look_everywhere(page, "towers-1")
    page.goto("/visits")
    expect(page.locator(".qx-worth").first).to_contain_text("可促成")
    look_everywhere(page, "visits-1")
    page.locator(".qx-worth form button").first.click()
    page.locator(".qx-visiting summary").first.click()
    expect(page.locator(".qx-visiting textarea").first).to_be_visible()
    page.locator(".qx-visiting textarea").first.fill("老板说下月要添十个人")
    page.locator("button[name=made][value=true]").first.click()
    expect(page.locator(".qx-visiting")).to_contain_text("还没有计划")
    assert complaints == []
