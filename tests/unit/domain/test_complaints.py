"""What users of other engines complain of, one test each: missing as zero, missing as no, no word why."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.domain.product import Truth, evaluate, parse_criteria
from matcher.domain.take_up import refusal_reasons
from matcher.messages import LANGUAGES, say

TODAY = date(2026, 11, 25)
REVENUE = {"field": "revenue_wan", "operator": "at_least", "value": 300}
TAX = {"field": "tax_paid_wan", "operator": "at_most", "value": 50}
GRADE = {"field": "tax_grade", "operator": "at_least", "value": "B"}


def judged(criteria, **facts):
    return evaluate(parse_criteria(criteria), facts, TODAY)


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_a_missing_amount_is_not_zero_neither_for_a_floor_nor_for_a_ceiling(missing):
    """OpenFisca #1380, PolicyEngine core #513: an unknown income counted as 0 and made people eligible."""
    assert judged([REVENUE], revenue=missing).truth is Truth.UNKNOWN
    assert judged([TAX], tax_paid=missing).truth is Truth.UNKNOWN  # as zero it would have been a yes
    assert judged([{"none_of": [REVENUE]}], revenue=missing).truth is Truth.UNKNOWN


def test_a_missing_fact_does_not_make_the_rule_fail_or_throw():
    """json-rules-engine #111: an undefined fact ended the run, or the rule was simply false."""
    verdict = judged([REVENUE, GRADE])
    assert verdict.truth is Truth.UNKNOWN
    assert {one.criterion.field for one in verdict.missing} == {"revenue", "tax_grade"}
    assert verdict.failing == ()


def test_every_condition_that_failed_is_named_not_only_the_first():
    """NRules #178: nobody says which condition failed."""
    verdict = judged([REVENUE, GRADE, TAX], revenue=1.0, tax_grade="D", tax_paid=9e9)
    assert [one.criterion.field for one in verdict.failing] == ["revenue", "tax_grade", "tax_paid"]
    assert all(one.distance for one in verdict.failing)


def test_a_missing_fact_beside_a_failing_one_is_still_asked_for():
    verdict = judged([REVENUE, GRADE], revenue=1.0)
    assert verdict.truth is Truth.NO
    assert [one.criterion.field for one in verdict.missing] == ["tax_grade"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_that_a_bank_can_give_says_why_in_words(language):
    """A quarter and more of refused firms never learn why."""
    assert all(say(f"take_ups.reason.{one.code}", language) for one in refusal_reasons())


def test_a_reason_is_in_force_between_its_days_only():
    (first, *_) = refusal_reasons()
    assert first.in_force(date(2026, 1, 1))
    assert not first.in_force(date(2025, 12, 31))
