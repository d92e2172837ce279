"""The landlord's view: firms for a space, holding it until a day, transition offices for newcomers."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.errors import Conflict, InvalidInput, NotFound
from matcher.services import finance, holds
from matcher.services.holds import HoldForm
from matcher.services.tenants import tenants
from tests import factories as make
from tests import worlds


@pytest.fixture
def tower(session):
    make.a_building(session, building_id="BLD-T", name="湖心大厦")
    over = {"kind": "space", "owner": "OWNER", "building_id": "BLD-T", "criteria": [], "rate": None}
    make.a_product(session, product_id="SP-8", title="八层", area_m2=200.0, rent_fen=5_000, **over)
    make.a_product(session, product_id="SP-T", title="过渡间", area_m2=60.0, transitional=True, **over)
    for key, founded in (("ENT-SEEK", date(2015, 1, 1)), ("ENT-NEW", date(2026, 9, 1))):
        make.an_enterprise(session, enterprise_id=key, founded_on=founded)
    make.an_enterprise(session, enterprise_id="ENT-SETTLED", building_id="BLD-T")
    make.a_need(
        session,
        need_id="NEED-ROOM",
        enterprise_id="ENT-SEEK",
        text="找200平方米办公室",
        kind="space",
        understood={"slots": [{"name": "area_m2", "value": 200}]},
    )
    return session


def test_the_firm_that_seeks_comes_first_and_settled_ones_are_left_alone(tower, tmp_path, officer, now):
    graph = worlds.compiled(tower, tmp_path)
    found = tenants(tower, graph, officer, "SP-8", 10, now)
    assert [(one.enterprise_id, one.seeks, one.newcomer) for one in found.items][:2] == [
        ("ENT-SEEK", True, True),
        ("ENT-NEW", False, True),
    ]
    assert "ENT-SETTLED" not in {one.enterprise_id for one in found.items}
    assert found.items[0].offered_m2 == 200.0


def test_a_transition_office_is_for_newcomers(tower, tmp_path, officer, now):
    graph = worlds.compiled(tower, tmp_path)
    fits = finance.spaces_for(tower, graph, officer, "ENT-NEW", now).fits
    keys = {reason.key for fit in fits if fit.product.product_id == "SP-T" for reason in fit.pros}
    assert "spaces.pro_transitional" in keys
    fits = finance.spaces_for(tower, graph, officer, "ENT-SETTLED", now).fits
    keys = {reason.key for fit in fits if fit.product.product_id == "SP-T" for reason in fit.cons}
    assert "spaces.con_transitional" in keys


def test_a_held_space_goes_to_nobody_else_until_it_is_let_go(tower, tmp_path, officer, now):
    graph = worlds.compiled(tower, tmp_path)
    held = holds.hold(tower, officer, "SP-8", HoldForm("ENT-NEW"), now)
    assert held.until == date(2026, 12, 6)
    with pytest.raises(Conflict) as caught:
        holds.hold(tower, officer, "SP-8", HoldForm("ENT-SEEK"), now)
    assert caught.value.reason == "spaces.not_free"

    def offered(key: str) -> float | None:
        fits = finance.spaces_for(tower, graph, officer, key, now).fits
        return next(fit.room.area_m2 for fit in fits if fit.product.product_id == "SP-8" and fit.room)

    assert (offered("ENT-NEW"), offered("ENT-SEEK")) == (200.0, 0.0)
    holds.release(tower, officer, held.hold_id, now)
    assert offered("ENT-SEEK") == 200.0


def test_a_day_past_the_hold_period_and_a_part_of_what_cannot_be_split_are_refused(tower, officer, now):
    with pytest.raises(InvalidInput) as caught:
        holds.hold(tower, officer, "SP-8", HoldForm("ENT-NEW", until=date(2027, 6, 1)), now)
    assert caught.value.reason == "spaces.bad_day"
    with pytest.raises(InvalidInput) as caught:
        holds.hold(tower, officer, "SP-8", HoldForm("ENT-NEW", area_m2=50.0), now)
    assert caught.value.reason == "spaces.cannot_split"


def test_a_space_in_another_station_s_building_looks_like_none(tower, officer, now):
    make.a_building(tower, building_id="BLD-FAR", station_id="ST-02")
    make.a_product(tower, product_id="SP-FAR", kind="space", owner="OWNER", building_id="BLD-FAR")
    with pytest.raises(NotFound):
        holds.hold(tower, officer, "SP-FAR", HoldForm("ENT-NEW"), now)
