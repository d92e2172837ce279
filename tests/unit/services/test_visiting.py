"""Officers and towers: who looks after what, visits, and whom to visit for what it unlocks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from matcher.build.compile import compile_snapshot
from matcher.domain.access import Actor, Role
from matcher.errors import Conflict, InvalidInput, NotFound
from matcher.graph.snapshot import open_snapshot
from matcher.services import case_file, towers, visiting
from matcher.services.notices import inbox
from matcher.services.visiting import VisitPlan
from matcher.services.whom_to_visit import whom, workbook
from tests.factories import (
    FIRM,
    STATION,
    a_building,
    a_need,
    a_product,
    a_station,
    an_account,
    an_enterprise,
)

TODAY = date(2026, 11, 22)


@pytest.fixture
def li(session) -> Actor:
    return Actor(an_account(session, name="li").account_id, Role.OFFICER, STATION)


@pytest.fixture
def wang(session) -> Actor:
    return Actor(an_account(session, name="wang").account_id, Role.OFFICER, STATION)


def test_a_tower_passes_from_one_officer_to_another_and_both_are_told(session, li, wang, now):
    tower = a_building(session, name="翠微阁").building_id
    assert towers.assign(session, li, tower, None, now).mine
    later = now + timedelta(days=30)
    given = towers.assign(session, li, tower, wang.account_id, later)
    assert [keeper.name for keeper in given.keepers] == ["wang"]
    assert [one.kind for one in inbox(session, wang).items] == ["tower_assigned"]
    assert [(one.name, one.until) for one in towers.history(session, li, tower)] == [
        ("wang", None),
        ("li", later),
    ]
    with pytest.raises(Conflict):
        towers.assign(session, wang, tower, None, later)
    assert [one.kind for one in inbox(session, li).items] == []  # who decided it needs no notice
    towers.assign(session, li, tower, None, later + timedelta(days=1))
    assert inbox(session, wang).items[0].kind == "tower_passed"


def test_towers_and_officers_of_elsewhere_are_as_good_as_none(session, li, now):
    a_station(session, station_id="ST-02")
    there = a_building(session, station_id="ST-02").building_id
    here = a_building(session).building_id
    stranger = an_account(session, scope="ST-02").account_id
    for tower, account in ((there, None), (here, stranger), (here, "nobody"), ("no-tower", None)):
        with pytest.raises(NotFound):
            towers.assign(session, li, tower, account, now)


def test_a_visit_is_told_to_the_firm_and_its_note_stays_with_the_station(session, li, firm, now):
    an_enterprise(session, enterprise_id=FIRM)
    speaker = Actor(an_account(session, role="enterprise", scope=FIRM).account_id, Role.ENTERPRISE, FIRM)
    visit = visiting.plan(session, li, VisitPlan(FIRM, TODAY, asked=("revenue",)), now)
    assert inbox(session, speaker).items[0].text("zh") == "服务站的工作人员计划 2026-11-22 上门走访"
    with pytest.raises(Conflict):
        visiting.plan(session, li, VisitPlan(FIRM, TODAY), now)
    visiting.end(session, li, visit.visit_id, True, "老板说明年要搬", now)
    with pytest.raises(Conflict):
        visiting.end(session, li, visit.visit_id, True, None, now)
    (seen,) = case_file.case_file(session, li, FIRM, now).visits
    (own,) = case_file.case_file(session, speaker, FIRM, now).visits
    assert (seen.state, seen.note, seen.asked) == ("made", "老板说明年要搬", ("revenue",))
    assert (own.state, own.note, own.asked) == ("made", None, ())


def test_a_visit_lies_in_the_next_year(session, li, now):
    an_enterprise(session, enterprise_id=FIRM)
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=400)):
        with pytest.raises(InvalidInput):
            visiting.plan(session, li, VisitPlan(FIRM, day), now)


@pytest.fixture
def street(session, tmp_path, now):
    """Known answer: A's revenue settles two loans; B has two quiet cases; C is known and busy; D is far."""
    a_station(session, station_id="ST-02")
    tower = a_building(session, building_id="B-1", name="翠微阁").building_id
    an_enterprise(session, enterprise_id="A", revenue_fen=None, building_id=tower)
    an_enterprise(session, enterprise_id="B")
    an_enterprise(session, enterprise_id="C")
    an_enterprise(session, enterprise_id="D", revenue_fen=None, station_id="ST-02")
    for number in range(2):
        rules = [{"field": "revenue", "operator": "at_least", "value": 1_000_000 * (number + 1)}]
        a_product(session, criteria=rules, amount_fen=50_000_000)
    old = now - timedelta(days=9)
    for number in range(2):
        dated = {"created_at": old, "updated_at": old, "amount_fen": 1_000_000_000}
        a_need(session, enterprise_id="B", need_id=f"N-B{number}", title=f"旧事{number}", **dated)
    a_need(session, enterprise_id="C", created_at=now, updated_at=now)
    snapshot = compile_snapshot(session, tmp_path / "snapshots", now)
    return open_snapshot(tmp_path / "snapshots" / snapshot)


def test_whom_to_visit_is_ranked_by_what_answers_and_quiet_cases_unlock(session, street, li, now):
    found = whom(session, street, li, now)
    assert [one.enterprise_id for one in found] == ["B", "A"]  # two each; B's needs are worth more
    assert (found[0].matches, [case.title for case in found[0].quiet]) == (2, ["旧事0", "旧事1"])
    assert (found[1].matches, [(fact.field, fact.settles) for fact in found[1].facts]) == (
        2,
        [("revenue", 2)],
    )
    assert found[1].amount_yuan == 1_000_000
    assert whom(session, street, li, now, by_yuan=True)[0].enterprise_id == "B"
    assert workbook(found, "zh")[:2] == b"PK"


def test_only_the_own_towers_and_nobody_who_was_just_visited(session, street, li, now):
    towers.assign(session, li, "B-1", None, now)
    assert [one.enterprise_id for one in whom(session, street, li, now, only_mine=True)] == ["A"]
    visit = visiting.plan(session, li, VisitPlan("A", TODAY), now)
    assert whom(session, street, li, now, only_mine=True)[0].planned
    visiting.end(session, li, visit.visit_id, True, None, now)
    assert whom(session, street, li, now, only_mine=True) == []
    assert [
        one.enterprise_id for one in whom(session, street, li, now + timedelta(days=8), only_mine=True)
    ] == ["A"]


def test_an_overdue_case_is_visited_again_at_once(session, street, li, now):
    visit = visiting.plan(session, li, VisitPlan("B", TODAY), now)
    visiting.end(session, li, visit.visit_id, True, None, now)
    assert whom(session, street, li, now)[0].overdue == 2
