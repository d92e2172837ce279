"""A product in its owner's hands: stories hold a change of criteria, every version can be read again."""

from __future__ import annotations

import pytest

from matcher.domain.product import ProductKind
from matcher.errors import InvalidInput
from matcher.services import product_stories, product_versions, products
from matcher.services.products import ProductForm

CRITERIA = [
    {"field": "age_months", "operator": "at_least", "value": 24},
    {"field": "revenue_wan", "operator": "at_least", "value": 300},
    {"field": "tax_grade", "operator": "at_least", "value": "B"},
]
STORIES = """
- 故事: 开了三年的老店
  日期: 2026-11-22
  企业: {成立日期: 2023-03-01, 年营业收入: 500万元, 纳税信用等级: B}
  结论: 可办
- 故事: 新店，营收也不够
  日期: 2026-11-22
  企业: {成立日期: 2026-03-01, 年营业收入: 120万元, 纳税信用等级: M}
  结论: 不可办
  不符合: [成立时长, 年营业收入, 纳税信用等级]
- story: nobody asked for the revenue yet
  day: 2026-11-22
  firm: {founded_on: 2020-01-01, tax_grade: A}
  result: open
  missing: revenue
"""


def written(session, bank, now, **over):
    form = ProductForm("税信贷", ProductKind.LOAN, criteria=CRITERIA, stories=STORIES, **over)
    return products.create(session, bank, form, now)


def test_a_clerk_s_stories_are_played_in_the_trade_s_words(session, bank, now):
    row = written(session, bank, now)
    assert row.owner_name == bank.scope
    with pytest.raises(InvalidInput) as caught:
        products.create(
            session, bank, ProductForm("严", ProductKind.LOAN, criteria=CRITERIA[:1], stories=STORIES), now
        )
    assert caught.value.reason == "products.stories_failed"
    assert caught.value.params["count"] == 2


def test_no_change_of_criteria_counts_while_a_story_comes_out_otherwise(session, bank, now):
    row = written(session, bank, now)
    session.commit()
    stricter = [*CRITERIA[:1], {"field": "revenue_wan", "operator": "at_least", "value": 800}, CRITERIA[2]]
    with pytest.raises(InvalidInput) as caught:
        products.edit(session, bank, row.product_id, row.version, {"criteria": stricter}, now)
    assert "开了三年的老店" in str(caught.value.params["stories"])
    session.rollback()
    assert row.criteria[1]["value"] == 3_000_000
    told = STORIES.replace("500万元", "900万元")
    products.edit(session, bank, row.product_id, row.version, {"criteria": stricter, "stories": told}, now)
    assert row.criteria[1]["value"] == 8_000_000


def test_each_version_says_in_words_what_came_and_what_went(session, bank, now):
    row = written(session, bank, now)
    products.edit(
        session, bank, row.product_id, 1, {"criteria": CRITERIA[:2], "rate": 0.04, "stories": None}, now
    )
    newest, first = product_versions.versions(session, bank, row.product_id)
    assert (newest.version, first.version) == (2, 1)
    assert set(newest.changed) == {"rate", "criteria", "stories"}
    assert "纳税信用等级" in newest.went["zh"][0]
    assert newest.came["zh"] == []
    assert first.content["rate"] is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- [", "products.stories_unreadable"),
        ("- &a {企业: {}, 结论: 可办}\n- *a", "products.stories_unreadable"),
        ("结论: 可办", "products.stories_no_list"),
        ("- {企业: {}}", "products.story_wrong"),
        ("- {企业: {星座: 狮子}, 结论: 可办}", "products.story_field"),
        ("- {企业: {年营业收入: 很多}, 结论: 可办}", "products.story_value"),
        ("- {企业: {}, 结论: 也许}", "products.story_result"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(text, reason):
    with pytest.raises(InvalidInput) as caught:
        product_stories.read(text)
    assert caught.value.reason == reason


def test_a_repair_is_kept_in_canonical_units_and_a_wrong_one_refused(session, officer, now):
    form = ProductForm("补助", ProductKind.POLICY, repairs=[{"field": "assets_wan", "value": 30}])
    row = products.create(session, officer, form, now)
    assert row.repairs == [{"field": "assets", "value": 300_000.0}]
    for wrong in ({"field": "industry", "value": "62"}, {"value": 3}, {"field": "assets", "value": -1}):
        with pytest.raises(InvalidInput):
            products.create(session, officer, ProductForm("x", ProductKind.POLICY, repairs=[wrong]), now)
