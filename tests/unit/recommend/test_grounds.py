"""What may be a ground for a suggestion, what only orders, and how ties are spread."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from matcher.domain.need import NeedKind, Question
from matcher.graph.graph import Graph
from matcher.recommend.answering import topic_shares, wanted_shares
from matcher.recommend.partners import suggest
from tests import factories as make
from tests import worlds
from tests.contracts.recommenders import lunch
from tests.factories import STATION


def test_the_chain_of_industries_alone_answers_no_need_told_in_words(tower: Graph) -> None:
    asked = Question(text="想请人来看看风水", asker=worlds.ASKER)
    assert suggest(tower, asked, 10, STATION).suggestions == ()


def test_the_first_industry_of_a_topic_answers_best() -> None:
    question = Question(text="订工作餐", topics=("staff_meals",), industries=("6241", "6210", "6220"))
    shares = wanted_shares(question, {"staff_meals": 1.0})
    assert shares["6241"] == 1.0 > shares["6210"] > shares["6220"] > 0.5


def test_a_secondary_topic_does_not_make_its_industries_full_answers() -> None:
    question = Question(
        text="招服务员，包吃住",
        kind=NeedKind.RECRUITMENT,
        topics=("kitchen_staff", "staff_meals"),
        industries=("7262", "6241"),
        shares=(("kitchen_staff", 1.0), ("staff_meals", 0.4)),
    )
    wanted = wanted_shares(question, topic_shares(question, "7020"))
    assert wanted["7262"] == 1.0
    assert wanted["6241"] < 0.3


def test_a_topic_that_the_asker_answers_itself_gives_way() -> None:
    question = Question(text="…", kind=NeedKind.STAFF_SERVICES, topics=("staff_meals", "health_check"))
    assert topic_shares(question, "6210")["staff_meals"] == 0.3
    assert topic_shares(replace(question, topics=("staff_meals",)), "6210") == {"staff_meals": 1.0}


def test_a_secondary_class_that_names_nothing_is_left_out(world: Session, tmp_path: Path) -> None:
    worlds.a_canteen_tower(world)
    make.an_enterprise(
        world, enterprise_id="ENT-FUEL", industry_code="6291", scope="水产", building_id=worlds.TOWER
    )
    graph = worlds.compiled(world, tmp_path / "snapshots")
    question = replace(lunch(), industries=("6241", "6210", "6220", "6242", "6291"))
    assert "ENT-FUEL" not in {one.identifier for one in suggest(graph, question, 10, STATION).suggestions}


def test_ties_fall_differently_for_different_questions(world: Session, tmp_path: Path) -> None:
    worlds.a_checkerboard(world)
    graph = worlds.compiled(world, tmp_path / "snapshots")
    texts = [
        "采购印刷纸袋一批",
        "采购印刷纸袋两批",
        "采购印刷纸袋三批",
        "采购印刷纸袋四批",
        "采购印刷纸袋五批",
    ]
    asked = [Question(text=text, asker="ENT-BAKER-0", industries=("2319",)) for text in texts]
    firsts = [suggest(graph, question, 3).suggestions[0].identifier for question in asked]
    assert len(set(firsts)) > 1
    assert firsts == [suggest(graph, question, 3).suggestions[0].identifier for question in asked]
