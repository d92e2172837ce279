from __future__ import annotations

from datetime import date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.errors import Forbidden, InvalidInput, NotFound, VersionMismatch
from matcher.services.intake import NeedForm, create
from matcher.services.needs import edit, get, list_open
from matcher.storage.journal import JournalLine
from matcher.storage.needs import Need
from tests.factories import FIRM, a_need, an_enterprise

TEXT = "想找银行贷款780万元，电话13800001111"


@pytest.fixture
def need(session: Session, officer: Actor, now: datetime) -> Need:
    firm = an_enterprise(session, enterprise_id=FIRM)
    return create(session, officer, NeedForm(firm.enterprise_id, TEXT), now)


def test_station_and_firm_read_the_need_and_nobody_else(
    session: Session, need: Need, officer: Actor, firm: Actor, bank: Actor
) -> None:
    assert get(session, officer, need.need_id) is need
    assert get(session, firm, need.need_id) is need
    with pytest.raises(NotFound) as not_yours:
        get(session, Actor("account-x", Role.OFFICER, "ST-99"), need.need_id)
    with pytest.raises(NotFound) as not_there:
        get(session, officer, "N-none")
    assert not_yours.value.reason == not_there.value.reason
    with pytest.raises(Forbidden):
        get(session, bank, need.need_id)


def test_open_needs_come_in_pages_within_the_scope(session: Session, officer: Actor, firm: Actor) -> None:
    an_enterprise(session, enterprise_id=FIRM)
    for number in range(5):
        a_need(session, need_id=f"N-{number}", enterprise_id=FIRM)
    a_need(session, need_id="N-8", enterprise_id=FIRM, state="closed")
    a_need(session, need_id="N-9", enterprise_id=an_enterprise(session, station_id="ST-02").enterprise_id)
    first = list_open(session, officer, limit=3)
    rest = list_open(session, officer, limit=3, after=first[-1].need_id)
    assert [need.need_id for need in (*first, *rest)] == [f"N-{number}" for number in range(5)]
    assert len(list_open(session, firm)) == 5
    with pytest.raises(InvalidInput):
        list_open(session, officer, limit=0)


def test_a_change_raises_the_version_and_is_journalled(
    session: Session, need: Need, officer: Actor, now: datetime
) -> None:
    changed = edit(session, officer, need.need_id, 1, {"amount_fen": 100, "published": True}, now)
    assert (changed.version, changed.amount_fen, changed.published) == (2, 100, True)
    assert changed.kind == "financing"
    actions = session.scalars(sa.select(JournalLine.action).order_by(JournalLine.line_id)).all()
    assert actions == ["needs.create", "needs.edit"]


def test_a_stale_change_is_refused(session: Session, need: Need, officer: Actor, now: datetime) -> None:
    edit(session, officer, need.need_id, 1, {"title": "贷款"}, now)
    with pytest.raises(VersionMismatch):
        edit(session, officer, need.need_id, 1, {"title": "借款"}, now)


def test_a_new_text_is_read_anew(session: Session, need: Need, officer: Actor, now: datetime) -> None:
    changed = edit(session, officer, need.need_id, 1, {"text": "租300平米办公室，12月底前"}, now)
    assert (changed.kind, changed.quantity, changed.deadline) == ("space", 300.0, date(2026, 12, 31))


def test_a_correction_of_one_field_leaves_the_others(
    session: Session, need: Need, officer: Actor, now: datetime
) -> None:
    edit(session, officer, need.need_id, 1, {"kind": "policy", "topics": ["subsidy"]}, now)
    changed = edit(session, officer, need.need_id, 2, {"title": "贴息"}, now)
    assert (changed.kind, changed.title) == ("policy", "贴息")
    assert [hit["topic"] for hit in changed.understood["topics"]] == ["subsidy"]


def test_a_wrong_reading_can_be_taken_out(
    session: Session, need: Need, officer: Actor, now: datetime
) -> None:
    assert edit(session, officer, need.need_id, 1, {"amount_fen": None}, now).amount_fen is None


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 7},
        {"state": "gone"},
        {"kind": "wish"},
        {"amount_fen": "many"},
        {"deadline": "soon"},
        {"topics": "subsidy"},
    ],
)
def test_a_field_or_value_that_does_not_fit_is_refused(
    session: Session, need: Need, officer: Actor, now: datetime, changes: dict[str, object]
) -> None:
    with pytest.raises(InvalidInput):
        edit(session, officer, need.need_id, 1, changes, now)
