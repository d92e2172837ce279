from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matcher.text.tokenize import TOPIC_REPEATS, readable, terms


def test_a_need_for_meals_and_an_offer_of_meal_cards_share_a_topic() -> None:
    need, offer = terms("员工中午吃饭不方便"), terms("餐卡业务：单位团餐充值")
    assert need.count("#staff_meals") == offer.count("#staff_meals") == TOPIC_REPEATS


def test_words_and_bigrams_differ() -> None:
    found = terms("包装")
    assert "包装" in found
    assert "~包装" in found


def test_english_words_are_lower_case_and_lightly_folded() -> None:
    assert {"meal", "supplier"} <= set(terms("Suppliers of MEALS"))


def test_words_that_say_nothing_are_left_out() -> None:
    assert terms("我们想要的") == ["~我们", "~们想", "~想要", "~要的"]


def test_long_digit_runs_never_become_terms() -> None:
    assert not [term for term in terms("电话13800001111") if term.isdigit()]


def test_a_topic_reads_as_its_name_and_a_bigram_is_no_evidence() -> None:
    assert readable("#staff_meals") == "员工餐与团餐"
    assert readable("#staff_meals", "en") == "staff meals"
    assert readable("餐卡") == "餐卡"
    assert readable("~餐卡") is None
    assert readable("#no_such_topic") is None


@given(st.text())
def test_any_text_has_terms_and_the_same_ones_again(text: str) -> None:
    assert terms(text) == terms(text)
    assert all(term.strip() == term and term for term in terms(text))
