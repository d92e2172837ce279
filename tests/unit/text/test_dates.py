from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text.dates import deadlines

SUNDAY = date(2026, 11, 22)

DAYS = [
    ("今天", date(2026, 11, 22)),
    ("明天", date(2026, 11, 23)),
    ("后天", date(2026, 11, 24)),
    ("大后天", date(2026, 11, 25)),
    ("下周三", date(2026, 11, 25)),
    ("本周五", date(2026, 11, 20)),
    ("下下周一", date(2026, 11, 30)),
    ("周五前", date(2026, 11, 27)),
    ("月底前", date(2026, 11, 30)),
    ("12月底前", date(2026, 12, 31)),
    ("3月底", date(2027, 3, 31)),
    ("12月前", date(2026, 11, 30)),
    ("下个月", date(2026, 12, 31)),
    ("年底", date(2026, 12, 31)),
    ("2026年12月1日", date(2026, 12, 1)),
    ("2027-01-15之前", date(2027, 1, 15)),
    ("1月5日前", date(2027, 1, 5)),
    ("三天内", date(2026, 11, 25)),
    ("两个月内", date(2027, 1, 22)),
    ("半个月内", date(2026, 12, 7)),
    ("10个工作日内", date(2026, 12, 4)),
    ("国庆前", date(2027, 9, 30)),
    ("下个月15号", date(2026, 12, 15)),
    ("15号之前", date(2026, 12, 15)),
    ("28号前", date(2026, 11, 28)),
    ("12.5前", date(2026, 12, 5)),
    ("本月内", date(2026, 11, 30)),
    ("48小时之内", date(2026, 11, 24)),
    ("年前", date(2027, 2, 5)),
    ("春节前", date(2027, 2, 5)),
    ("明年一季度", date(2027, 3, 31)),
    ("四季度", date(2026, 12, 31)),
    ("in December", date(2026, 12, 31)),
    ("before Spring Festival", date(2027, 2, 5)),
    ("by Friday", date(2026, 11, 27)),
    ("within 2 weeks", date(2026, 12, 6)),
    ("next Monday", date(2026, 11, 23)),
    ("by the end of the month", date(2026, 11, 30)),
    ("before 1 December", date(2026, 12, 1)),
]


@pytest.mark.parametrize(("text", "day"), DAYS)
def test_a_day_is_counted_from_today(text: str, day: date) -> None:
    assert [slot.value for slot in deadlines(text, SUNDAY)] == [day]


@pytest.mark.parametrize(
    "text",
    [
        "2019年5月1日成立",
        "2月30日",
        "13月底前",
        "三个月",
        "周一鸣",
        "一个月薪水",
        "三年前",
        "12号楼",
        "May we ask",
    ],
)
def test_what_is_no_deadline_is_not_read_as_one(text: str) -> None:
    assert [slot.value for slot in deadlines(text, SUNDAY) if slot.confidence > 0.8] == []


def test_next_wednesday_on_a_monday_is_nine_days_away() -> None:
    assert deadlines("下周三", date(2026, 11, 23))[0].value == date(2026, 12, 2)


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2090, 1, 1)), st.integers(1, 900))
def test_within_so_many_days_is_that_many_days_on(today: date, days: int) -> None:
    assert deadlines(f"{days}天内", today)[0].value == today + timedelta(days=days)


@given(
    st.text(alphabet="0123456789年月日号周一二三下个底内前-/.", max_size=60),
    st.dates(max_value=date(2100, 1, 1)),
)
def test_any_heap_of_date_words_is_read_without_harm(text: str, today: date) -> None:
    for slot in deadlines(text, today):
        assert 0 <= slot.start < slot.end <= len(text)
