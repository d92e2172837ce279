"""Quotas spread fairly: as many as can be, the longest wait first, banks in proportion; with a proof."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.recommend.portfolio import Asker, Place, spread


def test_as_many_as_can_be_are_served_even_if_the_best_fit_has_to_give_way():
    askers = [Asker("甲", 1, {"P": 1.0, "Q": 0.1}), Asker("乙", 1, {"P": 0.2})]
    found = spread(askers, [Place("P", "A", 1), Place("Q", "B", 1)])
    assert found.given == {"甲": "Q", "乙": "P"}
    assert found.certificate.proven


def test_of_too_many_those_who_wait_longest_are_served():
    askers = [Asker(str(days), days, {"P": 1.0 - days / 100}) for days in (3, 40, 12, 7)]
    found = spread(askers, [Place("P", "A", 2)])
    assert set(found.given) == {"40", "12"}
    assert found.certificate.envies == 0
    assert found.certificate.prices["P"] > 0


def test_banks_fill_in_proportion_to_their_quotas():
    askers = [Asker(str(number), 1, {"P": 0.5, "Q": 0.5}) for number in range(6)]
    found = spread(askers, [Place("P", "A", 4), Place("Q", "B", 8)])
    assert found.shares == {"A": 0.5, "B": 0.5}


def test_a_product_without_quota_takes_all_and_nobody_to_serve_is_no_error():
    assert len(spread([Asker(str(n), n, {"P": 1.0}) for n in range(5)], [Place("P", "A", None)]).given) == 5
    assert spread([Asker("甲", 1, {})], [Place("P", "A", 1)]).given == {}
    assert spread([Asker("甲", 1, {"P": 1.0})], [Place("P", "A", 0)]).given == {}


fits = st.dictionaries(st.sampled_from("PQR"), st.sampled_from([0.1, 0.5, 0.9]), max_size=3)
quotas = st.tuples(*[st.one_of(st.none(), st.integers(0, 2))] * 3)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 3), fits), min_size=1, max_size=5), quotas)
def test_no_plan_serves_more_none_is_envied_and_the_bound_is_met(firms, limits):
    askers = [Asker(str(place), waited, own) for place, (waited, own) in enumerate(firms)]
    places = [
        Place(name, owner, quota) for (name, owner), quota in zip(["PA", "QA", "RB"], limits, strict=True)
    ]
    found = spread(askers, places)
    assert len(found.given) == _most(askers, places)
    assert found.certificate.proven
    assert found.certificate.envies == 0
    for firm, product in found.given.items():
        assert product in askers[int(firm)].fits
    for place in places:
        assert (
            place.quota is None or sum(one == place.product_id for one in found.given.values()) <= place.quota
        )


def _most(askers, places):
    """By trying every plan."""
    best = 0
    for choice in itertools.product(*[[None, *asker.fits] for asker in askers]):
        fits = all(
            place.quota is None or sum(one == place.product_id for one in choice) <= place.quota
            for place in places
        )
        best = max(best, sum(one is not None for one in choice)) if fits else best
    return best
