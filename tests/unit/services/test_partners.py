"""Partners as a service: what the rows say now counts, the scope holds, the look-up is journalled."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.domain.need import Direction, Question
from matcher.errors import Forbidden, NotFound
from matcher.graph.graph import Graph
from matcher.messages import LANGUAGES
from matcher.services import graph as neighbourhoods
from matcher.services import partner_view
from matcher.services import partners as service
from matcher.storage import journal
from matcher.storage.enterprises import Enterprise
from tests import factories as make
from tests import worlds
from tests.factories import FIRM


@pytest.fixture
def graph(session: Session, tmp_path: Path) -> Graph:
    worlds.a_canteen_tower(session)
    return worlds.compiled(session, tmp_path / "snapshots")


def row(session: Session, enterprise_id: str) -> Enterprise:
    found = session.get(Enterprise, enterprise_id)
    assert found is not None
    return found


def listed(session: Session, graph: Graph, actor: Actor, now: datetime, n: int = 10) -> list[str]:
    ranking = service.for_need(session, graph, actor, worlds.LUNCH, n, now)
    return [found.identifier for found in ranking.suggestions]


def test_the_officer_gets_the_caterers_of_the_neighbourhood(
    session: Session, graph: Graph, officer: Actor, now: datetime
) -> None:
    assert listed(session, graph, officer, now)[:2] == [worlds.CATERER_IN_TOWER, worlds.CATERER_NEXT_DOOR]


def test_closing_hiding_and_quarrelling_count_before_the_next_snapshot(
    session: Session, graph: Graph, officer: Actor, now: datetime
) -> None:
    row(session, worlds.CATERER_IN_TOWER).status = "closed"
    make.a_relation(session, worlds.CATERER_NEXT_DOOR, worlds.ASKER, kind="keep_apart")
    session.flush()
    assert not {worlds.CATERER_IN_TOWER, worlds.CATERER_NEXT_DOOR} & set(listed(session, graph, officer, now))


def test_somebody_else_moves_up_for_one_that_has_closed(
    session: Session, graph: Graph, officer: Actor, now: datetime
) -> None:
    row(session, worlds.CATERER_IN_TOWER).status = "revoked"
    session.flush()
    assert listed(session, graph, officer, now, n=1) == [worlds.CATERER_NEXT_DOOR]


def test_a_need_taken_a_minute_ago_is_answered_though_no_snapshot_has_it(
    session: Session, graph: Graph, officer: Actor, now: datetime
) -> None:
    make.a_need(
        session,
        need_id="NEED-NOW",
        enterprise_id=worlds.PRINTER,
        text="员工没地方吃午饭，想订工作餐",
        kind=None,
        title=None,
        industry_code=None,
    )
    ranking = service.for_need(session, graph, officer, "NEED-NOW", 5, now)
    assert worlds.CATERER_IN_TOWER in [found.identifier for found in ranking.suggestions]


def test_a_need_of_another_station_looks_like_none(
    session: Session, graph: Graph, officer: Actor, now: datetime
) -> None:
    elsewhere = replace(officer, scope="ST-FAR")
    for need_id in (worlds.LUNCH, "NEED-NOBODY"):
        with pytest.raises(NotFound) as failure:
            service.for_need(session, graph, elsewhere, need_id, 5, now)
        assert failure.value.reason == "graph.no_such_need"


def test_a_bank_may_not_ask_for_partners(session: Session, graph: Graph, bank: Actor, now: datetime) -> None:
    with pytest.raises(Forbidden):
        service.for_need(session, graph, bank, worlds.LUNCH, 5, now)


def test_an_enterprise_sees_neither_hidden_firms_nor_persons_nor_floors(
    session: Session, graph: Graph, now: datetime
) -> None:
    row(session, worlds.CATERER_IN_TOWER).listed = False
    row(session, worlds.CATERER_NEXT_DOOR).floor = "7"
    session.flush()
    firm = Actor("account-software", Role.ENTERPRISE, worlds.ASKER)
    ranking = service.for_need(session, graph, firm, worlds.LUNCH, 10, now)
    shown = partner_view.partners(session, firm, ranking)
    assert [partner.enterprise_id for partner in shown] == [worlds.CATERER_NEXT_DOOR]
    assert (shown[0].building, shown[0].floor) == (None, None)


def test_an_enterprise_asks_in_its_own_name_only(session: Session, graph: Graph, now: datetime) -> None:
    firm = Actor("account-software", Role.ENTERPRISE, worlds.ASKER)
    question = Question(text=worlds.LUNCH_TEXT)
    found = service.for_question(session, graph, firm, question, 5, now).suggestions
    assert worlds.ASKER not in [suggestion.identifier for suggestion in found]
    with pytest.raises(NotFound):
        service.for_question(session, graph, firm, replace(question, asker=worlds.PRINTER), 5, now)


def test_partners_of_an_enterprise_go_both_ways(
    session: Session, graph: Graph, officer: Actor, now: datetime
) -> None:
    caterer = worlds.CATERER_IN_TOWER
    found = service.for_enterprise(session, graph, officer, caterer, Direction.DOWNSTREAM, 5, now)
    assert found.suggestions[0].identifier == worlds.ASKER


def test_the_look_up_is_journalled_with_its_snapshot(
    session: Session, graph: Graph, officer: Actor, now: datetime
) -> None:
    listed(session, graph, officer, now)
    session.flush()
    line = journal.about(session, worlds.ASKER)[0]
    assert (line.action, line.object_id) == ("partners.read", worlds.LUNCH)
    assert line.detail["snapshot_id"] == graph.snapshot_id
    assert worlds.CATERER_IN_TOWER in line.detail["listed"]


def test_a_partner_is_shown_with_names_and_sentences_in_both_languages(
    session: Session, graph: Graph, officer: Actor, now: datetime
) -> None:
    ranking = service.for_need(session, graph, officer, worlds.LUNCH, 5, now)
    first = partner_view.partners(session, officer, ranking)[0]
    assert (first.name, first.building, first.same_station) == ("湖心食惠餐饮有限公司", "湖心大厦", True)
    for language in LANGUAGES:
        assert first.industry[language]
        assert first.reasons_for_asker[language]
        assert first.reasons_for_candidate[language]


@pytest.mark.parametrize(
    ("enterprise", "words"),
    [
        (worlds.CLOSED_CATERER, "注销"),
        (worlds.RIVAL, "回避"),
        (worlds.COPYCAT, "没有足够依据"),
        (worlds.CATERER_NEXT_DOOR, "第 2 位"),
    ],
)
def test_why_says_it_in_words(
    session: Session, graph: Graph, officer: Actor, now: datetime, enterprise: str, words: str
) -> None:
    standing = service.why(session, graph, officer, worlds.LUNCH, enterprise, now)
    why = partner_view.explanation(session, officer, standing)
    assert words in " ".join(why.sentences["zh"])
    assert why.sentences["en"]


def test_why_does_not_tell_of_a_firm_that_hides_elsewhere(
    session: Session, graph: Graph, officer: Actor, now: datetime
) -> None:
    row(session, worlds.CATERER_FAR).listed = False
    session.flush()
    with pytest.raises(NotFound):
        service.why(session, graph, officer, worlds.LUNCH, worlds.CATERER_FAR, now)


def test_the_neighbourhood_shows_tower_industry_and_needs(
    session: Session, graph: Graph, officer: Actor
) -> None:
    drawn = neighbourhoods.around(session, graph, officer, worlds.ASKER, depth=2)
    keys = {node.key for node in drawn.nodes}
    assert {f"need:{worlds.LUNCH}", f"building:{worlds.TOWER}", "industry:6513"} <= keys
    assert f"enterprise:{worlds.CATERER_IN_TOWER}" in keys
    assert f"enterprise:{worlds.CLOSED_CATERER}" not in keys
    assert all(edge.source in keys and edge.target in keys for edge in drawn.edges)


def test_an_enterprise_sees_one_step_around_itself(session: Session, graph: Graph) -> None:
    firm = Actor("account-software", Role.ENTERPRISE, worlds.ASKER)
    drawn = neighbourhoods.around(session, graph, firm, worlds.ASKER, depth=3)
    assert not [node for node in drawn.nodes if node.kind == "offer"]
    with pytest.raises(NotFound):
        neighbourhoods.around(session, graph, firm, FIRM)
