from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text.amounts import Role, amounts
from matcher.text.numbers import numeral

WAN = 10_000

AMOUNTS = [
    ("780万元", 780 * WAN, 780 * WAN),
    ("1亿2000万", 12_000 * WAN, 12_000 * WAN),
    ("贷款3千5", 3500, 3500),
    ("500-800万", 500 * WAN, 800 * WAN),
    ("50万到80万元", 50 * WAN, 80 * WAN),
    ("五十余万", 50 * WAN, 60 * WAN),
    ("两个亿", 20_000 * WAN, 20_000 * WAN),
    ("7,800,000元", 780 * WAN, 780 * WAN),
    ("3000多万", 3000 * WAN, 4000 * WAN),
    ("百来万", 100 * WAN, 100 * WAN),
    ("几十万", 20 * WAN, 90 * WAN),
    ("三五万", 3 * WAN, 5 * WAN),
    ("十几万", 12 * WAN, 19 * WAN),
    ("一万二", 12_000, 12_000),
    ("三千零五元", 3005, 3005),
    ("1.5亿元", 15_000 * WAN, 15_000 * WAN),
    ("半个亿", 5_000 * WAN, 5_000 * WAN),
    ("一千二百三十四万五千六百七十八元", 12_345_678, 12_345_678),
    ("预算 5 万元", 5 * WAN, 5 * WAN),
    ("欠50万一直不还", 50 * WAN, 50 * WAN),
    ("柒佰捌拾万元", 780 * WAN, 780 * WAN),
    ("七八百万", 700 * WAN, 800 * WAN),
    ("贷款额度150w", 150 * WAN, 150 * WAN),
    ("月薪8k-12k", 8000, 12_000),
    ("每月600以内", 600, 600),
    ("欠款5、6万", 5 * WAN, 6 * WAN),
    ("想贷300万周转", 300 * WAN, 300 * WAN),
    ("RMB 500,000 to 800,000", 50 * WAN, 80 * WAN),
    ("7.8 million yuan", 780 * WAN, 780 * WAN),
    ("RMB 500 thousand", 50 * WAN, 50 * WAN),
]


@pytest.mark.parametrize(("text", "low", "high"), AMOUNTS)
def test_an_amount_is_read_as_it_is_written(text: str, low: int, high: int) -> None:
    found = amounts(text)
    assert [(amount.low_fen, amount.high_fen) for amount in found] == [(low * 100, high * 100)]


@pytest.mark.parametrize(
    "text",
    [
        "八成",
        "利率4%",
        "负三万",
        "千万别",
        "1.4万平方米",
        "2万册",
        "30个人",
        "三万人次",
        "500万美元",
        "买一块10亩的地",
        "库存1.2万双鞋",
        "陆家嘴",
        "150w的灯泡",
        "2026年12月1日",
        "99999999999999999999元",
    ],
)
def test_what_is_no_amount_is_not_read_as_one(text: str) -> None:
    assert amounts(text) == []


def test_the_words_of_an_amount_are_told() -> None:
    text = "想找银行贷780万元,下月用"
    [amount] = amounts(text)
    assert text[amount.start : amount.end] == "780万元"


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("想贷300万", Role.SUM),
        ("去年营收2600万", Role.OWN),
        ("注册资本500万", Role.OWN),
        ("单价12元", Role.UNIT_PRICE),
        ("20元一双", Role.UNIT_PRICE),
    ],
)
def test_what_the_firm_has_and_what_one_costs_is_told_from_what_is_asked_for(text: str, role: Role) -> None:
    assert [amount.role for amount in amounts(text)] == [role]


@given(st.integers(min_value=1, max_value=10**8 - 1))
def test_a_number_as_on_a_cheque_is_read_like_the_plain_one(number: int) -> None:
    plain = in_chinese(number)
    formal = plain.translate(str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟"))
    if len(plain) > 1 and plain[1] not in "万亿":
        assert [(a.low_fen, a.high_fen) for a in amounts(f"贷款{formal}元")] == [(number * 100, number * 100)]


def in_chinese(number: int) -> str:
    """The spelling of a number below 10^12, by another road than the reader's."""
    if number < 10:
        return "零一二三四五六七八九"[number]
    for unit, name in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if number >= unit:
            head, rest = divmod(number, unit)
            gap = "零" if rest and rest < unit // 10 else ""
            return in_chinese(head) + name + gap + (in_chinese(rest) if rest else "")
    raise AssertionError


@given(st.integers(min_value=1, max_value=10**12 - 1))
def test_a_number_spelled_in_chinese_is_read_back(number: int) -> None:
    spelled = in_chinese(number)
    figure = numeral(spelled)
    if len(spelled) <= 24:
        assert figure is not None
        assert figure.low == figure.high == Decimal(number)


@given(st.integers(min_value=1, max_value=10**12))
def test_a_number_with_commas_is_read_back(number: int) -> None:
    figure = numeral(f"{number:,}")
    assert figure is not None
    assert figure.low == number


@given(st.text(alphabet="0123456789.,零一二两三十百千万亿半几多余来个- 元到", max_size=60))
def test_any_heap_of_numerals_is_read_without_harm(text: str) -> None:
    for amount in amounts(text):
        assert 0 <= amount.low_fen <= amount.high_fen <= 10**17
        assert 0 <= amount.start < amount.end <= len(text)
