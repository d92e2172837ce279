"""A record counts, and nobody is last for having none."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.domain.need import NeedKind, Question
from matcher.domain.ranking import Suggestion
from matcher.graph.graph import Graph
from matcher.recommend.explain import sentences
from matcher.recommend.partners import suggest
from matcher.recommend.weights import UNKNOWN_RECENCY, USUAL_RECORD
from matcher.services.told import OpenNeeds, told
from matcher.storage.enterprises import Enterprise
from tests import factories as make
from tests import worlds

CLEANERS = ("RELIABLE", "FRESH", "UNRELIABLE")


def a_street_of_cleaners(session: Session) -> None:
    """Three firms alike in all but their past, and who asks for one of them."""
    asker = make.an_enterprise(session, enterprise_id="ASKER", industry_code="6513").enterprise_id
    need = make.a_need(session, enterprise_id=asker, text="办公室保洁", kind="supply").need_id
    for firm in CLEANERS:
        make.an_enterprise(
            session, enterprise_id=firm, name=f"{firm}保洁有限公司", scope="办公室保洁", industry_code="8219"
        )
        make.an_offer(session, enterprise_id=firm, title="办公室保洁", text="办公室日常保洁")
    event = make.an_event(session).event_id
    make.an_attendance(session, event, "RELIABLE", state="attended")
    make.an_attendance(session, event, "UNRELIABLE", state="absent")
    for firm, state in (("RELIABLE", "met"), ("UNRELIABLE", "declined")):
        for _ in range(5):
            make.an_introduction(session, need_id=need, enterprise_id=firm, state=state)
    make.an_introduction(session, need_id=need, enterprise_id="FRESH", state="introduced")


def asked(graph: Graph, **more: object) -> list[Suggestion]:
    question = Question(text="办公室保洁", kind=NeedKind.SUPPLY, asker="ASKER", **more)  # type: ignore[arg-type]
    return [one for one in suggest(graph, question, 10).suggestions if one.identifier in CLEANERS]


@pytest.fixture
def street(session: Session, tmp_path: Path) -> Graph:
    a_street_of_cleaners(session)
    return worlds.compiled(session, tmp_path)


def test_who_was_never_asked_stands_between_who_answers_and_who_does_not(street: Graph) -> None:
    assert [one.identifier for one in asked(street)] == ["RELIABLE", "FRESH", "UNRELIABLE"]


def test_what_is_under_way_counts_neither_way_and_few_askings_little(street: Graph) -> None:
    parts = {one.identifier: one.parts["record"] for one in asked(street)}
    assert parts["FRESH"] == pytest.approx(USUAL_RECORD)
    assert USUAL_RECORD < parts["RELIABLE"] < 0.95
    assert 0.3 < parts["UNRELIABLE"] < USUAL_RECORD
    assert {one.parts["recency"] for one in asked(street)} == {UNKNOWN_RECENCY}


def test_a_good_record_is_told_to_its_own_station_alone(street: Graph, session: Session) -> None:
    best = asked(street)[0]
    assert "引荐多有回应，活动多能到场" in sentences(best.for_asker, "zh")
    assert "Takes up introductions and comes when expected" in sentences(best.for_asker, "en")
    row = session.get_one(Enterprise, "RELIABLE")
    own = told(Actor("a", Role.OFFICER, str(row.station_id)), row, best, OpenNeeds())
    other = told(Actor("b", Role.ENTERPRISE, "ASKER"), row, best, OpenNeeds())
    assert own.parts["record"] == best.parts["record"]
    assert "record" not in other.parts
    assert "引荐多有回应，活动多能到场" not in sentences(other.for_asker, "zh")
    assert other.score < best.score


def test_deals_count_while_they_are_recent(session: Session, tmp_path: Path) -> None:
    a_street_of_cleaners(session)
    today = make.NOW.date()
    for firm, days in (("FRESH", 20), ("UNRELIABLE", 4000)):
        day = today - timedelta(days=days)
        make.a_deal(session, buyer_id=make.an_enterprise(session).enterprise_id, seller_id=firm, date=day)
    parts = {one.identifier: one for one in asked(worlds.compiled(session, tmp_path))}
    assert parts["FRESH"].parts["recency"] > 0.9
    assert parts["UNRELIABLE"].parts["recency"] == parts["RELIABLE"].parts["recency"] == UNKNOWN_RECENCY
    assert "近期有成交" in sentences(parts["FRESH"].for_asker, "zh")


def test_usual_orders_tell_the_scale_better_than_capital(session: Session, tmp_path: Path) -> None:
    a_street_of_cleaners(session)
    for amount in (90_000_00, 100_000_00, 4_000_000_00):
        buyer = make.an_enterprise(session).enterprise_id
        make.a_deal(session, buyer_id=buyer, seller_id="FRESH", amount_fen=amount, need_id=None)
    graph = worlds.compiled(session, tmp_path)
    found = {one.identifier: one for one in asked(graph, amount_fen=100_000_00)}
    assert found["FRESH"].parts["size"] == pytest.approx(1.0)
    assert found["RELIABLE"].parts["size"] < 1.0
    assert "平常的单子与这项需求金额相近" in sentences(found["FRESH"].for_asker, "zh")
