"""From no to yes: by waiting until a day that holds, by what a firm can work on, or not at all."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from matcher.domain.product import Truth, cheapest_repair, evaluate, parse_criteria
from matcher.domain.product.catalogue import months_between
from matcher.domain.product.repair import day_after_months, projected

TODAY = date(2026, 11, 22)


def asked(field: str, operator: str, value: object, **dates: str) -> dict[str, object]:
    return {"field": field, "operator": operator, "value": value, **dates}


def test_three_months_short_of_history_says_from_which_day_on() -> None:
    criteria = parse_criteria([asked("age_months", "at_least", 24)])
    facts = {"founded_on": date(2025, 2, 14), "age_months": 21}
    found = cheapest_repair(criteria, facts, TODAY)
    assert found.day == date(2027, 2, 14)
    assert found.waiting_suffices


def test_tax_that_is_short_is_told_with_its_distance() -> None:
    criteria = parse_criteria([asked("tax_paid_wan", "at_least", 20)])
    (change,) = cheapest_repair(criteria, {"tax_paid": 80_000.0}, TODAY).changes
    assert (change.criterion.field, change.distance) == ("tax_paid", 120_000.0)


def test_an_industry_cannot_be_worked_on() -> None:
    criteria = parse_criteria([asked("industry", "within", ["C"])])
    (block,) = cheapest_repair(criteria, {"industry": "6210"}, TODAY).blocked
    assert block.criterion.field == "industry"


def test_of_two_ways_the_one_that_only_waits_is_taken() -> None:
    either = {"any_of": [asked("capital_wan", "at_least", 500), asked("invoice_months", "at_least", 12)]}
    facts = {"capital": 1_000_000.0, "invoice_months": 10}
    found = cheapest_repair(parse_criteria([either]), facts, TODAY)
    assert (found.day, found.changes) == (date(2027, 1, 22), ())


def test_a_condition_that_ends_heals_on_the_day_after() -> None:
    criteria = parse_criteria([asked("employees", "at_least", 50, valid_until="2026-12-31")])
    assert cheapest_repair(criteria, {"employees": 8}, TODAY).day == date(2027, 1, 1)


def test_a_member_of_an_any_of_that_ends_heals_nothing() -> None:
    either = {
        "any_of": [
            asked("employees", "at_least", 50, valid_until="2026-12-31"),
            asked("revenue", "at_least", 9),
        ]
    }
    found = cheapest_repair(parse_criteria([either]), {"employees": 8, "revenue": 1.0}, TODAY)
    assert not found.waiting_suffices


def test_what_comes_into_force_while_one_waits_is_counted() -> None:
    criteria = parse_criteria(
        [
            asked("age_months", "at_least", 24),
            asked("age_months", "at_least", 36, valid_from="2027-01-01"),
        ]
    )
    facts = {"founded_on": date(2025, 2, 14), "age_months": 21}
    assert cheapest_repair(criteria, facts, TODAY).day == date(2028, 2, 14)


def test_a_forbidden_state_has_to_be_left() -> None:
    criteria = parse_criteria([{"none_of": [asked("age_months", "below", 12)]}])
    facts = {"founded_on": date(2026, 5, 31), "age_months": 5}
    assert cheapest_repair(criteria, facts, TODAY).day == date(2027, 5, 31)


def test_a_missing_fact_is_asked_for_not_repaired() -> None:
    criteria = parse_criteria([asked("revenue", "at_least", 1_000_000)])
    assert cheapest_repair(criteria, {}, TODAY) == cheapest_repair([], {}, TODAY)


@given(start=st.dates(date(1990, 1, 1), date(2030, 1, 1)), months=st.integers(0, 200))
def test_the_day_after_some_months_is_the_first_on_which_they_have_passed(start: date, months: int) -> None:
    day = day_after_months(start, months)
    assert months_between(start, day) >= months
    assert months == 0 or months_between(start, day - timedelta(days=1)) < months


FACTS = st.fixed_dictionaries(
    {},
    optional={
        "invoice_months": st.integers(0, 40),
        "employees": st.integers(0, 100),
        "industry": st.sampled_from(["6210", "2611"]),
        "founded_on": st.dates(date(2020, 1, 1), TODAY),
    },
)
ONE = st.one_of(
    st.builds(
        asked,
        st.sampled_from(["age_months", "invoice_months"]),
        st.sampled_from(["at_least", "above", "below"]),
        st.integers(0, 60),
    ),
    st.builds(asked, st.just("employees"), st.just("at_least"), st.integers(0, 100)),
    st.builds(asked, st.just("industry"), st.just("within"), st.sampled_from([["C"], ["62"]])),
)
TREES = st.recursive(
    ONE,
    lambda inner: st.builds(
        lambda name, members: {name: members},
        st.sampled_from(["all_of", "any_of", "none_of"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=4,
)


@given(written=st.lists(TREES, min_size=1, max_size=3), facts=FACTS)
def test_waiting_until_the_day_it_names_is_enough_and_doing_nothing_is_not(written, facts) -> None:
    criteria = parse_criteria(written)
    known = dict(facts)
    if "founded_on" in known:
        known["age_months"] = months_between(known["founded_on"], TODAY)
    found = cheapest_repair(criteria, known, TODAY)
    now = evaluate(criteria, known, TODAY).truth
    assert (found.waiting_suffices and found.day == TODAY) == (now is not Truth.NO)
    if found.waiting_suffices:
        later = projected(known, TODAY, found.day)
        assert evaluate(criteria, later, found.day).truth is not Truth.NO
