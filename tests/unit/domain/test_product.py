from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.domain.product import (
    Criterion,
    Group,
    Node,
    Quantifier,
    Truth,
    evaluate,
    parse_criteria,
    to_json,
)
from matcher.errors import InvalidInput

TODAY = date(2026, 11, 22)

FIELDS = ("employees", "revenue", "age_months")
FACTS = st.dictionaries(st.sampled_from(FIELDS), st.integers(0, 4) | st.none())
ATOMS = st.builds(
    lambda name, operator, value: {"field": name, "operator": operator, "value": value},
    st.sampled_from(FIELDS),
    st.sampled_from(["at_least", "at_most", "above", "below", "equal"]),
    st.integers(0, 4),
)
NODES = st.recursive(
    ATOMS,
    lambda inner: st.builds(
        lambda name, members: {name: members},
        st.sampled_from(["all_of", "any_of", "none_of"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)
CRITERIA = st.lists(NODES, min_size=1, max_size=3)


def number(node: Node, facts: dict[str, int | None]) -> int:
    """The same logic defined otherwise: no, unknown, yes as -1, 0, 1; and is min, or is max, not is minus."""
    if isinstance(node, Criterion):
        fact = facts.get(node.field)
        if fact is None:
            return 0
        wanted = node.value
        assert isinstance(wanted, float)
        true = {
            "at_least": fact >= wanted,
            "at_most": fact <= wanted,
            "above": fact > wanted,
            "below": fact < wanted,
            "equal": fact == wanted,
        }[node.operator.value]
        return 1 if true else -1
    inner = [number(member, facts) for member in node.members]
    return {
        Quantifier.ALL_OF: min(inner),
        Quantifier.ANY_OF: max(inner),
        Quantifier.NONE_OF: -max(inner),
    }[node.quantifier]


@given(CRITERIA, FACTS)
def test_three_valued_answer_equals_an_independent_definition(written, facts):
    criteria = parse_criteria(written)
    expected = min(number(node, facts) for node in criteria)
    assert evaluate(criteria, facts, TODAY).truth is {-1: Truth.NO, 0: Truth.UNKNOWN, 1: Truth.YES}[expected]


@given(CRITERIA, FACTS, st.sampled_from(FIELDS))
def test_hiding_a_fact_never_turns_no_into_yes_nor_yes_into_no(written, facts, hidden):
    criteria = parse_criteria(written)
    full = evaluate(criteria, facts, TODAY).truth
    less = evaluate(criteria, {name: value for name, value in facts.items() if name != hidden}, TODAY).truth
    assert less in (full, Truth.UNKNOWN)


@given(CRITERIA, FACTS)
def test_every_criterion_gets_its_own_finding(written, facts):
    criteria = parse_criteria(written)

    def leaves(node: Node) -> int:
        return 1 if isinstance(node, Criterion) else sum(leaves(member) for member in node.members)

    verdict = evaluate(criteria, facts, TODAY)
    assert len(verdict.findings) == sum(leaves(node) for node in criteria)
    if verdict.truth is Truth.NO:
        assert verdict.failing
    if verdict.truth is Truth.UNKNOWN:
        assert verdict.missing
        assert not verdict.failing or any(isinstance(node, Group) for node in criteria)


@given(CRITERIA)
def test_criteria_survive_the_way_to_json_and_back(written):
    criteria = parse_criteria(written)
    assert parse_criteria(to_json(criteria)) == criteria


def one(field: str, operator: str, value: object, **more: object) -> dict[str, object]:
    return {"field": field, "operator": operator, "value": value, **more}


def test_a_missing_revenue_is_neither_zero_nor_a_refusal():
    criteria = parse_criteria([one("revenue_wan", "at_least", 300), one("employees", "at_least", 5)])
    verdict = evaluate(criteria, {"employees": 8}, TODAY)
    assert verdict.truth is Truth.UNKNOWN
    assert [finding.criterion.field for finding in verdict.missing] == ["revenue"]
    assert verdict.failing == ()


def test_not_a_number_is_a_missing_fact():
    criteria = parse_criteria([one("revenue", "at_most", 300)])
    assert evaluate(criteria, {"revenue": float("nan")}, TODAY).truth is Truth.UNKNOWN


def test_a_refused_firm_is_told_every_failing_and_every_missing_fact_at_once():
    criteria = parse_criteria(
        [
            one("age_months", "at_least", 24),
            one("tax_paid_wan", "at_least", 20),
            one("tax_grade", "at_least", "B"),
            one("employees", "at_most", 300),
        ]
    )
    facts = {"age_months": 21, "tax_paid": 80_000.0, "employees": 40}
    verdict = evaluate(criteria, facts, TODAY)
    assert [(f.criterion.field, f.distance, f.unit) for f in verdict.failing] == [
        ("age_months", 3.0, "months"),
        ("tax_paid", 120_000.0, "yuan"),
    ]
    assert [f.criterion.field for f in verdict.missing] == ["tax_grade"]
    assert not verdict.near_miss


def test_a_near_miss_fails_one_top_level_criterion_and_an_any_of_counts_as_one():
    criteria = parse_criteria(
        [
            {"any_of": [one("tax_grade", "at_least", "B"), one("capital_wan", "at_least", 1000)]},
            one("age_months", "at_least", 12),
            one("patents", "at_least", 1),
        ]
    )
    verdict = evaluate(criteria, {"tax_grade": "C", "capital": 5_000_000.0, "age_months": 30}, TODAY)
    assert verdict.truth is Truth.NO
    assert verdict.near_miss
    assert [(f.criterion.field, f.distance) for f in verdict.failing] == [
        ("tax_grade", 2.0),
        ("capital", 5e6),
    ]
    assert [f.criterion.field for f in verdict.missing] == ["patents"]


def test_what_another_member_of_an_any_of_heals_is_no_reason():
    criteria = parse_criteria([{"any_of": [one("employees", "above", 50), one("revenue", "above", 10)]}])
    verdict = evaluate(criteria, {"employees": 3, "revenue": 20}, TODAY)
    assert verdict.truth is Truth.YES
    assert verdict.failing == ()


def test_an_excluded_industry_stands_in_the_way():
    criteria = parse_criteria([{"none_of": [one("industry", "within", ["K", "5221"])]}])
    assert evaluate(criteria, {"industry": "7010"}, TODAY).truth is Truth.NO
    assert evaluate(criteria, {"industry": "5221"}, TODAY).truth is Truth.NO
    assert evaluate(criteria, {"industry": "3311"}, TODAY).truth is Truth.YES
    assert evaluate(criteria, {}, TODAY).truth is Truth.UNKNOWN


def test_no_tax_grade_at_all_is_known_and_is_not_grade_d():
    at_least_d = parse_criteria([one("tax_grade", "at_least", "D")])
    assert evaluate(at_least_d, {"tax_grade": "none"}, TODAY).truth is Truth.NO
    assert evaluate(at_least_d, {"tax_grade": "D"}, TODAY).truth is Truth.YES


def test_a_criterion_counts_only_on_its_days_both_ends_included():
    criteria = parse_criteria(
        [one("employees", "at_least", 100, valid_from="2026-01-01", valid_until="2026-11-22")]
    )
    assert evaluate(criteria, {"employees": 5}, date(2025, 12, 31)).truth is Truth.YES
    assert evaluate(criteria, {"employees": 5}, date(2026, 1, 1)).truth is Truth.NO
    assert evaluate(criteria, {"employees": 5}, date(2026, 11, 22)).truth is Truth.NO
    assert evaluate(criteria, {"employees": 5}, date(2026, 11, 23)).truth is Truth.YES


def test_missing_certificates_are_counted():
    criteria = parse_criteria([one("certificates", "has", ["高新技术企业", "专精特新"])])
    verdict = evaluate(criteria, {"certificates": ("高新技术企业",)}, TODAY)
    assert [finding.distance for finding in verdict.failing] == [1.0]
    assert evaluate(criteria, {"certificates": "专精特新;高新技术企业"}, TODAY).truth is Truth.YES


@pytest.mark.parametrize(
    ("written", "reason", "at"),
    [
        ("employees > 3", "products.not_a_list", ""),
        ([3], "products.not_a_criterion", "/0"),
        ([one("shoe_size", "at_least", 3)], "products.unknown_field", None),
        ([one("employees", "within", 3)], "products.wrong_operator", "/0"),
        ([one("employees", "at_least", "many")], "products.not_a_number", "/0/value"),
        ([one("employees", "at_least", float("inf"))], "products.not_a_number", "/0/value"),
        ([one("employees", "at_least", True)], "products.not_a_number", "/0/value"),
        ([one("sole_trader", "equal", "no")], "products.not_a_flag", "/0/value"),
        ([one("tax_grade", "at_least", "E")], "products.not_a_grade", "/0/value"),
        ([one("industry", "within", [])], "products.not_words", "/0/value"),
        ([one("founded_on", "at_most", "last year")], "products.not_a_date", "/0/value"),
        ([one("employees", "at_least", 3, weight=2)], "products.wrong_keys", "/0"),
        ([{"field": "employees", "value": 3}], "products.wrong_keys", "/0"),
        ([{"any_of": []}], "products.group_empty", "/0"),
        ([{"any_of": [one("employees", "at_least", 1)], "note": "x"}], "products.group_with_more", "/0"),
        ([one("employees", "at_least", 3, valid_from="2026-02-01", valid_until="2026-01-01")],
         "products.ends_before_start", "/0"),
    ],
)  # fmt: skip
def test_a_wrong_criterion_is_refused_with_its_place(written, reason, at):
    with pytest.raises(InvalidInput) as caught:
        parse_criteria(written)
    assert caught.value.reason == reason
    assert at is None or caught.value.params["at"] == at


def test_criteria_nested_without_end_are_refused():
    written: object = one("employees", "at_least", 1)
    for _ in range(20):
        written = {"all_of": [written]}
    with pytest.raises(InvalidInput):
        parse_criteria([written])
