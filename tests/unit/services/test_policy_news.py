"""A policy finds the firms it touches, and tells their stations once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matcher.errors import NotFound
from matcher.services import policy_news, products
from matcher.storage.notices import NoticeLine
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


def lines(session):
    return session.scalars(sa.select(NoticeLine).order_by(NoticeLine.notice_id)).all()


def told(session):
    found = [one for one in lines(session) if one.kind == "policy_touches"]
    return [(one.to_id, one.blanks["firms"]) for one in found]


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
    graph = worlds.compiled(policy, tmp_path)
    policy_news.tell_all(policy, graph, now)
    assert told(policy) == [("ST-01", 2), ("ST-02", 1)]
    policy_news.tell_all(policy, graph, now)
    assert not policy_news.waiting(policy, now)
    products.edit(policy, officer, "POL", 1, {"title": "稳岗补贴（2026）"}, now)
    policy_news.tell_all(policy, graph, now)
    assert len(told(policy)) == 2
    products.edit(policy, officer, "POL", 2, {"criteria": CRITERIA[:1]}, now)
    assert policy_news.waiting(policy, now)
    policy_news.tell_all(policy, graph, now)
    assert told(policy)[2:] == [("ST-01", 3), ("ST-02", 1)]


def test_a_deadline_that_comes_near_is_told_of_once(policy, tmp_path, now):
    graph = worlds.compiled(policy, tmp_path)
    later = now + timedelta(days=31)  # no news any more; the policy ends on the 31st of December
    policy_news.tell_all(policy, graph, later)
    assert told(policy) == [("ST-01", 2), ("ST-02", 1)]
    assert {line.urgent for line in lines(policy)} == {True}
    assert {line.blanks["until"]["day"] for line in lines(policy)} == {"2026-12-31"}
    policy_news.tell_all(policy, graph, later + timedelta(days=1))
    assert len(told(policy)) == 2


def test_a_loan_is_no_policy(policy, tmp_path, officer, now):
    make.a_product(policy, product_id="LOAN")
    with pytest.raises(NotFound):
        policy_news.touched(policy, worlds.compiled(policy, tmp_path), officer, "LOAN", 10, now)
