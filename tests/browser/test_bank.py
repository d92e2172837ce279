"""A bank's way: log in, open a product, read who fits and who nearly does, take the list along, publish."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import WIDTHS, enter, look, look_everywhere
from tests.browser.world import BANKER, SHORT_FIRM, SILENT_FIRM

pytestmark = pytest.mark.browser


def test_from_log_in_to_the_list_of_firms_in_excel(page: Page, complaints: list[str], tmp_path: Path) -> None:
    enter(page, BANKER)
    look_everywhere(page, "bank-1-products")
    page.locator(".qx-row", has_text="湖心税信贷").click()
    cards = page.locator(".qx-firm")
    expect(cards).to_have_count(3)
    expect(cards.nth(0)).to_contain_text("湖心云帆软件有限公司")
    expect(cards.nth(1)).to_contain_text(SILENT_FIRM)
    expect(cards.nth(1).locator(".qx-conditions .qx-unknown").first).to_contain_text("年营业收入")
    expect(cards.nth(2)).to_contain_text(SHORT_FIRM)
    expect(cards.nth(2)).to_contain_text("还差 40 万元")
    expect(page.locator(".qx-count").first).to_contain_text("10")
    expect(page.locator(".qx-note")).to_contain_text("授权")
    look_everywhere(page, "bank-2-product")
    for form, start in (("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
        with page.expect_download() as taken:
            page.locator(f"a[download][href$='.{form}']").click()
        taken.value.save_as(tmp_path / form)
        assert (tmp_path / form).read_bytes().startswith(start)
    assert SHORT_FIRM in (tmp_path / "csv").read_text(encoding="utf-8-sig")
    assert complaints == []


def test_a_products_text_is_pasted_read_and_confirmed(page: Page, complaints: list[str]) -> None:
    enter(page, BANKER)
    page.locator(".qx-head .qx-button-main").click()
    page.fill(
        "#text",
        "湖心快贷\n【申请条件】\n1、企业成立满2年，且无不良信用记录；\n2、年纳税额5万元以上，或连续开票12个月以上。",
    )
    page.click("#read")
    expect(page.locator("#draft-read")).to_contain_text("2 条条件")
    expect(page.locator(".qx-note .qx-rules li")).to_have_text(["无不良信用记录"])
    expect(page.locator("input[name=whole]")).to_be_checked()
    for width in ("phone", "desk"):
        page.set_viewport_size({"width": WIDTHS[width], "height": 860})
        look(page, "bank-4-draft", "zh", width)
    page.click("#save")
    expect(page.locator("h1")).to_have_text("湖心快贷")
    expect(page.locator("ol.qx-rules li")).to_have_count(2)
    assert complaints == []


def test_a_product_is_written_with_a_criterion_chosen_from_lists(page: Page, complaints: list[str]) -> None:
    enter(page, BANKER)
    page.locator(".qx-head .qx-button-main").click()
    page.fill("#title", "湖心开票贷")
    page.fill("#amount_yuan", "500,000")
    page.fill("#rate_percent", "4.1")
    page.locator("select[name=field]").first.select_option("tax_grade")
    expect(page.locator("select[name=value]")).to_be_visible()
    page.locator("select[name=value]").select_option("A")
    page.locator("select[name=field]").nth(1).select_option("employees")
    page.locator("input[name=value]:not([type=hidden])").fill("20")
    look(page, "bank-3-form", "zh", "desk")
    page.click("#save")
    expect(page.locator("h1")).to_have_text("湖心开票贷")
    expect(page.locator("ol.qx-rules li")).to_have_text(["纳税信用等级不低于 A 级", "从业人数不低于 20 人"])
    expect(page.locator(".qx-counts")).to_be_visible()
    page.locator(".qx-actions a", has_text="修改").click()
    page.fill("#rate_percent", "免息")
    page.click("#save")
    expect(page.locator("#told [role=alert]")).to_contain_text("年利率")
    assert [line for line in complaints if "422" not in line] == []
