"""Occupations of vacancies: read and marked, never over a given one, open to correction, used in matching."""

from __future__ import annotations

import pytest

from matcher.domain.access import Actor, Role
from matcher.errors import Forbidden, InvalidInput, NotFound
from matcher.graph.graph import Graph
from matcher.recommend import fairs
from matcher.services import occupations
from matcher.storage.journal import JournalLine
from tests import factories as make
from tests import worlds
from tests.factories import FIRM, NOW, STATION

OFFICER = Actor("acc-1", Role.OFFICER, STATION)


def read_all(session) -> int:
    waiting = occupations.unread(session)
    if waiting:
        occupations.read(session, occupations.learned_from_rows(session)[0], waiting)
    return len(waiting)


def test_a_vacancy_without_an_occupation_gets_one_that_is_marked(session):
    row = make.an_opening(session, title="电焊工（包住）", occupation=None)
    assert read_all(session) == 1
    told = occupations.of_opening(row)
    assert (told.code, told.name, told.inferred) == ("6-18-02-04", "焊工", True)
    assert 0.4 <= told.confidence <= 1


def test_a_given_occupation_is_never_touched(session):
    row = make.an_opening(session, title="电焊工", occupation="餐厅服务员")
    own = make.an_opening(session, title="电焊工", occupation="本厂特种工")
    read_all(session)
    assert (row.occupation, own.occupation) == ("餐厅服务员", "本厂特种工")
    assert occupations.of_opening(row) == occupations.Occupation("4-03-02-05", "餐厅服务员", False, None)
    assert occupations.of_opening(own) == occupations.Occupation(None, "本厂特种工", False, None)


def test_what_cannot_be_told_stays_unknown_and_is_not_read_again(session):
    row = make.an_opening(session, title="合伙创业 月入过万", occupation=None)
    assert read_all(session) == 1
    assert occupations.of_opening(row) is None
    assert read_all(session) == 0


def test_a_title_that_was_changed_is_read_again_however_it_was_changed(session):
    row = make.an_opening(session, title="电焊工", occupation=None)
    read_all(session)
    row.title = "保洁员"
    session.flush()
    assert read_all(session) == 1
    assert occupations.of_opening(row).name == "保洁员"


def test_a_class_leads_to_what_its_major_and_its_wishes_say(session):
    row = make.a_talent(session, major="会计", wants="出纳、税务专员；离家近")
    read_all(session)
    assert occupations.of_talent(row).name in {"会计专业人员", "涉税服务专业人员"}
    codes = {code for code, _ in row.occupation_read["found"]}
    assert {"2-06-03-00", "2-06-05-00"} <= codes


def test_what_is_confirmed_is_given_journalled_and_teaches(session):
    make.an_enterprise(session, enterprise_id=FIRM)
    row = make.an_opening(session, title="电焊工", occupation=None, enterprise_id=FIRM)
    read_all(session)
    done = occupations.confirm(session, OFFICER, row.opening_id, "6-18-02-04", NOW)
    assert done.occupation == occupations.Occupation("6-18-02-04", "焊工", False, None)
    assert done.candidates == ()
    line = session.query(JournalLine).filter_by(action="openings.write").one()
    assert (line.object_id, line.subject) == (row.opening_id, FIRM)
    assert line.detail == {"before": None, "after": "6-18-02-04"}
    assert occupations.learned_from_rows(session)[1] == 1


def test_only_the_classification_is_taken_and_only_in_scope(session):
    make.an_enterprise(session, enterprise_id=FIRM)
    row = make.an_opening(session, enterprise_id=FIRM)
    with pytest.raises(InvalidInput):
        occupations.confirm(session, OFFICER, row.opening_id, "不存在的职业", NOW)
    other = Actor("acc-2", Role.OFFICER, "STA-OTHER")
    with pytest.raises(NotFound):
        occupations.confirm(session, other, row.opening_id, "焊工", NOW)
    with pytest.raises(NotFound):
        occupations.vacancies(session, other, FIRM)
    with pytest.raises(NotFound):
        occupations.confirm(session, OFFICER, "OPN-NONE", "焊工", NOW)
    with pytest.raises(Forbidden):
        occupations.vacancies(session, Actor("acc-3", Role.BANK, "BANK"), FIRM)


def schools(graph: Graph) -> list[fairs.TalentMatch]:
    return fairs.schools_for(graph, graph.firms.position(FIRM), 5)


def test_a_class_is_found_by_its_occupation_where_no_word_is_shared(session, tmp_path):
    """打荷 and 中式烹调师 share no word. Before titles are read the class is not found."""
    make.an_enterprise(session, enterprise_id=FIRM)
    make.an_opening(
        session, enterprise_id=FIRM, title="打荷", text=None, occupation=None, education=None, headcount=None
    )
    make.a_talent(session, talent_id="TAL-COOK", major="中式烹调师", skills=[], wants=None, education=None)
    unguarded = worlds.compiled(session, tmp_path / "before")
    assert schools(unguarded) == []
    read_all(session)
    (found,) = schools(worlds.compiled(session, tmp_path / "after"))
    assert found.talent_id == "TAL-COOK"
    told = {reason.key: reason.params for reason in found.reasons}
    assert told["events.reason.occupation"] == {"occupation": "中式烹调师"}
