"""Pages of products in their owners' hands: questions, quotas, loans to take up, spaces, own experience."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import WIDTHS, enter, look, switch
from tests.browser.world import BANKER, OFFICER

pytestmark = pytest.mark.browser

PAGES = {
    BANKER: ("next-questions", "take-ups", "risk"),
    OFFICER: ("next-questions", "portfolio", "spaces"),
}


def test_each_page_holds_on_a_phone_and_on_a_desk(page: Page, complaints: list[str]) -> None:
    for who, places in (
        (BANKER, ("next-questions", "take-ups", "risk")),
        (OFFICER, ("next-questions", "portfolio", "spaces")),
    ):
        page.context.clear_cookies()
        enter(page, who)
        for place in places:
            page.set_viewport_size({"width": WIDTHS["phone"], "height": 860})
            page.goto(f"/{place}")
            look(page, f"own-{place}", "zh", "phone")
            page.set_viewport_size({"width": WIDTHS["desk"], "height": 860})
            switch(page)
            look(page, f"own-{place}", "en", "desk")
            switch(page)
    page.goto("/products/new")
    expect(page.locator("#stories-of")).to_be_visible()
    page.set_viewport_size({"width": WIDTHS["phone"], "height": 860})
    look(page, "own-product-form", "zh", "phone")
    page.fill("#stories", "- 故事: 空条件谁都可办\n  企业:\n    年营业收入: 500万元\n  结论: 可办")
    page.fill("#title", "试一试")
    page.locator("button", has_text="现在演一遍").click()
    expect(page.locator("#played")).to_contain_text("空条件谁都可办")
    assert complaints == []
