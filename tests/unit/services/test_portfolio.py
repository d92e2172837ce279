"""A station's loan needs spread over the banks its firms consented to, and put to them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matcher.domain.access import Actor, Role
from matcher.services import portfolio, take_up_view
from tests import factories as make

AGE = {"field": "age_months", "operator": "at_least", "value": 24}


@pytest.fixture
def needs(session, now):
    make.a_product(session, product_id="P", criteria=[AGE], quota=1)
    for place, name in enumerate(("LONG", "SHORT", "SILENT")):
        make.an_enterprise(session, enterprise_id=f"ENT-{name}", name=f"{name}公司")
        make.a_need(
            session,
            need_id=f"NEED-{name}",
            enterprise_id=f"ENT-{name}",
            kind="financing",
            created_at=now - timedelta(days=30 - place),
        )
        if name != "SILENT":
            make.a_consent(session, enterprise_id=f"ENT-{name}")
    return session


def test_with_one_place_the_firm_that_waits_longest_gets_it_and_each_is_told_why(needs, officer, now):
    found = portfolio.plan(needs, officer, now)
    told = {one.enterprise_id: (one.product_id, one.why["zh"]) for one in found.items}
    assert told["ENT-LONG"][0] == "P"
    assert told["ENT-SHORT"][0] is None
    assert "名额已满" in told["ENT-SHORT"][1]
    assert "授权" in told["ENT-SILENT"][1]
    assert (found.served, found.proven, found.envies) == (1, True, 0)
    assert [(bank.places, bank.firms) for bank in found.banks] == [(1, 1)]


def test_started_it_reaches_the_bank_and_the_next_plan_leaves_it_alone(needs, officer, now):
    portfolio.start(needs, officer, now)
    queue = take_up_view.queue(needs, Actor("b", Role.BANK, "BANK-01"), now)
    assert [item.enterprise_id for item in queue] == ["ENT-LONG"]
    again = portfolio.plan(needs, officer, now)
    assert "ENT-LONG" not in {one.enterprise_id for one in again.items}
    assert again.served == 0
