"""A case by page: overdue first, closed on evidence, disputed by the firm, notes, figures, terms."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import choose, enter, look_everywhere
from tests.browser.world import ADMINISTRATOR, FIRM, OFFICER
from tests.worlds import ASKER

pytestmark = pytest.mark.browser


def test_a_case_is_closed_on_evidence_and_the_firm_has_the_last_word(
    page: Page, complaints: list[str]
) -> None:
    enter(page, OFFICER)
    choose(page, "办结")
    expect(page.locator(".qx-case").first).to_be_visible()
    look_everywhere(page, "cases-1-list")
    page.goto("/needs/NEED-CHARGING")
    page.locator("#moves button[value=closed]").click()
    expect(page.locator("#case-told [role=alert]")).to_contain_text("依据")
    page.fill("#evidence", "协调会纪要 2026-31")
    page.locator("#moves button[value=closed]").click()
    expect(page.locator("#case .qx-line")).to_contain_text("协调会纪要 2026-31")
    enter_anew(page, FIRM)
    page.goto("/needs/NEED-CHARGING")
    page.locator("#answer input[value=false]").check()
    page.select_option("#satisfaction", "2")
    page.fill("#reason", "桩还没装")
    page.locator("#answer button").click()
    expect(page.locator("#case .qx-line")).to_contain_text("桩还没装")
    look_everywhere(page, "cases-2-need")
    assert [line for line in complaints if "422" not in line] == []


def test_one_file_holds_notes_relations_and_what_is_known_of_them(page: Page, complaints: list[str]) -> None:
    enter(page, OFFICER)
    page.goto(f"/enterprises/{ASKER}/case-file")
    page.fill("#text", "会议纪要")
    page.fill("#reference", "二号柜 17 号夹")
    page.locator("#note button").click()
    expect(page.locator("#timeline")).to_contain_text("文件：会议纪要（二号柜 17 号夹）")
    page.locator("#relations summary", has_text="登记一条").click()
    page.fill("#relation-other", "湖心晨光印务有限公司")
    page.fill("#relation-source", "企业自述")
    page.fill("#relation-until", "2027-06-30")
    page.locator("#relations .qx-button-main").click()
    rival = page.locator("#relations .qx-sidecard", has_text="湖心晨光印务有限公司")
    expect(rival.locator(".qx-due-kept")).to_be_visible()
    rival.locator("summary", has_text="提出异议").click()
    rival.locator("input[name=reason]").fill("不做同一行")
    rival.locator(".qx-say button").click()
    expect(page.locator("#relations .qx-due-soon")).to_contain_text("暂不生效")
    look_everywhere(page, "cases-3-file")
    assert complaints == []


def test_figures_are_drawn_and_the_administrator_sets_terms(page: Page, complaints: list[str]) -> None:
    enter(page, OFFICER)
    choose(page, "办结", "办理情况")
    expect(page.locator(".qx-stages")).to_be_visible()
    look_everywhere(page, "cases-4-figures")
    page.goto("/handovers")
    look_everywhere(page, "cases-5-handovers")
    enter_anew(page, ADMINISTRATOR)
    choose(page, "各站时限")
    page.fill("#other-1", "10")
    page.fill("#head-1", OFFICER)
    page.locator("form.qx-card").first.locator("button").click()
    expect(page.locator("h2").first).to_contain_text("改过")
    look_everywhere(page, "cases-6-terms")
    assert complaints == []


def enter_anew(page: Page, name: str) -> None:
    """Out, and in as somebody else."""
    page.locator(".qx-tools form[action$=logout] button").click()
    expect(page).to_have_url(re.compile("/login"))
    enter(page, name)
