"""抢单: one bank after the other, each within its time; a refusal explains itself to the firm alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matcher.domain.access import Actor, Role
from matcher.errors import Conflict, InvalidInput, NotFound
from matcher.services import consents, take_up_view, take_ups
from matcher.storage.notices import NoticeLine
from tests import factories as make

FIRST, SECOND = Actor("b1", Role.BANK, "BANK-01"), Actor("b2", Role.BANK, "BANK-02")
ITSELF = Actor("f", Role.ENTERPRISE, "ENT-1")
AGE = {"field": "age_months", "operator": "at_least", "value": 24}
TAX = {"field": "tax_paid_wan", "operator": "at_least", "value": 50}


@pytest.fixture
def asked(session, now):
    make.a_product(session, product_id="CHEAP", title="税信贷", rate=0.03, criteria=[AGE], take_up_minutes=60)
    make.a_product(
        session, product_id="DEAR", owner="BANK-02", owner_name="南浦银行", rate=0.05, criteria=[AGE]
    )
    make.a_product(session, product_id="NO", owner="BANK-03", criteria=[TAX])
    make.an_enterprise(session, enterprise_id="ENT-1")
    for bank in ("BANK-01", "BANK-02", "BANK-03"):
        make.a_consent(session, consent_id=f"CON-{bank}", enterprise_id="ENT-1", grantee=bank)
    make.a_need(session, need_id="NEED-1", enterprise_id="ENT-1", text="想贷款300万元", kind="financing")
    return session


def states(session, now):
    return [(one.bank, one.state) for one in take_up_view.line(session, ITSELF, "NEED-1", now)]


def only(session, bank, now):
    (item,) = take_up_view.queue(session, bank, now)
    return item.take_up_id


def test_banks_are_asked_best_first_and_one_that_would_refuse_is_not_asked(asked, officer, now):
    take_ups.start(asked, officer, "NEED-1", None, now)
    assert states(asked, now) == [("湖心村镇银行", "offered"), ("南浦银行", "waiting")]
    assert take_up_view.queue(asked, SECOND, now) == ()
    told = asked.scalars(sa.select(NoticeLine).where(NoticeLine.kind == "loan_offered")).all()
    assert [(one.to_id, one.urgent) for one in told] == [("BANK-01", True)]


def test_who_does_not_take_it_up_in_time_loses_it_to_the_next(asked, officer, now):
    take_ups.start(asked, officer, "NEED-1", None, now)
    mine = only(asked, FIRST, now)
    late = now + timedelta(minutes=61)
    with pytest.raises(Conflict) as caught:
        take_ups.take(asked, FIRST, mine, late)
    assert caught.value.reason == "take_ups.cannot_follow"
    assert states(asked, late) == [("湖心村镇银行", "lapsed"), ("南浦银行", "offered")]
    next_up = take_up_view.queue(asked, SECOND, late)[0]
    assert next_up.due_at == late + timedelta(days=3)


def test_a_refusal_needs_a_reason_of_the_list_and_explains_itself_to_the_firm_alone(asked, officer, now):
    take_ups.start(asked, officer, "NEED-1", None, now)
    mine = only(asked, FIRST, now)
    take_ups.take(asked, FIRST, mine, now)
    with pytest.raises(InvalidInput) as caught:
        take_ups.refuse(asked, FIRST, mine, "不想贷", None, now)
    assert caught.value.reason == "take_ups.no_such_reason"
    take_ups.refuse(asked, FIRST, mine, "history_short", "满三年可再来", now)
    first, second = take_up_view.line(asked, ITSELF, "NEED-1", now)
    assert (first.state, second.state) == ("refused", "offered")
    assert "经营时间不够" in first.why["zh"][0]
    assert any("成立时长" in one for one in first.why["zh"])
    assert "可请银行复核" in first.why["zh"][2]  # the firm is eleven years old
    assert first.said == "满三年可再来"
    seen = take_up_view.line(asked, officer, "NEED-1", now)
    assert [(one.state, one.reason, one.bank, one.said) for one in seen] == [
        ("closed", None, None, None),
        ("open", None, None, None),
    ]


def test_an_approval_closes_the_line(asked, officer, now):
    take_ups.start(asked, officer, "NEED-1", None, now)
    mine = only(asked, FIRST, now)
    with pytest.raises(Conflict):
        take_ups.approve(asked, FIRST, mine, 1, None, None, now)
    take_ups.take(asked, FIRST, mine, now)
    take_ups.approve(asked, FIRST, mine, 300_000_000, 0.035, None, now)
    assert states(asked, now) == [("湖心村镇银行", "approved"), ("南浦银行", "closed")]
    with pytest.raises(NotFound):
        take_ups.take(asked, SECOND, mine, now)


def test_a_bank_whose_consent_is_withdrawn_sees_and_does_nothing_more(asked, officer, now):
    take_ups.start(asked, officer, "NEED-1", None, now)
    mine = only(asked, FIRST, now)
    consents.withdraw(asked, officer, "CON-BANK-01", now, "不再需要")
    assert take_up_view.queue(asked, FIRST, now) == ()
    with pytest.raises(Conflict) as caught:
        take_ups.take(asked, FIRST, mine, now)
    assert caught.value.reason == "take_ups.consent_gone"


def test_a_spent_quota_passes_the_need_on(asked, officer, now):
    asked.get_one(make.Product, "CHEAP").quota = 0
    take_ups.start(asked, officer, "NEED-1", None, now)
    assert states(asked, now) == [("湖心村镇银行", "closed"), ("南浦银行", "offered")]


def test_a_second_line_waits_for_the_first_and_only_loan_needs_have_one(asked, officer, now):
    take_ups.start(asked, officer, "NEED-1", ["DEAR"], now)
    with pytest.raises(Conflict):
        take_ups.start(asked, officer, "NEED-1", None, now)
    make.a_need(asked, need_id="NEED-2", enterprise_id="ENT-1", kind="space")
    with pytest.raises(InvalidInput):
        take_ups.start(asked, officer, "NEED-2", None, now)
    take_ups.stop(asked, officer, "NEED-1", now)
    with pytest.raises(InvalidInput):
        take_ups.start(asked, officer, "NEED-1", ["NO"], now)
