from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.domain.need import NeedKind
from matcher.errors import InvalidInput
from matcher.messages import catalogue
from matcher.text.intake import LONGEST_TITLE, read, title_of

TODAY = date(2026, 11, 22)

KINDS = [
    ("员工中午没地方吃饭", NeedKind.STAFF_SERVICES),
    ("职工的孩子放假没人看", NeedKind.STAFF_SERVICES),
    ("采购一批纸箱,2000个", NeedKind.SUPPLY),
    ("找人开发一个微信小程序", NeedKind.SUPPLY),
    ("想租两台叉车", NeedKind.SUPPLY),
    ("产品卖不掉,帮忙找找销路", NeedKind.CUSTOMERS),
    ("想找银行贷点款周转", NeedKind.FINANCING),
    ("招聘焊工5名", NeedKind.RECRUITMENT),
    ("缺自动化工程师,机械专业硕士优先", NeedKind.RECRUITMENT),
    ("租300平米办公室", NeedKind.SPACE),
    ("厂房到期要换地方", NeedKind.SPACE),
    ("有什么补贴可以申报", NeedKind.POLICY),
    ("想请高校专家解决焊接工艺难题", NeedKind.TECHNOLOGY),
    ("客户拖欠货款不给", NeedKind.LEGAL),
    ("消防验收过不了,请帮忙协调", NeedKind.COORDINATION),
    ("We need a bank loan", NeedKind.FINANCING),
    ("We want to hire 20 assembly workers", NeedKind.RECRUITMENT),
    ("we would like to rent an office", NeedKind.SPACE),
    ("our staff have nowhere to eat lunch", NeedKind.STAFF_SERVICES),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_the_kind_of_a_plain_need_is_told(text: str, kind: NeedKind) -> None:
    assert read(text, TODAY).kind is kind


@pytest.mark.parametrize("text", ["你好", "需要30万", "今天天气不错", "hello there"])
def test_the_reader_asks_back_where_it_does_not_know(text: str) -> None:
    draft = read(text, TODAY)
    assert draft.kind is None
    assert draft.ask_back in catalogue("zh")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("十天之内要200把椅子", NeedKind.SUPPLY),
        ("楼里有没有连着的600平", NeedKind.SPACE),
        ("保安缺人,下周三面试", NeedKind.RECRUITMENT),
        ("研发费用加计扣除怎么领", NeedKind.POLICY),
        ("楼上没水三天了", NeedKind.COORDINATION),
        ("产品送检找谁", NeedKind.TECHNOLOGY),
        ("清仓的鞋想卖给单位", NeedKind.CUSTOMERS),
    ],
)
def test_everyday_words_and_what_is_counted_tell_the_kind(text: str, kind: NeedKind) -> None:
    assert read(text, TODAY).kind is kind


def test_a_month_alone_in_english_is_no_error() -> None:
    assert read("Medical check for 80 staff in December", TODAY).slot("deadline") is not None
    assert read("we may need a lawyer in March or May", TODAY).kind is NeedKind.LEGAL


def test_loan_or_rent_is_asked_where_both_are_as_likely() -> None:
    draft = read("贷款或者租金", TODAY)
    assert (draft.kind, draft.ask_back) == (None, "intake.ask.financing_or_space")


def test_a_loan_without_an_amount_asks_for_it() -> None:
    assert read("想找银行贷款", TODAY).ask_back == "intake.ask.amount"
    assert read("想找银行贷款780万元", TODAY).ask_back is None


def test_the_facts_of_a_need_carry_the_words_they_were_read_from() -> None:
    draft = read("机器人公司急招自动化工程师5名,机械硕士,月薪1.5万,12月底前到岗", TODAY)
    told = {slot.name: (slot.value, draft.text[slot.start : slot.end]) for slot in draft.slots}
    assert told["headcount"] == (5, "5名")
    assert told["amount_fen"] == (1_500_000, "1.5万")
    assert told["deadline"] == (date(2026, 12, 31), "12月底前")
    assert told["urgency"][0] == "urgent"
    assert "occupation" in told


def test_a_charging_pile_names_who_must_move_together() -> None:
    draft = read("门口想装充电桩,物业让先问消防", TODAY)
    assert draft.parties == ("supplier", "property", "power", "fire", "community")
    assert "4910" in draft.industries


def test_an_industry_named_in_the_text_is_wanted_though_no_topic_knows_it() -> None:
    assert "3562" in read("采购半导体器件专用设备制造厂家的设备", TODAY).industries


def test_the_title_is_the_first_clause_without_greeting() -> None:
    assert title_of("您好,我们是想租办公室的,300平") == "想租办公室的"
    assert len(title_of("缺" * 100)) == LONGEST_TITLE


def test_the_same_need_is_read_alike_in_full_and_half_width() -> None:
    assert read("租３００平米办公室：１２月底前", TODAY) == read("租300平米办公室:12月底前", TODAY)


def test_a_chinese_comma_keeps_two_figures_apart() -> None:
    told = {slot.name: slot.value for slot in read("食堂预算5000，100人用餐", TODAY).slots}
    assert (told["amount_fen"], told["headcount"]) == (500_000, 100)


def test_a_text_past_the_limit_is_refused() -> None:
    with pytest.raises(InvalidInput):
        read("缺" * 4001, TODAY)


@given(st.text(min_size=1, max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        draft = read(text, TODAY)
    except InvalidInput:
        return
    assert (draft.kind is None) <= (draft.ask_back is not None)
    assert all(0 <= slot.start < slot.end <= len(draft.text) for slot in draft.slots)
    assert 0 <= draft.confidence <= 1


def test_a_printer_that_buys_paper_is_not_offered_printers() -> None:
    found = read("印刷厂需要采购胶印纸和油墨", TODAY)
    assert [topic.topic for topic in found.topics] == ["paper_and_ink"]
