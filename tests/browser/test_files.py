"""An officer's other pages: a file, a paper consent, several parties of a need, shared needs, exports."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import at_work, choose, enter, look_everywhere
from tests.browser.world import INFERRED, OFFICER
from tests.factories import a_code

pytestmark = pytest.mark.browser


def test_a_file_is_found_by_pinyin_and_takes_a_consent_on_paper(page: Page, complaints: list[str]) -> None:
    enter(page, OFFICER)
    choose(page, "企业")
    expect(page).to_have_url(re.compile("/enterprises$"))
    page.wait_for_load_state("load")  # the page's script is at work
    page.fill("#q", "cgyw")
    expect(page.locator(".qx-row")).to_have_count(1)
    page.locator(".qx-row").click()
    expect(page.locator("h1")).to_have_text("湖心晨光印务有限公司")
    expect(page.locator(".qx-fit .qx-no").first).to_be_visible()
    expect(page.locator("#found-partners > *").first).to_be_visible()
    page.locator("#consents summary").first.click()
    page.locator("input[name=field][value=tax_paid]").check()
    page.locator("#consents .qx-fields button").click()
    expect(page.locator("#consent-told [role=alert]")).to_contain_text("凭证")
    page.fill("#proof", "授权书 2026-017")
    page.locator("#consents .qx-fields button").click()
    expect(page.locator(".qx-grant-live", has_text="2026-017")).to_contain_text("纳税额")
    look_everywhere(page, "officer-2-file")
    assert [line for line in complaints if "422" not in line] == []


def test_an_inferred_industry_is_marked_and_corrected(page: Page, complaints: list[str]) -> None:
    enter(page, OFFICER)
    page.goto(f"/enterprises/{INFERRED}")
    expect(page.locator("#facts .qx-tags")).to_contain_text("推断，把握 83%")
    page.locator("#facts summary", has_text="更正行业").click()
    expect(page.locator("#industry-choice li button").first).to_contain_text("72 商务服务业")
    at_work(page, "#industry")
    page.fill("#industry", "广告业")
    expect(page.locator("#industry-options option").first).to_have_attribute("value", "725")
    look_everywhere(page, "officer-2-industry")
    page.locator("#facts summary", has_text="更正行业").click()
    at_work(page, "#industry")
    page.fill("#industry", "没有的行业")
    page.locator("#industry-choice .qx-button-main").click()
    expect(page.locator("#industry-told [role=alert]")).to_contain_text("没有的行业")
    page.fill("#industry", "725")
    page.locator("#industry-choice .qx-button-main").click()
    expect(page.locator("#facts .qx-tags")).not_to_contain_text("推断")
    expect(page.locator("#facts")).to_contain_text("广告业")
    assert [line for line in complaints if "422" not in line] == []


def test_the_occupation_of_a_vacancy_is_marked_and_corrected(page: Page, complaints: list[str]) -> None:
    enter(page, OFFICER)
    page.goto(f"/enterprises/{INFERRED}")
    vacancy = page.locator("#openings li[id]")
    expect(vacancy.locator(".qx-tag")).to_have_text("视觉传达设计人员（由岗位名称推断，把握 71%）")
    vacancy.locator("summary").click()
    expect(vacancy.locator("li button").last).to_contain_text("广告设计师")
    field = vacancy.locator("input[list]")
    at_work(page, f"#{field.get_attribute('id')}")
    field.fill("美工")
    expect(vacancy.locator("option").first).to_contain_text("视觉传达设计人员")
    look_everywhere(page, "officer-2-openings")
    vacancy.locator("summary").click()
    vacancy.locator("li button").last.click()
    expect(vacancy.locator(".qx-tag")).to_have_text("广告设计师")
    expect(vacancy.locator("[role=status]")).to_have_text("已按此记录")
    assert complaints == []


def test_a_need_of_several_parties_is_one_table(page: Page, complaints: list[str]) -> None:
    enter(page, OFFICER)
    page.goto("/needs/NEED-CHARGING")
    roles = page.locator(".qx-seat-role b")
    expect(roles).to_have_text(["供应商", "物业", "供电", "消防"])
    expect(page.locator("#partners .qx-partners")).to_be_visible()
    look_everywhere(page, "officer-3-parties")
    assert complaints == []


def test_common_needs_are_pooled_and_the_stations_rows_taken_along(
    page: Page, complaints: list[str], tmp_path: Path
) -> None:
    enter(page, OFFICER)
    choose(page, "配对", "共性需求")
    expect(page.locator("article").first).to_contain_text("家")
    look_everywhere(page, "officer-4-shared")
    choose(page, "设置", "导出")
    look_everywhere(page, "officer-5-take")
    with page.expect_download() as taken:
        page.locator("a[href$='needs.csv']").click()
    taken.value.save_as(tmp_path / "needs.csv")
    assert "充电桩" in (tmp_path / "needs.csv").read_text(encoding="utf-8-sig")
    assert complaints == []


def test_a_file_is_brought_in_by_a_page_and_buildings_are_looked_at(
    page: Page, complaints: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "企业名单.csv"
    path.write_text(
        "企业编号,企业名称,行业\nE-N1,湖心新面点坊,正餐服务\nE-N2,东门五金行,没有的行业\n", encoding="utf-8"
    )
    enter(page, OFFICER)
    choose(page, "设置", "导入")
    page.set_input_files("#file", path)
    page.locator("form .qx-button-main").click()
    expect(page.locator("#import-list .qx-tag").first).to_have_text("等待核对")
    look_everywhere(page, "officer-6-imports")
    page.locator("#import-list form button").first.click()
    expect(page.locator("#import-list .qx-tag").first).to_have_text("已取消")
    choose(page, "楼宇")
    expect(page.locator("h1")).to_have_text("楼宇合并")
    look_everywhere(page, "officer-7-buildings")
    assert complaints == []


def test_a_row_that_was_kept_apart_is_corrected_and_taken(page: Page, complaints: list[str]) -> None:
    enter(page, OFFICER)
    choose(page, "设置", "导入")
    page.get_by_role("link", name="待核对 1 行").click()
    look_everywhere(page, "officer-8-held")
    page.get_by_label("统一社会信用代码").fill("不知道")
    page.get_by_role("button", name="改正并入库").click()
    expect(page.get_by_role("alert")).to_contain_text("不知道")
    # An answer that says what is wrong is noted by the browser as a failure; it is the only one.
    assert [one for one in complaints if "422" not in one] == []
    page.get_by_label("统一社会信用代码").fill(a_code(77))
    page.get_by_role("button", name="改正并入库").click()
    expect(page.get_by_text("没有待核对的行")).to_be_visible()
