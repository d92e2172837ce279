"""A product's text becomes a draft: no condition is lost, none is invented, each carries its sentence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.domain.product import Criterion, Group, ProductKind, to_json
from matcher.domain.product.draft import Audience, Reading, source_of
from matcher.errors import InvalidInput
from matcher.text.normalize import fold
from matcher.text.products.conditions import clauses
from matcher.text.products.reader import read_product

LOAN = """云帆税贷
【产品介绍】面向小微企业、个体工商户发放的信用贷款。
【申请条件】
1、企业成立满2年，上年度营业收入不低于300万元；
2、纳税信用等级B级（含）以上，且无不良信用记录；
3、房地产业、金融业除外。
【贷款额度、期限】额度最高300万元，期限最长3年，年利率3.85%起。
【申请材料】营业执照、近12个月纳税证明。
【办理流程】线上申请→审批→放款"""


def plain(sentence: str) -> list[dict[str, object]]:
    """What the clauses of one sentence give, without sources."""
    return to_json([node for clause in clauses(fold(sentence)) for node in clause.criteria])


def one(field: str, operator: str, value: object) -> dict[str, object]:
    return {"field": field, "operator": operator, "value": value}


def test_a_loan_text_gives_its_criteria_its_terms_and_what_was_not_understood() -> None:
    draft = read_product(LOAN)
    assert (draft.title, draft.kind, draft.audience) == ("云帆税贷", ProductKind.LOAN, Audience.BUSINESS)
    assert len(draft.criteria) == 5
    assert draft.not_understood == ("无不良信用记录",)
    terms = draft.terms
    assert (terms.amount_yuan, terms.term_months, terms.rate) == (3_000_000, 36, 0.0385)


def test_each_criterion_carries_the_sentence_it_came_from() -> None:
    sources = [source_of(node) for node in read_product(LOAN).criteria]
    assert "企业成立满2年" in sources[1]
    assert all(source in fold(LOAN) for source in sources)


@pytest.mark.parametrize(
    ("sentence", "criteria"),
    [
        ("企业成立满2年", [one("age_months", "at_least", 24.0)]),
        ("成立时间不少于十八个月", [one("age_months", "at_least", 18.0)]),
        ("注册未满3年", [one("age_months", "below", 36.0)]),
        ("年营业收入超过1亿元", [one("revenue", "above", 1e8)]),
        ("营业收入500-2000万元", [one("revenue", "at_least", 5e6), one("revenue", "at_most", 2e7)]),
        (
            "从业人员20人以上、300人以下",
            [one("employees", "at_least", 20.0), one("employees", "at_most", 300.0)],
        ),
        ("年纳税额5万元（不含）以上", [one("tax_paid", "above", 50_000.0)]),
        ("连续开票12个月以上", [one("invoice_months", "at_least", 12.0)]),
        ("拥有专利2项以上", [one("patents", "at_least", 2.0)]),
        ("纳税信用等级为A级或B级", [one("tax_grade", "in", ["A", "B"])]),
        ("纳税信用评级M级及以上", [one("tax_grade", "at_least", "M")]),
        ("纳税信用等级不为D级", [{"none_of": [one("tax_grade", "in", ["D"])]}]),
        ("面向中小微企业", [one("size_class", "in", ["medium", "micro", "small"])]),
        ("国家高新技术企业或专精特新企业", [one("certificates", "has_any", ["专精特新", "高新技术企业"])]),
        ("科技型中小企业", [one("certificates", "has", ["科技型中小企业"])]),
        ("注册地在安庆市迎江区", [one("region", "within", ["340802"])]),
        ("从事制造业", [one("industry", "within", ["C"])]),
        ("2024年1月1日（含）前注册", [one("founded_on", "at_most", "2024-01-01")]),
        ("不含个体工商户", [{"none_of": [one("sole_trader", "equal", True)]}]),
        (
            "年纳税额5万元以上，或连续开票12个月以上",
            [{"any_of": [one("tax_paid", "at_least", 50_000.0), one("invoice_months", "at_least", 12.0)]}],
        ),
    ],
)
def test_a_condition_in_the_trades_words_becomes_a_criterion(
    sentence: str, criteria: list[dict[str, object]]
) -> None:
    assert plain(sentence) == criteria
    assert all(clause.whole for clause in clauses(fold(sentence)))


@pytest.mark.parametrize(
    "sentence",
    [
        "近三年平均营业收入不低于100万元",
        "营业收入同比增长10%以上",
        "成立满3年的除外",
        "保证人应为企业，成立满3年",
        "法定代表人年龄在55周岁以下",
        "年营业收入1000万元以上的优先",
        "年营业收入不低于300万元，或具有稳定的订单",
        "成立十多年以上",
        "年营业收入300万元左右",
    ],
)
def test_what_would_be_a_wrong_criterion_is_listed_and_gives_none(sentence: str) -> None:
    draft = read_product(f"【申请条件】{sentence}")
    assert draft.criteria == ()
    assert draft.not_understood


def test_what_a_clause_says_besides_its_criterion_is_listed() -> None:
    draft = read_product("【贷款条件】成立满2年的科技型企业")
    assert [node.field for node in draft.criteria if isinstance(node, Criterion)] == ["age_months"]
    assert draft.not_understood == ("成立满2年的科技型企业",)


def test_one_of_several_lines_is_one_criterion_and_the_lead_in_keeps_its_own() -> None:
    lines = "注册资本不低于100万元，且符合以下条件之一：\n（1）拥有专利2项以上\n（2）年营业收入1000万元以上"
    capital, either = read_product(f"【申报条件】\n{lines}").criteria
    assert isinstance(capital, Criterion)
    assert isinstance(either, Group)
    assert len(either.members) == 2


def test_alternatives_of_which_one_is_not_understood_all_wait_for_a_person() -> None:
    draft = read_product("【申报条件】符合下列条件之一：\n1、专利2项以上\n2、获得省级科技奖")
    assert draft.criteria == ()
    assert len(draft.not_understood) == 3


def test_a_condition_said_twice_stands_once_with_both_sentences() -> None:
    (node,) = read_product("【适用对象】个体工商户。\n【申请条件】须为个体工商户。").criteria
    assert source_of(node) == "个体工商户。\n须为个体工商户。"


def test_conditions_outside_their_section_count_too_and_papers_are_no_conditions() -> None:
    draft = read_product("本产品服务于成立满1年的企业。借款人须为辖内企业。\n申请材料：成立满1年的证明。")
    assert [node.field for node in draft.criteria if isinstance(node, Criterion)] == ["age_months"]
    assert "借款人须为辖内企业" in draft.not_understood
    assert draft.sentences[-1].reading is Reading.PAPERS


@pytest.mark.parametrize(
    ("text", "audience"),
    [
        ("安居贷\n【贷款条件】有完全民事行为能力的自然人。已付首付款。", Audience.PRIVATE),
        ("工薪贷\n【适用对象】公务员及事业单位在编人员，工资稳定。", Audience.PRIVATE),
        ("汽车消费贷款\n【适用对象】有固定住所的公民，首付不低于30%。", Audience.PRIVATE),
        ("商户贷\n【适用对象】个体工商户。【贷款资料】身份证、结婚证明。", Audience.BUSINESS),
        ("票据贷\n【适合客户】持有核心企业商业汇票的供应商。", Audience.BUSINESS),
    ],
)
def test_products_for_private_persons_are_recognised(text: str, audience: Audience) -> None:
    assert read_product(text).audience is audience


def test_policies_and_spaces_are_told_from_loans() -> None:
    policy = "高企奖励\n申报条件：高新技术企业。\n奖励标准：给予补贴10万元。申报时间截止2027年3月31日。"
    assert read_product(policy).kind is ProductKind.POLICY
    assert str(read_product(policy).terms.valid_until) == "2027-03-31"
    assert read_product("写字楼招租，300平方米，适合入驻企业。").kind is ProductKind.SPACE


@given(
    st.text(
        st.sampled_from("企业成立满2年，。；\n【条件】(）以上或且A级50万元、:除外资料"),
        max_size=80,
    )
)
def test_the_sentences_are_the_whole_text(text: str) -> None:
    folded = fold(text)
    if not folded:
        with pytest.raises(InvalidInput):
            read_product(text)
        return
    told = "".join(sentence.text for sentence in read_product(text).sentences)
    assert re.sub(r"\s", "", told) == re.sub(r"\s", "", folded)


def test_twice_the_text_is_no_more_than_about_twice_the_work() -> None:
    """Calls, not seconds: sentences are read once each, however long the text."""
    sentence = "企业成立满2年，上年度营业收入不低于300万元。\n"
    assert len(read_product("【条件】" + sentence * 200).criteria) == 2
    read_product("或" * 4_000)
    read_product("成立" * 4_000)
