"""Single cells as they are typed in offices: what is read, and what is refused with which words."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.services.imports.checking import read_code
from matcher.services.imports.money import IN_VALUE, read_money, split_unit
from matcher.services.imports.problems import BadValueError, Severity
from matcher.services.imports.values import (
    read_criteria,
    read_day,
    read_flag,
    read_industry,
    read_moment,
    read_number,
    read_region,
    read_text,
    read_whole,
    read_words,
)
from tests.factories import a_code

THE_DAY = date(2026, 11, 22)


def reason_of(read, *cell):
    with pytest.raises(BadValueError) as caught:
        read(*cell)
    return caught.value.reason


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-22",
        "2026/11/22",
        "2026.11.22",
        "2026年11月22日",
        "２０２６年１１月２２日",
        "20261122",
        "46348",
        46348,
        46348.0,
        datetime(2026, 11, 22, 9, 30),
        "2026-11-22 00:00:00",
        "2026-11-22T00:00:00+08:00",
    ],
)
def test_a_day_is_read_in_every_form_offices_use(cell):
    assert read_day(cell) == THE_DAY


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("26-11-22", "not_a_day"),
        ("26", "not_a_day"),
        ("1998", "not_a_day"),
        ("2026-11/22", "not_a_day"),
        ("去年", "not_a_day"),
        ("60", "not_a_day"),
        ("2026-02-30", "no_such_day"),
    ],
)
def test_a_day_that_is_not_clear_is_refused(cell, reason):
    assert reason_of(read_day, cell) == reason


@given(st.dates(date(1900, 3, 1), date(2199, 12, 31)))
def test_all_forms_of_one_day_mean_that_day(day):
    forms = [f"{day:%Y-%m-%d}", f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日"]
    assert {read_day(form) for form in forms} == {day}


def test_a_moment_without_a_zone_is_beijing_time():
    assert read_moment("2026-11-22 09:00") == datetime(2026, 11, 22, 1, tzinfo=UTC)
    assert read_moment("2026年11月22日") == datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert read_moment("2026-11-22T01:00:00+00:00") == datetime(2026, 11, 22, 1, tzinfo=UTC)
    assert reason_of(read_moment, "2026-11-22 25:00") == "not_a_moment"


@pytest.mark.parametrize(
    ("cell", "unit", "fen"),
    [
        ("1,234.56", "元", 123_456),
        ("１２３４", "yuan", 123_400),
        (500, "wan", 500_000_000),
        ("12.5", "万元", 12_500_000),
        ("100万元", "万元", 100_000_000),
        ("￥8", "元", 800),
        ("3,000(万元)", IN_VALUE, 3_000_000_000),
        ("2,000(万元人民币)", IN_VALUE, 2_000_000_000),
        ("50.000000万人民币", IN_VALUE, 50_000_000),
        ("1000万元人民币", IN_VALUE, 1_000_000_000),
        ("24.6万", IN_VALUE, 24_600_000),
        ("1.2亿元", IN_VALUE, 12_000_000_000),
        ("800元", IN_VALUE, 80_000),
        ("0", "元", 0),
    ],
)
def test_money_is_read_in_the_unit_of_its_heading_or_its_own(cell, unit, fen):
    assert read_money(cell, unit) == fen


@pytest.mark.parametrize(
    ("cell", "unit", "reason"),
    [
        ("100元", "万元", "unit_contradicts_heading"),
        ("3000", IN_VALUE, "unit_missing_in_value"),
        ("100万美元", IN_VALUE, "foreign_currency"),
        ("面议", "元", "not_money"),
        ("-5", "元", "negative_money"),
        ("99999999999999999", "亿元", "too_much_money"),
        (True, "元", "not_money"),
    ],
)
def test_money_that_is_not_clear_is_refused(cell, unit, reason):
    assert reason_of(read_money, cell, unit) == reason


@pytest.mark.parametrize(
    ("heading", "split"),
    [
        ("注册资本(万元)", ("注册资本", "万元")),
        ("revenue_wan", ("revenue", "wan")),
        ("amount_yuan", ("amount", "yuan")),
        ("预算元", ("预算", "元")),
        ("注册资本", ("注册资本", None)),
    ],
)
def test_a_heading_names_its_unit(heading, split):
    assert split_unit(heading) == split


@given(st.integers(0, 10**15))
def test_every_amount_of_fen_survives_being_written_in_yuan(fen):
    assert read_money(f"{fen // 100}.{fen % 100:02d}", "yuan") == fen


def test_numbers_may_be_full_width_and_counts_may_name_their_unit():
    assert read_number("１，２３４．５") == 1234.5
    assert read_whole("32人") == 32
    assert reason_of(read_whole, "3.5") == "not_a_whole_number"
    assert reason_of(read_whole, "-1") == "not_a_whole_number"
    assert reason_of(read_number, "nan") == "not_a_number"


def test_yes_and_no_are_read_and_nothing_else():
    assert [read_flag(cell) for cell in ("是", "否", 1, "FALSE", True)] == [True, False, True, False, True]
    assert reason_of(read_flag, "也许") == "not_a_flag"


def test_words_are_split_and_each_kept_once():
    assert read_words("ISO9001；食品经营许可证; ISO9001") == ["ISO9001", "食品经营许可证"]


def test_an_industry_is_read_from_its_code_or_its_name():
    assert read_industry("6210") == read_industry("H6210") == read_industry("正餐服务") == "6210"
    assert read_industry(6210) == "6210"


def test_an_industry_code_that_may_have_lost_its_zero_is_refused():
    assert read_industry("0111") == "0111"
    assert reason_of(read_industry, 111) == "industry_zero_lost"


def test_an_unknown_industry_is_answered_with_near_ones():
    with pytest.raises(BadValueError) as caught:
        read_industry("正餐供应服务")
    assert "正餐服务" in caught.value.params["near"]


def test_a_region_is_read_from_its_code_or_from_an_address():
    assert read_region("340802") == read_region("安徽省安庆市迎江区") == "340802"
    assert reason_of(read_region, "999999") == "unknown_region"


def test_text_is_trimmed_and_a_guard_of_an_export_taken_off():
    assert read_text("　 湖心百货 \n") == "湖心百货"
    assert read_text("'=1+1") == "=1+1"
    assert read_text("''=1") == "'=1"
    assert read_text("'quoted'") == "'quoted'"
    assert reason_of(read_text, "湖\x00心") == "control_character"


def test_a_right_code_is_kept_and_a_wrong_one_held_with_a_question():
    code = a_code(3)
    assert read_code(f" {code.lower()} ") == code
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    # The inner check of the code may still be right; then it is accepted and flagged.
    broken = code[:12] + ("1" if code[12] != "1" else "2") + code[13:-1] + wrong[-1]
    with pytest.raises(BadValueError) as caught:
        read_code(broken)
    assert (caught.value.reason, caught.value.severity) == ("code_check_failed", Severity.HELD)


@pytest.mark.parametrize(
    "cell", [914403001922038272, 9.14403001922038e17, "9.14403E+17", "914403001922038000"]
)
def test_a_code_that_a_spreadsheet_took_for_a_number_is_refused(cell):
    assert reason_of(read_code, cell) == "code_digits_lost"


def test_criteria_may_stand_in_groups():
    size = {"field": "employees", "operator": "at_least", "value": 20}
    grouped = [size, {"any_of": [size, {"none_of": [size]}]}]
    assert read_criteria(grouped) == grouped
    assert reason_of(read_criteria, '[{"any_of": [{"field": "years"}]}]') == "not_criteria"
    assert reason_of(read_criteria, '[{"any_of": "revenue"}]') == "not_criteria"
    assert reason_of(read_criteria, f'{"[" + """{"any_of":[""" * 40}{"]}" * 40}]') == "not_criteria"


def test_criteria_are_objects_with_field_operator_and_value():
    criterion = {"field": "years", "operator": ">=", "value": 2, "valid_from": date(2026, 1, 1)}
    assert read_criteria([criterion])[0]["valid_from"] == "2026-01-01"
    assert reason_of(read_criteria, '[{"field": "years"}]') == "not_criteria"
    assert reason_of(read_criteria, "{") == "not_criteria"
