"""Promises about tax credit grades."""

from datetime import date

import pytest

from matcher.domain.tax_grade import (
    ORDER,
    GradeVerdict,
    TaxGrade,
    at_least,
    grade_verdict,
    is_old,
    read_tax_grade,
)


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("A", TaxGrade.A),
        ("ａ级", TaxGrade.A),
        (" m ", TaxGrade.M),
        ("D级", TaxGrade.D),
        ("none", TaxGrade.NONE),
        ("", TaxGrade.NONE),
        ("未评级", TaxGrade.NONE),
        ("E", None),
        ("AA", None),
        ("优", None),
    ],
)
def test_grades_are_a_closed_set(text, grade):
    assert read_tax_grade(text) is grade


def test_the_order_is_a_b_m_c_d_and_not_graded_is_not_d():
    assert [grade.value for grade in ORDER] == ["A", "B", "M", "C", "D"]
    assert at_least(TaxGrade.A, TaxGrade.B) is True
    assert at_least(TaxGrade.M, TaxGrade.B) is False
    assert at_least(TaxGrade.M, TaxGrade.C) is True
    assert at_least(TaxGrade.NONE, TaxGrade.D) is None
    assert at_least(None, TaxGrade.D) is None


def test_a_grade_without_its_year_is_held():
    assert grade_verdict("B", None) is GradeVerdict.YEAR_MISSING
    assert grade_verdict("B", 2025) is GradeVerdict.OK
    assert grade_verdict("none", None) is GradeVerdict.OK
    assert grade_verdict("E", 2025) is GradeVerdict.UNKNOWN_GRADE


def test_a_new_enterprise_with_revenue_is_flagged():
    assert grade_verdict("M", 2025, revenue_yuan=1) is GradeVerdict.NEW_WITH_REVENUE
    assert grade_verdict("M", 2025, revenue_yuan=0) is GradeVerdict.OK
    assert grade_verdict("M", 2025) is GradeVerdict.OK
    assert grade_verdict("A", 2025, revenue_yuan=1) is GradeVerdict.OK


def test_a_grade_is_old_24_months_after_the_april_it_was_given_in():
    assert not is_old(2023, date(2026, 4, 30))
    assert is_old(2023, date(2026, 5, 1))
    assert not is_old(2024, date(2026, 11, 22))
