"""Whom to ask today: a station over its own firms, a bank over those that consented."""

from __future__ import annotations

import pytest

from matcher.domain.access import Actor, Role
from matcher.errors import Forbidden
from matcher.services import consents
from matcher.services.next_questions import next_questions
from tests import factories as make
from tests import worlds

CRITERIA = [
    {"field": "revenue_wan", "operator": "at_least", "value": 300},
    {"field": "tax_grade", "operator": "at_least", "value": "B"},
]


@pytest.fixture
def world(session):
    make.a_product(session, product_id="LOAN", criteria=CRITERIA)
    make.a_product(session, product_id="BIG", criteria=CRITERIA[:1], amount_fen=900_000_000)
    for key, over in (("ENT-A", {"revenue_fen": None}), ("ENT-B", {"tax_grade": None}), ("ENT-C", {})):
        make.an_enterprise(session, enterprise_id=key, **over)
    make.an_enterprise(session, enterprise_id="ENT-OTHER", revenue_fen=None, station_id="ST-02")
    return session


def test_the_station_learns_which_firm_and_which_fact_settle_most(world, tmp_path, officer, now):
    found = next_questions(world, worlds.compiled(world, tmp_path), officer, 10, False, now)
    assert [(one.enterprise_id, one.questions[0].field, one.settles) for one in found.visits] == [
        ("ENT-A", "revenue", 2),
        ("ENT-B", "tax_grade", 1),
    ]
    assert [(one.field, one.settles, one.amount_yuan) for one in found.fields] == [
        ("revenue", 2, 12_000_000.0),
        ("tax_grade", 1, 3_000_000.0),
    ]


def test_a_bank_asks_only_consenting_firms_and_what_they_keep_back_is_what_it_asks_for(
    world, tmp_path, bank, now
):
    make.a_consent(world, enterprise_id="ENT-C", fields=["name", "tax_grade"])
    found = next_questions(world, worlds.compiled(world, tmp_path), bank, 10, False, now)
    assert [(one.enterprise_id, one.questions[0].field) for one in found.visits] == [("ENT-C", "revenue")]
    itself = Actor("x", Role.ENTERPRISE, "ENT-C")
    assert "disclosure" in {line.action for line in consents.disclosures(world, itself, "ENT-C")}


def test_others_may_not_ask(world, tmp_path, firm, now):
    with pytest.raises(Forbidden):
        next_questions(world, worlds.compiled(world, tmp_path), firm, 10, False, now)
