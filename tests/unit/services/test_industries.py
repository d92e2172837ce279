"""Industries that nobody gave: inferred and marked, never over a given one, open to correction."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from matcher.domain.access import Actor, Role
from matcher.errors import Forbidden, InvalidInput, NotFound, VersionMismatch
from matcher.services import industries
from matcher.storage.enterprises import Enterprise
from matcher.storage.journal import JournalLine
from tests.factories import NOW, STATION, an_enterprise

OFFICER = Actor("acc-1", Role.OFFICER, STATION)


def a_firm(session, **over):
    values = {"name": "安庆湖心软件有限公司", "scope": "软件开发；信息系统集成服务", "industry_code": None}
    return an_enterprise(session, **(values | over))


def infer_all(session, again=False):
    after, read = "", 0
    while rows := industries.unread_after(session, after, again):
        industries.write(session, industries.read(rows), NOW)
        after, read = rows[-1].enterprise_id, read + len(rows)
    session.expire_all()
    return read


def test_a_firm_without_an_industry_gets_one_that_is_marked(session):
    firm = a_firm(session)
    assert infer_all(session) == 1
    assert (firm.industry_code, firm.industry_inferred) == ("65", True)
    assert 0.5 < firm.industry_confidence <= 1


def test_a_given_industry_is_never_touched(session):
    firm = a_firm(session, industry_code="6210")
    assert infer_all(session, again=True) == 0
    assert (firm.industry_code, firm.industry_inferred, firm.version) == ("6210", False, 1)


def test_what_cannot_be_told_stays_unknown_and_is_not_asked_again(session):
    firm = a_firm(session, name="安庆恒发实业有限公司", scope="以章程载明的为准")
    assert infer_all(session) == 1
    assert (firm.industry_code, firm.industry_inferred) == (None, False)
    assert infer_all(session) == 0
    assert industries.unread(session) == 0


def test_an_officer_who_was_faster_wins(session):
    """The guard is the version: without it the inference would write over the correction."""
    firm = a_firm(session)
    changes = industries.read(industries.unread_after(session))
    industries.confirm(session, OFFICER, firm.enterprise_id, None, "6311", NOW)
    industries.write(session, changes, NOW)
    session.expire_all()
    assert (firm.industry_code, firm.industry_inferred) == ("6311", False)
    unguarded = sa.update(Enterprise).where(Enterprise.enterprise_id == firm.enterprise_id)
    session.execute(unguarded.values(industry_code="65"))
    session.expire_all()
    assert firm.industry_code == "65"


def test_a_correction_is_given_from_then_on_and_written_down(session):
    firm = a_firm(session)
    infer_all(session)
    seen = industries.of_enterprise(session, OFFICER, firm.enterprise_id)
    assert (seen.code, seen.inferred) == ("65", True)
    assert seen.candidates[0].code == "65"
    done = industries.confirm(session, OFFICER, firm.enterprise_id, seen.version, "6513", NOW)
    assert (done.code, done.inferred, done.confidence) == ("6513", False, None)
    assert infer_all(session, again=True) == 0
    line = session.scalars(sa.select(JournalLine).where(JournalLine.action == "industries.write")).one()
    assert line.subject == firm.enterprise_id
    assert industries.of_enterprise(session, OFFICER, firm.enterprise_id).candidates == []


def test_only_the_own_station_corrects_and_only_with_a_code_of_the_standard(session):
    firm = a_firm(session)
    other = Actor("acc-2", Role.OFFICER, "ST-02")
    bank = Actor("acc-3", Role.BANK, "BANK-01")
    with pytest.raises(NotFound):
        industries.confirm(session, other, firm.enterprise_id, None, "65", NOW)
    with pytest.raises(Forbidden):
        industries.confirm(session, bank, firm.enterprise_id, None, "65", NOW)
    with pytest.raises(InvalidInput):
        industries.confirm(session, OFFICER, firm.enterprise_id, None, "9999", NOW)
    with pytest.raises(VersionMismatch):
        industries.confirm(session, OFFICER, firm.enterprise_id, firm.version + 1, "65", NOW)


def test_an_industry_is_found_by_name_and_by_code():
    assert industries.search("软件开发")[0].code in ("651", "6513")
    assert [one.code for one in industries.search("6513")] == ["6513"]
    assert industries.search("") == []
