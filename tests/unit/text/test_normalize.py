from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import InvalidInput
from matcher.text.normalize import LONGEST, check, fold, normalize


def test_full_width_and_half_width_become_one() -> None:
    assert fold("需要Ａ４纸１００箱，　尽快！") == "需要A4纸100箱, 尽快!"


def test_direction_marks_and_zero_width_characters_vanish() -> None:
    assert fold("\ufeff充电\u200b桩\u202e报装\u2066") == "充电桩报装"


def test_blanks_and_line_ends_are_single() -> None:
    assert fold(" 租办公室 \t 300平 \r\n\r\n 月底前 ") == "租办公室 300平\n月底前"


@pytest.mark.parametrize("text", ["贷款\0一百万", "贷款\ud800一百万"])
def test_text_that_no_database_keeps_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        normalize(text)
    assert refused.value.reason == "intake.text_unstorable"
    assert refused.value.params == {"position": 3}


def test_four_thousand_characters_are_taken_and_one_more_is_refused() -> None:
    check("缺" * LONGEST)
    with pytest.raises(InvalidInput):
        check("缺" * (LONGEST + 1))


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b\u200e"])
def test_a_need_without_words_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        normalize(text)
    assert refused.value.reason == "intake.text_empty"


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded


def test_a_long_run_of_combining_marks_is_cut_between_clusters() -> None:
    text = ("e\u0301" * 2000)[:4000]
    assert fold(text) == "é" * 2000
