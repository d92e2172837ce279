"""One graph: a refusal is answered by a contract, a grant, a certificate or a guarantee, with the path."""

from __future__ import annotations

import pytest

from matcher.domain.product import parse_criteria, to_json
from matcher.errors import NotFound
from matcher.recommend.repair_ways import without
from matcher.services.repair_ways import ways_for
from tests import factories as make
from tests import worlds
from tests.factories import STATION

GRADE = {"field": "tax_grade", "operator": "at_least", "value": "B"}


def policy(session, key, title, repairs, criteria=()):
    over = {"kind": "policy", "owner": STATION, "owner_name": "湖心街道", "rate": None}
    make.a_product(
        session, product_id=key, title=title, repairs=list(repairs), criteria=list(criteria), **over
    )


def loan(session, key, *criteria):
    make.a_product(session, product_id=key, title=f"{key}贷", criteria=list(criteria))


def told(session, graph, officer, product, now, firm="ENT-1"):
    found = ways_for(session, graph, officer, firm, product, now)
    return [(one.kind, one.product_id or one.enterprise_id, one.truth) for one in found.ways], found


@pytest.fixture
def firm(session):
    make.an_enterprise(session, enterprise_id="ENT-1", name="湖心精工有限公司", assets_fen=100_000_000)
    return session


def test_a_certificate_that_a_policy_gives_opens_the_loan_that_asks_for_it(firm, tmp_path, officer, now):
    loan(firm, "科创", {"field": "certificates", "operator": "has_any", "value": ["专精特新"]})
    make.an_enterprise(firm, enterprise_id="ENT-2", certificates=["高新技术企业"])
    policy(firm, "POL-C", "专精特新认定", [{"field": "certificates", "value": ["专精特新"]}], [GRADE])
    ways, found = told(firm, worlds.compiled(firm, tmp_path), officer, "科创", now, "ENT-2")
    assert ways == [("grant", "POL-C", "yes")]
    assert [step.label for step in found.ways[0].path][1:] == ["专精特新认定", "科创贷"]
    assert "专精特新认定" in found.ways[0].sentence["zh"]
    assert found.ways[0].sentence["en"]


def test_a_guarantee_stands_in_for_what_the_firm_has_not(firm, tmp_path, officer, now):
    loan(firm, "抵押", {"field": "assets_wan", "operator": "at_least", "value": 500}, GRADE)
    policy(firm, "POL-G", "政策性担保", [{"field": "assets"}])
    policy(firm, "POL-S", "小额补助", [{"field": "assets_wan", "value": 30}])  # too little to help
    large = {"field": "employees", "operator": "at_least", "value": 999}
    policy(firm, "POL-X", "轮不上的担保", [{"field": "assets"}], [large])
    ways, _ = told(firm, worlds.compiled(firm, tmp_path), officer, "抵押", now)
    assert ways == [("guarantee", "POL-G", "yes")]


def test_a_way_that_leaves_another_condition_failing_says_so_and_comes_last(firm, tmp_path, officer, now):
    loan(
        firm,
        "严",
        {"field": "assets_wan", "operator": "at_least", "value": 120},
        {"field": "employees", "operator": "at_least", "value": 500},
    )
    policy(firm, "POL-A", "补助", [{"field": "assets_wan", "value": 30}])
    ways, found = told(firm, worlds.compiled(firm, tmp_path), officer, "严", now)
    assert ways == [("grant", "POL-A", "no")]
    assert "还有别的条件" in found.ways[0].sentence["zh"]


def test_a_firm_short_of_revenue_is_shown_buyers_it_could_contract_with(session, tmp_path, officer, now):
    worlds.a_canteen_tower(session)
    over = {"field": "revenue_wan", "operator": "at_least", "value": 900}
    loan(session, "订单", over)
    graph = worlds.compiled(session, tmp_path)
    ways, found = told(session, graph, officer, "订单", now, worlds.CATERER_IN_TOWER)
    assert ("contract", worlds.ASKER, "yes") in ways
    first = next(one for one in found.ways if one.enterprise_id == worlds.ASKER)
    assert first.adds == 500_000.0
    assert first.path[-1].label == "订单贷"
    assert first.path[-2].identifier == worlds.ASKER


def test_a_product_that_is_not_there_is_not_found(firm, tmp_path, officer, now):
    with pytest.raises(NotFound):
        ways_for(firm, worlds.compiled(firm, tmp_path), officer, "ENT-1", "NOPE", now)


def test_what_is_answered_for_leaves_the_criteria_one_of_several_answers_for_all():
    either = {"any_of": [{"field": "assets", "operator": "at_least", "value": 5}, GRADE]}
    both = {"all_of": [{"field": "assets", "operator": "at_least", "value": 5}, GRADE]}
    assert without(parse_criteria([either]), "assets") == ()
    (left,) = to_json(without(parse_criteria([{"none_of": [both]}]), "assets"))
    assert left == {"none_of": [{"all_of": [GRADE]}]}
