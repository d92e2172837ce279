from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text.duplicates import SAME, sameness

TOLD_AGAIN = [
    ("楼里一百多名员工中午吃饭不方便，想办餐卡", "员工中午吃饭不方便，麻烦对接餐饮企业办餐卡"),
    (
        "消防验收通不过，已停业15天，请帮忙协调",
        "您好，能不能协调一下消防验收？我们停业15天了，消防验收通不过",
    ),
    ("想找银行贷款７８０万元，月底前到账", "月底前银行贷款780万元能不能到账"),
]
ANOTHER_MATTER = [
    ("想找银行贷款300万，12月底前", "想找银行贷款500万，12月底前"),
    ("招焊工5名", "招焊工50名"),
    ("采购纸箱2000个", "想租一间办公室"),
    ("希望尽快解决，谢谢领导", "希望尽快回复，感谢领导"),
    ("", "想租一间办公室"),
]


@pytest.mark.parametrize(("one", "other"), TOLD_AGAIN)
def test_the_same_need_in_other_words_and_order_is_the_same(one: str, other: str) -> None:
    assert sameness(one, other) >= SAME


@pytest.mark.parametrize(("one", "other"), ANOTHER_MATTER)
def test_other_figures_or_mere_politeness_make_no_duplicate(one: str, other: str) -> None:
    assert sameness(one, other) < SAME


@given(st.text(max_size=60), st.text(max_size=60))
def test_sameness_lies_between_0_and_1_and_is_symmetric(one: str, other: str) -> None:
    assert 0 <= sameness(one, other) <= 1
    assert sameness(one, other) == sameness(other, one)
