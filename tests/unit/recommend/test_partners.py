"""Partners: filters that always hold, words that cannot be bought, firms about which little is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from matcher.domain.need import Direction, Question
from matcher.errors import InvalidInput, NotFound
from matcher.graph.graph import Graph
from matcher.recommend.explain import sentences
from matcher.recommend.partners import MOST, stand, suggest, suggest_for
from matcher.recommend.weights import WEIGHTS
from matcher.storage.enterprises import Enterprise
from matcher.storage.needs import Offer
from tests import factories as make
from tests import worlds
from tests.contracts.recommenders import lunch
from tests.factories import STATION


def listed(graph: Graph, question: Question, n: int = 10, station: str | None = STATION) -> list[str]:
    return [found.identifier for found in suggest(graph, question, n, station).suggestions]


def test_the_weights_sum_to_one() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)


def test_the_caterer_of_the_same_tower_comes_before_the_one_next_door(tower: Graph) -> None:
    assert listed(tower, lunch())[:2] == [worlds.CATERER_IN_TOWER, worlds.CATERER_NEXT_DOOR]


def test_the_reason_names_the_offer_and_the_tower(tower: Graph) -> None:
    first = suggest(tower, lunch(), 1, STATION).suggestions[0]
    told = " ".join(sentences(first.for_asker, "zh"))
    assert "写字楼职工工作餐配送" in told
    assert "同在一栋楼" in told


def test_the_candidate_is_not_told_the_words_of_the_need(tower: Graph) -> None:
    for found in suggest(tower, lunch(), 10, STATION).suggestions:
        told = " ".join(sentences(found.for_candidate, "zh"))
        assert "120" not in told
        assert "中午没地方" not in told


def test_the_path_leads_from_the_asker_to_the_candidate(tower: Graph) -> None:
    first = suggest(tower, lunch(), 1, STATION).suggestions[0]
    assert first.path[0].identifier == worlds.ASKER
    assert first.path[-1].identifier == worlds.CATERER_IN_TOWER
    assert all(step.edge is not None for step in first.path[1:])


def test_a_firm_that_copied_the_need_is_not_suggested_for_its_words(tower: Graph) -> None:
    assert worlds.COPYCAT not in listed(tower, lunch(), 10)
    standing = stand(tower, lunch(), worlds.COPYCAT, 10, STATION)
    assert not standing.grounded


@pytest.mark.parametrize(
    ("enterprise", "reason"),
    [
        (worlds.CLOSED_CATERER, "active"),
        (worlds.RIVAL, "apart"),
        (worlds.CATERER_FAR, "serves"),
        (worlds.ASKER, "itself"),
    ],
)
def test_why_names_the_filter(tower: Graph, enterprise: str, reason: str) -> None:
    assert reason in stand(tower, lunch(), enterprise, 10, STATION).failed


def test_a_supplier_with_nothing_left_gives_way_until_an_offer_has_some(
    world: Session, tmp_path: Path
) -> None:
    """Its offer here is spent; the one that has something left is for elsewhere."""
    worlds.a_canteen_tower(world)
    offer = world.get(Offer, f"OFF-{worlds.CATERER_IN_TOWER}")
    assert offer is not None
    offer.capacity = 0.0
    sold_out = worlds.compiled(world, tmp_path / "spent")
    assert worlds.CATERER_IN_TOWER not in listed(sold_out, lunch(), 10)
    assert stand(sold_out, lunch(), worlds.CATERER_IN_TOWER, 10, STATION).failed == ("free",)
    make.an_offer(
        world, offer_id="OFF-ELSEWHERE", enterprise_id=worlds.CATERER_IN_TOWER, serves=["3401"], capacity=5.0
    )
    elsewhere = worlds.compiled(world, tmp_path / "elsewhere")
    assert stand(elsewhere, lunch(), worlds.CATERER_IN_TOWER, 10, STATION).failed == ("serves",)
    offer.capacity = None
    unsaid = worlds.compiled(world, tmp_path / "unsaid")
    assert worlds.CATERER_IN_TOWER in listed(unsaid, lunch(), 10)


def test_the_own_owner_and_who_hides_elsewhere_are_named_as_such(world: Session, tmp_path: Path) -> None:
    worlds.a_canteen_tower(world)
    for name in (worlds.ASKER, worlds.CATERER_IN_TOWER):
        world.get(Enterprise, name).owner_group = "湖心集团"
    world.get(Enterprise, worlds.CATERER_NEXT_DOOR).listed = False
    graph = worlds.compiled(world, tmp_path)
    assert stand(graph, lunch(), worlds.CATERER_IN_TOWER, 10, STATION).failed == ("owner",)
    assert stand(graph, lunch(), worlds.CATERER_NEXT_DOOR, 10, "ST-FAR").failed == ("listed",)
    assert worlds.CATERER_NEXT_DOOR not in listed(graph, lunch(), 10, "ST-FAR")


def test_a_question_may_exclude_an_enterprise(tower: Graph) -> None:
    question = replace(lunch(), avoid=frozenset({worlds.CATERER_IN_TOWER, "ENT-NOBODY"}))
    assert listed(tower, question)[0] == worlds.CATERER_NEXT_DOOR


def test_a_question_of_nobody_in_particular_is_answered_by_its_industries(tower: Graph) -> None:
    question = replace(lunch(), asker=None, building_id=worlds.SIDE_TOWER)
    assert listed(tower, question)[0] == worlds.CATERER_NEXT_DOOR


def test_an_unpublished_need_of_another_firm_is_not_told_to_a_firm(tower: Graph) -> None:
    """The station sees it; the caterer itself learns at most what the industries say."""
    as_firm = suggest_for(tower, worlds.CATERER_IN_TOWER, Direction.DOWNSTREAM, 10)
    as_officer = suggest_for(tower, worlds.CATERER_IN_TOWER, Direction.DOWNSTREAM, 10, (), STATION)
    keys = {reason.key for found in as_firm.suggestions for reason in found.for_asker}
    assert not {"reasons.chain.needs_you", "reasons.words.need"} & keys
    assert as_officer.suggestions[0].identifier == worlds.ASKER


@pytest.mark.parametrize("n", [0, -1, MOST + 1])
def test_a_list_of_impossible_length_is_refused(tower: Graph, n: int) -> None:
    with pytest.raises(InvalidInput):
        suggest(tower, lunch(), n)


def test_an_enterprise_the_snapshot_does_not_hold_is_not_found(tower: Graph) -> None:
    with pytest.raises(NotFound):
        suggest_for(tower, "ENT-NOBODY", Direction.BOTH, 5)


def test_unlisted_firms_and_persons_are_for_their_own_station_only(world: Session, tmp_path: Path) -> None:
    worlds.a_canteen_tower(world)
    person = "92340802MA2N0AAA0X"
    world.get(Enterprise, worlds.CATERER_IN_TOWER).listed = False  # type: ignore[union-attr]
    world.get(Enterprise, worlds.CATERER_NEXT_DOOR).code = person  # type: ignore[union-attr]
    graph = worlds.compiled(world, tmp_path / "snapshots")
    hidden = {worlds.CATERER_IN_TOWER, worlds.CATERER_NEXT_DOOR}
    assert hidden <= set(listed(graph, lunch()))
    assert not hidden & set(listed(graph, lunch(), 10, None))
    assert not hidden & set(listed(graph, lunch(), 10, "ST-FAR"))


def test_forty_copies_of_one_owner_hold_one_place(world: Session, tmp_path: Path) -> None:
    worlds.a_canteen_tower(world)
    for number in range(40):
        make.an_enterprise(
            world,
            enterprise_id=f"ENT-CLONE-{number:02d}",
            industry_code="6210",
            address="湖心路1号",
            contact_phone="05565550199",
            building_id=worlds.TOWER,
        )
    names = listed(worlds.compiled(world, tmp_path / "snapshots"), lunch())
    assert len([name for name in names if name.startswith("ENT-CLONE")]) == 1


def test_a_building_holds_half_a_list_while_others_are_good_enough(world: Session, tmp_path: Path) -> None:
    worlds.a_canteen_tower(world)
    for _ in range(12):
        make.an_enterprise(world, industry_code="6210", building_id=worlds.TOWER, contact_phone=None)
        make.an_enterprise(world, industry_code="6210", building_id=worlds.SIDE_TOWER, contact_phone=None)
    graph = worlds.compiled(world, tmp_path / "snapshots")
    houses = [
        graph.facts(graph.firms.position(name))["building_id"]  # type: ignore[arg-type]
        for name in listed(graph, lunch())
    ]
    assert houses.count(worlds.TOWER) == 5


def test_a_dump_of_words_enters_no_list_that_an_honest_firm_would_not(world: Session, tmp_path: Path) -> None:
    worlds.a_canteen_tower(world)
    dump = "餐饮 工作餐 午餐 印刷 软件 咨询 物流 保洁 装修 招聘 培训 广告 法律 会计 家具 服装 机械"
    make.an_enterprise(world, enterprise_id="ENT-DUMP", industry_code="7299", scope=dump)
    graph = worlds.compiled(world, tmp_path / "snapshots")
    assert "ENT-DUMP" not in listed(graph, lunch())


def test_a_firm_without_offers_or_industry_is_found_by_its_scope(world: Session, tmp_path: Path) -> None:
    worlds.a_canteen_tower(world)
    make.an_enterprise(
        world,
        enterprise_id="ENT-NEW",
        industry_code=None,
        scope="职工工作餐制作与配送",
        building_id=worlds.SIDE_TOWER,
    )
    found = suggest(worlds.compiled(world, tmp_path / "snapshots"), lunch(), 10, STATION)
    new = {suggestion.identifier: suggestion for suggestion in found.suggestions}["ENT-NEW"]
    assert new.parts["chain"] == 0
    assert "自述" in sentences(new.for_asker, "zh")[0]


def test_deals_with_firms_like_the_asker_lift_a_supplier(world: Session, tmp_path: Path) -> None:
    worlds.a_canteen_tower(world)
    like = make.an_enterprise(world, industry_code="6511", scope="软件")
    for _ in range(4):
        make.a_deal(world, buyer_id=like.enterprise_id, seller_id=worlds.CATERER_NEXT_DOOR)
    found = suggest(worlds.compiled(world, tmp_path / "snapshots"), lunch(), 10, STATION).suggestions
    assert found[0].identifier == worlds.CATERER_NEXT_DOOR
    assert found[0].parts["history"] == pytest.approx(4 / 6)
    assert found[1].parts["history"] == 0


def test_an_enterprise_without_a_need_gets_partners_by_the_chain(world: Session, tmp_path: Path) -> None:
    worlds.a_checkerboard(world)
    mill = make.an_enterprise(world, enterprise_id="ENT-MILL", industry_code="1311", scope="小麦加工")
    graph = worlds.compiled(world, tmp_path / "snapshots")
    found = suggest_for(graph, mill.enterprise_id, Direction.DOWNSTREAM, 20)
    assert {suggestion.identifier for suggestion in found.suggestions} >= {"ENT-BAKER-0", "ENT-BAKER-5"}
    told = sentences(found.suggestions[0].for_asker, "zh")
    assert any("产业链" in line for line in told)
