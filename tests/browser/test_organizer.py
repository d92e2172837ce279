"""An organizer plans a salon, sees the seats, takes them along, plans again; meetings and a fair."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import WIDTHS, enter, look, look_everywhere
from tests.browser.world import HOST

pytestmark = pytest.mark.browser


def test_from_log_in_to_a_seat_plan_in_excel(page: Page, complaints: list[str], tmp_path: Path) -> None:
    enter(page, HOST)
    look_everywhere(page, "organizer-1-events")
    page.locator(".qx-head .qx-button-main").click()
    page.fill("#title", "湖心午餐沙龙")
    page.fill("#theme", "工作餐配送")
    page.fill("#starts_at", "2026-12-05T14:00")
    page.fill("#tables", "2")
    page.fill("#seats", "4")
    page.fill("#find-must", "彩印")
    page.locator(".qx-pick").click()
    expect(page.locator("#list-must input[name=must]")).to_be_checked()
    page.locator("#list-must summary").click()
    page.locator("#list-must input[name=here]").fill("2-9")
    page.click("#plan")
    expect(page.locator("#told [role=alert]")).to_contain_text("湖心彩印有限公司")
    page.locator("#list-must input[name=here]").fill("2")
    look(page, "organizer-2-form", "zh", "desk")
    page.set_viewport_size({"width": WIDTHS["phone"], "height": 860})
    look(page, "organizer-2-form", "zh", "phone")
    page.click("#plan")
    expect(page.locator("h1")).to_have_text("湖心午餐沙龙")
    expect(page.locator(".qx-roundtable svg")).to_have_count(4)
    expect(page.locator(".qx-company li")).to_have_count(8)
    expect(page.locator(".qx-company")).to_contain_text("湖心彩印有限公司")
    look_everywhere(page, "organizer-3-seats")
    for ending, start in (("xlsx", b"PK"), ("ics", b"BEGIN:VCALENDAR")):
        with page.expect_download() as taken:
            page.locator(f".qx-actions a[href$='.{ending}']").click()
        taken.value.save_as(tmp_path / ending)
        assert (tmp_path / ending).read_bytes().startswith(start)
    page.locator("input[name=absent]").last.check()
    page.locator("select[name=who]").first.select_option(label="湖心彩印有限公司")
    page.locator("input[name=place_at]").first.fill("2-1")
    page.locator("form .qx-button-main").click()
    expect(page.locator("#changes [role=status]")).to_be_visible()
    page.locator("#changes a").click()
    expect(page.locator(".qx-company li")).to_have_count(7)
    expect(page.locator("#round-2 ~ .qx-tables .qx-roundtable").first).to_contain_text("湖心彩印")
    page.locator(".qx-actions a[href$='/print']").click()
    expect(page.locator(".qx-doorlist tbody tr")).to_have_count(7)
    expect(page.locator(".qx-doorlist tr", has_text="湖心彩印")).to_contain_text("–")
    expect(page.locator(".qx-floor svg")).to_be_visible()
    look_everywhere(page, "organizer-3-print")
    assert [line for line in complaints if "422" not in line] == []


def test_meetings_are_a_grid_of_slots_and_tables(page: Page, complaints: list[str]) -> None:
    enter(page, HOST)
    page.goto("/events/new/meetings")
    page.fill("#title", "湖心供需一对一")
    page.fill("#slots", "3")
    page.fill("#tables", "2")
    page.click("#plan")
    expect(page.locator("#told [role=alert]")).to_contain_text("买方和卖方")
    for side, names in (("buyer", ("云帆", "彩印")), ("seller", ("食惠", "湖滨团膳"))):
        for name in names:
            page.fill(f"#find-{side}", name)
            page.locator(f"#found-{side} .qx-pick", has_text=name).click()
            expect(page.locator(f"#list-{side} label", has_text=name)).to_be_visible()
    page.click("#plan")
    expect(page.locator(".qx-pair").first).to_be_visible()
    look_everywhere(page, "organizer-4-meetings")
    assert [line for line in complaints if "422" not in line] == []


def test_a_fair_is_laid_out_with_booths_and_classes(page: Page, complaints: list[str]) -> None:
    enter(page, HOST)
    page.locator(".qx-row", has_text="湖心高校双选会").click()
    expect(page.locator(".qx-company li").first).to_contain_text("湖心云帆软件有限公司")
    page.locator("form .qx-button-main", has_text="展位").click()
    expect(page.locator(".qx-booths li").first).to_be_visible()
    expect(page.locator("article", has_text="软件工程")).to_contain_text("软件开发工程师")
    expect(page.locator("details").first).to_contain_text("软件工程")
    expect(page.locator(".qx-plan img")).to_be_visible()
    look_everywhere(page, "organizer-5-fair")
    page.locator("form[hx-post$='/replan'] input[name=lost]").first.check()
    page.locator("form[hx-post$='/replan'] .qx-button-main").click()
    expect(page.locator("#changes li").first).to_contain_text("号展位")
    page.locator(".qx-actions a[href$='/print']").click()
    expect(page.locator(".qx-agenda").first).to_contain_text("软件工程")
    look(page, "organizer-6-fair-print", "zh", "desk")
    assert complaints == []
