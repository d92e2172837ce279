"""Past needs in the product: a firm that answered such a need comes first, one without a past is not last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from matcher.domain.need import Direction, NeedKind, Question
from matcher.domain.ranking import Suggestion
from matcher.graph.graph import Graph
from matcher.recommend.explain import sentences
from matcher.recommend.partners import suggest, suggest_for
from tests import factories as make
from tests import worlds
from tests.contracts.recommenders import lunch
from tests.factories import STATION


def answered(world: Session, seller: str, text: str, **over: Any) -> None:
    """A need of another firm, closed, that `seller` answered."""
    buyer = make.an_enterprise(world, industry_code="3811", scope="电机制造")
    values: dict[str, Any] = {"kind": "staff_services", "state": "served", "title": None} | over
    need = make.a_need(world, enterprise_id=buyer.enterprise_id, text=text, **values)
    make.a_deal(world, buyer_id=buyer.enterprise_id, seller_id=seller, need_id=need.need_id, stage="signed")


def by_id(graph: Graph, question: Question) -> dict[str, Suggestion]:
    return {found.identifier: found for found in suggest(graph, question, 10, STATION).suggestions}


def test_whoever_answered_a_need_like_this_one_is_lifted_and_it_is_said(
    world: Session, tmp_path: Path
) -> None:
    worlds.a_canteen_tower(world)
    for _ in range(2):
        answered(world, worlds.CATERER_NEXT_DOOR, "厂里八十多名员工中午没地方吃饭，想找餐饮企业送工作午餐")
    found = by_id(worlds.compiled(world, tmp_path / "snapshots"), lunch())
    next_door, tower = found[worlds.CATERER_NEXT_DOOR], found[worlds.CATERER_IN_TOWER]
    assert next_door.parts["history"] > 0.5
    assert tower.parts["history"] == 0
    assert "曾成交过 2 个类似的需求" in sentences(next_door.for_asker, "zh")
    assert "Needs like this one it has answered: 2" in sentences(next_door.for_asker, "en")
    assert not any("八十多名" in line for line in sentences(next_door.for_asker, "zh"))


def test_a_need_about_something_else_lifts_nobody(world: Session, tmp_path: Path) -> None:
    worlds.a_canteen_tower(world)
    answered(world, worlds.CATERER_NEXT_DOOR, "办公楼外墙玻璃破损，急需维修更换")
    found = by_id(worlds.compiled(world, tmp_path / "snapshots"), lunch())
    assert found[worlds.CATERER_NEXT_DOOR].parts["history"] == 0


def test_a_firm_without_a_past_is_not_last_for_that(world: Session, tmp_path: Path) -> None:
    """The caterer in the tower has no past at all; another, with one for less fitting needs, stays behind."""
    worlds.a_canteen_tower(world)
    make.an_enterprise(world, enterprise_id="ENT-OLD", industry_code="5122", scope="预包装食品批发")
    for _ in range(5):
        answered(world, "ENT-OLD", "公司员工午餐需要批量采购方便食品")
    order = list(by_id(worlds.compiled(world, tmp_path / "snapshots"), lunch()))
    assert order[0] == worlds.CATERER_IN_TOWER
    assert "ENT-OLD" not in order[:2]


@pytest.mark.parametrize("kind", ["financing", "customers"])
def test_that_a_firm_looked_for_money_or_buyers_is_not_in_the_memory(
    world: Session, tmp_path: Path, kind: str
) -> None:
    worlds.a_canteen_tower(world)
    answered(world, worlds.CATERER_NEXT_DOOR, "想贷款三百万元周转", kind=kind)
    graph = worlds.compiled(world, tmp_path / "snapshots")
    assert "三百万" not in graph.past.tobytes().decode()


def test_the_memory_keeps_the_day_and_who_answered(world: Session, tmp_path: Path) -> None:
    worlds.a_canteen_tower(world)
    answered(world, worlds.CATERER_NEXT_DOOR, "员工工作餐")
    told = json.loads(worlds.compiled(world, tmp_path / "snapshots").past.tobytes())
    assert told["needs"][0]["winners"] == [worlds.CATERER_NEXT_DOOR]
    assert told["needs"][0]["day"] > 0
    assert told["weights"] is None, "too few to learn from"


def test_partners_of_fellow_buyers_are_found_without_a_need(world: Session, tmp_path: Path) -> None:
    worlds.a_checkerboard(world)
    for baker in (0, 1):
        make.a_deal(world, buyer_id=f"ENT-BAKER-{baker}", seller_id="ENT-PRINTER-0")
    make.a_deal(world, buyer_id="ENT-BAKER-1", seller_id="ENT-PRINTER-3")
    graph = worlds.compiled(world, tmp_path / "snapshots")
    found = suggest_for(graph, "ENT-BAKER-0", Direction.UPSTREAM, 10).suggestions
    fellow = {one.identifier: one for one in found}["ENT-PRINTER-3"]
    assert "与您有共同往来方的企业也与其往来" in sentences(fellow.for_asker, "zh")


def test_english_needs_and_offers_are_served_by_the_same_code(world: Session, tmp_path: Path) -> None:
    """No Chinese anywhere: words, offers and past needs in English."""
    for identifier, title, text in (
        (
            "ENT-CANTEEN",
            "Daily lunch delivery for offices",
            "Hot meals for staff, delivered every working day",
        ),
        ("ENT-PRINTS", "Printing of labels", "Labels and paper bags printed to order"),
        ("ENT-CLEANER", "Office cleaning", "Cleaning of offices and stairs every evening"),
    ):
        make.an_enterprise(
            world, enterprise_id=identifier, name=title, industry_code=None, scope=text, contact_phone=None
        )
        make.an_offer(world, enterprise_id=identifier, title=title, text=text, industry_code=None, serves=[])
    buyer = make.an_enterprise(world, name="Harbour Software", industry_code=None, scope="software")
    need = make.a_need(
        world,
        enterprise_id=buyer.enterprise_id,
        text="We look for lunch delivery",
        state="served",
        kind="supply",
    )
    make.a_deal(
        world, buyer_id=buyer.enterprise_id, seller_id="ENT-CANTEEN", need_id=need.need_id, stage="paid"
    )
    graph = worlds.compiled(world, tmp_path / "snapshots")
    asked = Question(text="Our staff of 120 needs a daily lunch delivery", kind=NeedKind.SUPPLY)
    found = suggest(graph, asked, 5, STATION).suggestions
    assert found[0].identifier == "ENT-CANTEEN"
    assert found[0].parts["history"] > 0
    assert "lunch" in " ".join(sentences(found[0].for_asker, "en"))
