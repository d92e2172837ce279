from __future__ import annotations

from datetime import timedelta

from matcher.domain import tables
from matcher.domain.party import parties
from matcher.recommend.groups import OpenNeed, pool
from matcher.services import groups
from matcher.services.parties import parties_for
from matcher.text.lexicon import lexicon
from tests import factories as make
from tests import worlds


def test_six_firms_wanting_a_canteen_are_pooled_with_their_heads_added_up(session, tmp_path, officer, now):
    make.a_building(session, building_id=worlds.TOWER, region_code=worlds.STREET)
    for number in range(6):
        firm = make.an_enterprise(
            session,
            enterprise_id=f"ENT-C{number}",
            industry_code="6513",
            region_code=worlds.STREET,
            building_id=worlds.TOWER,
        )
        make.a_need(
            session,
            enterprise_id=firm.enterprise_id,
            text="想和楼里几家一起办个食堂",
            title=None,
            quantity=50.0,
            understood={"topics": ["canteen"]},
        )
    make.an_enterprise(
        session, enterprise_id="ENT-COOK", name="湖心团膳管理有限公司", scope="食堂承包；团膳",
        region_code=worlds.STREET,
    )  # fmt: skip
    make.an_offer(session, enterprise_id="ENT-COOK", title="食堂承包", text="单位食堂托管经营", serves=[])
    found = groups.groups(session, worlds.compiled(session, tmp_path), officer, 3, now)
    (one,) = found.groups
    assert one.group.topic == "canteen"
    assert len(one.group.firms) == 6
    assert one.group.quantity == 300.0
    assert one.group.building == worlds.TOWER
    assert one.suppliers[0].identifier == "ENT-COOK"


def need(number: int, **over: object) -> OpenNeed:
    plain = {"need_id": f"N{number}", "enterprise_id": f"E{number}", "building": f"B{number}"}
    plain |= {"topics": ("canteen",), "street": "湖心街道"}
    return OpenNeed(**(plain | over))


def test_one_firm_asking_three_times_is_no_group():
    assert pool([need(number, enterprise_id="E1") for number in range(3)]) == []


def test_needs_of_other_streets_are_not_pooled():
    assert pool([need(1), need(2), need(3, street="远山街道")]) == []


def test_a_group_of_several_buildings_is_the_street_s():
    (group,) = pool([need(1), need(2), need(3)])
    assert (group.building, group.street, group.quantity) == (None, "湖心街道", None)


def test_a_link_that_many_buy_from_and_nobody_makes_is_a_gap(session, tmp_path, officer, now):
    for _ in range(5):
        make.an_enterprise(session, industry_code="6210")
    found = groups.chain_gaps(session, worlds.compiled(session, tmp_path), officer, 5, now)
    divisions = [one.gap.division for one in found.gaps]
    assert divisions
    assert "62" not in divisions
    assert all(one.gap.buyers == 5 for one in found.gaps)
    assert all(one.industry != one.gap.division for one in found.gaps)


def test_charging_piles_bring_supplier_property_power_and_fire_to_one_table(session, tmp_path, officer, now):
    make.a_building(session, building_id=worlds.TOWER, region_code=worlds.STREET)
    make.a_building(session, building_id=worlds.SIDE_TOWER, region_code=worlds.STREET)
    place = {"region_code": worlds.STREET, "building_id": worlds.TOWER}
    side = place | {"building_id": worlds.SIDE_TOWER}
    for identifier, name, trade, where in (
        ("ENT-CARS", "湖心汽车销售有限公司", "5261", place),
        ("ENT-PILES", "湖心充电科技有限公司", "4910", side),
        ("ENT-HOUSE", "湖心大厦物业有限公司", "7020", place),
        ("ENT-HOUSE-2", "湖滨物业有限公司", "7020", side),
        ("ENT-POWER", "湖心供电公司", "4420", side),
        ("ENT-FIRE", "湖心消防救援大队", "9291", side),
    ):
        make.an_enterprise(
            session, enterprise_id=identifier, name=name, industry_code=trade, scope="", **where
        )
    make.an_offer(
        session,
        enterprise_id="ENT-PILES",
        title="充电桩安装",
        text="电动汽车充电桩供货安装",
        industry_code="4910",
        serves=[],
    )
    make.a_need(
        session,
        need_id="NEED-PILES",
        enterprise_id="ENT-CARS",
        text="门店想装充电桩，物业、供电、消防都要点头",
        title=None,
        industry_code=None,
        understood={"topics": ["charging_permit"], "parties": ["supplier", "property", "power", "fire"]},
    )
    table = parties_for(session, worlds.compiled(session, tmp_path), officer, "NEED-PILES", 3, now)
    first = {seat.role: seat.candidates[0].identifier for seat in table.seats}
    assert first == {
        "supplier": "ENT-PILES",
        "property": "ENT-HOUSE",
        "power": "ENT-POWER",
        "fire": "ENT-FIRE",
    }


def test_every_role_that_the_lexicon_names_is_known():
    named = {role for topic in lexicon().topics.values() for role in topic.parties}
    assert named <= set(parties())
    assert len(list(tables.rows("parties.csv"))) == len(parties())


def test_a_need_typed_after_the_snapshot_is_pooled_too(session, tmp_path, officer, now):
    graph = worlds.compiled(session, tmp_path)
    for _ in range(3):
        firm = make.an_enterprise(session, region_code=worlds.STREET)
        make.a_need(session, enterprise_id=firm.enterprise_id, understood={"topics": ["canteen"]},
                    created_at=now + timedelta(minutes=1))  # fmt: skip
    assert len(groups.groups(session, graph, officer, 3, now).groups) == 1
