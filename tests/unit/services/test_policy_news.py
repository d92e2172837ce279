"""A policy finds the firms it touches, and tells their stations once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from matcher.errors import NotFound
from matcher.services import policy_news, products
from tests import factories as make
from tests import worlds
from tests.factories import STATION

CRITERIA = [
    {"field": "employees", "operator": "at_least", "value": 20},
    {"field": "tax_grade", "operator": "at_least", "value": "B"},
]


@pytest.fixture
def policy(session, now):
    over = {"kind": "policy", "owner": STATION, "owner_name": "湖心街道", "criteria": CRITERIA}
    make.a_product(session, product_id="POL", title="稳岗补贴", documents=["社保缴费证明"], **over)
    make.an_enterprise(session, enterprise_id="ENT-YES")
    make.an_enterprise(session, enterprise_id="ENT-NEAR", employees=5)
    make.an_enterprise(session, enterprise_id="ENT-OPEN", employees=None)
    make.an_enterprise(session, enterprise_id="ENT-FAR", employees=5, tax_grade="D")
    make.an_enterprise(session, enterprise_id="ENT-OTHER", station_id="ST-02")
    return session


def test_the_station_sees_which_of_its_firms_a_policy_touches(policy, tmp_path, officer, now):
    found = policy_news.touched(policy, worlds.compiled(policy, tmp_path), officer, "POL", 10, now)
    assert [(one.enterprise_id, one.standing) for one in found.firms] == [
        ("ENT-YES", "eligible"),
        ("ENT-OPEN", "open"),
        ("ENT-NEAR", "near_miss"),
    ]
    assert (found.eligible, found.open, found.near_miss) == (1, 1, 1)
    assert found.documents == ("社保缴费证明",)


def test_each_station_is_told_once_and_again_only_where_what_is_asked_for_changes(
    policy, tmp_path, officer, now
):
    graph, told = worlds.compiled(policy, tmp_path), []
    policy_news.tell_all(policy, graph, now, told.append)
    assert [(one.station_id, one.firms) for one in told] == [("ST-01", 2), ("ST-02", 1)]
    policy_news.tell_all(policy, graph, now, told.append)
    assert len(told) == 2
    products.edit(policy, officer, "POL", 1, {"title": "稳岗补贴（2026）"}, now)
    policy_news.tell_all(policy, graph, now, told.append)
    assert len(told) == 2
    products.edit(policy, officer, "POL", 2, {"criteria": CRITERIA[:1]}, now)
    policy_news.tell_all(policy, graph, now, told.append)
    assert [one.station_id for one in told[2:]] == ["ST-01", "ST-02"]


def test_a_deadline_that_comes_near_is_told_of_once(policy, tmp_path, now):
    graph, told = worlds.compiled(policy, tmp_path), []
    later = now + timedelta(days=60)  # no news any more; the policy ends on the 31st of December
    policy_news.tell_all(policy, graph, now + timedelta(days=31), told.append)
    assert [one.occasion for one in told if one.station_id == STATION][-1] == "deadline:2026-12-31"
    before = len(told)
    policy_news.tell_all(policy, graph, now + timedelta(days=32), told.append)
    policy_news.tell_all(policy, graph, later, told.append)
    assert len(told) == before
    assert date(2026, 12, 31) in {one.until for one in told}


def test_a_loan_is_no_policy(policy, tmp_path, officer, now):
    make.a_product(policy, product_id="LOAN")
    with pytest.raises(NotFound):
        policy_news.touched(policy, worlds.compiled(policy, tmp_path), officer, "LOAN", 10, now)
