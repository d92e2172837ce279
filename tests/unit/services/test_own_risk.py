"""A bank's own decisions order its own list: off by default, no personal figures, reasons given."""

from __future__ import annotations

import pytest

from matcher.domain.access import Actor, Role
from matcher.errors import Conflict, InvalidInput
from matcher.services import finance, own_risk
from matcher.services.own_risk import Decision
from tests import factories as make
from tests import worlds

OTHER = Actor("b2", Role.BANK, "BANK-02")


def past(number: int) -> list[Decision]:
    """Small revenue ended badly."""
    return [
        Decision(
            f"D{place}", {"revenue": 1e6 + place * 1e5, "age_months": 30 + place % 7}, place < number // 2
        )
        for place in range(number)
    ]


def page(session, graph, bank, now):
    found = finance.eligible_firms(session, graph, bank, "LOAN", 10, None, now, True)
    return [(one.enterprise_id, one.risk) for one in found.firms]


@pytest.fixture
def firms(session):
    make.a_product(session, product_id="LOAN", criteria=[])
    for key, revenue in (("ENT-SMALL", 100_000_000), ("ENT-LARGE", 900_000_000)):
        make.an_enterprise(session, enterprise_id=key, revenue_fen=revenue)
        make.a_consent(session, enterprise_id=key, fields=["name", "revenue", "founded_on"])
    return session


def test_it_is_off_until_the_bank_says_so_and_then_orders_with_reasons(firms, tmp_path, bank, now):
    graph = worlds.compiled(firms, tmp_path)
    own_risk.record(firms, bank, past(60), now)
    with pytest.raises(Conflict) as caught:
        page(firms, graph, bank, now)
    assert caught.value.reason == "risk.off"
    own_risk.switch(firms, bank, True, now)
    with pytest.raises(Conflict):
        page(firms, graph, bank, now)
    assert own_risk.learn_waiting(firms, now) == {"banks": 1}
    (first, low), (last, high) = page(firms, graph, bank, now)
    assert (first, last) == ("ENT-LARGE", "ENT-SMALL")
    assert low.probability < 0.5 < high.probability
    assert high.reasons[0].figure == "revenue"
    assert high.reasons[0].sentence["zh"] == "年营业收入使风险偏高"
    assert own_risk.waiting(firms) == []


def test_another_bank_s_decisions_teach_nothing(firms, tmp_path, bank, now):
    own_risk.record(firms, bank, past(60), now)
    own_risk.switch(firms, OTHER, True, now)
    assert own_risk.learn_waiting(firms, now) == {"banks": 0}
    assert own_risk.standing(firms, OTHER).good == 0


def test_a_person_s_attribute_cannot_get_in(firms, bank, now):
    for name in ("age", "gender", "legal_representative", "region"):
        with pytest.raises(InvalidInput) as caught:
            own_risk.record(firms, bank, [Decision("D", {name: 1}, False)], now)
        assert caught.value.reason == "risk.no_such_figure"


def test_its_honesty_is_shown_on_decisions_left_out_and_all_can_be_forgotten(firms, bank, now):
    own_risk.record(firms, bank, past(60), now)
    own_risk.switch(firms, bank, True, now)
    own_risk.learn_waiting(firms, now)
    found = own_risk.standing(firms, bank)
    assert found.auc > 0.9
    assert sum(one["decisions"] for one in found.calibration) == 60
    assert own_risk.forget(firms, bank, now) == 60
    after = own_risk.standing(firms, bank)
    assert (after.good, after.bad, after.switched_on, after.learned_at) == (0, 0, False, None)


def test_too_few_decisions_teach_nothing(firms, bank, now):
    own_risk.record(firms, bank, past(12), now)
    own_risk.switch(firms, bank, True, now)
    assert own_risk.learn_waiting(firms, now) == {"banks": 0}
