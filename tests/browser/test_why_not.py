"""On a need's page an officer asks why a certain firm is not listed, and reads what would move it up."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import WIDTHS, enter, look, switch
from tests.browser.world import OFFICER
from tests.worlds import LUNCH

pytestmark = pytest.mark.browser


def ask(page: Page, typed: str) -> None:
    page.locator("#why-name").press_sequentially(typed)
    page.locator("#why-firms .qx-pick").first.click()
    expect(page.locator("#why-told h3")).to_be_visible()


def test_why_a_certain_firm_is_not_listed(page: Page, complaints: list[str]) -> None:
    page.set_viewport_size({"width": WIDTHS["phone"], "height": 860})
    enter(page, OFFICER)
    page.goto(f"/needs/{LUNCH}")
    expect(page.locator(".qx-partner").first).to_be_visible()
    ask(page, "湖滨团膳")
    expect(page.locator("#why-told")).to_contain_text("怎样能再进一步")
    look(page, "why-not", "zh", "phone")
    switch(page)
    page.set_viewport_size({"width": WIDTHS["desk"], "height": 860})
    expect(page.locator(".qx-partner").first).to_be_visible()
    ask(page, "快餐")
    look(page, "why-not", "en", "desk")
    assert complaints == []
