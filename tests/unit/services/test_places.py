"""Places that nobody gave: read from the address, two firms make a tower, a merge can be undone."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from matcher.domain.access import Actor, Role
from matcher.errors import Conflict, NotFound
from matcher.services import building_merges, places
from matcher.storage.enterprises import Building
from tests.factories import NOW, REGION, STATION, a_building, an_enterprise

OFFICER = Actor("acc-1", Role.OFFICER, STATION)
TOWER = "安徽省安庆市迎江区湖心中路1号国贸大厦A座301室"


def a_firm(session, address, **over):
    values = {"address": address, "floor": None, "building_id": None}
    return an_enterprise(session, **(values | over))


def read_all(session):
    after = ""
    while rows := places.unread_after(session, after):
        places.write(session, places.read(rows), NOW)
        after = rows[-1].enterprise_id
    known, key, housed = places.known_buildings(session), "", 0
    while key is not None:
        key, put = places.settle_next(session, known, NOW, key)
        housed += put
    session.expire_all()
    return housed


def test_no_chunk_of_towers_goes_through_all_enterprises(session, engine):
    """SQLite, left to choose, walks all ids for their order, and all that have no building for their keys."""
    if engine.dialect.name != "sqlite":
        pytest.skip("the choice is SQLite's")
    for floor in (3, 5):
        a_firm(session, f"安徽省安庆市迎江区湖心中路1号国贸大厦A座{floor}01室")
    asked = []
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    assert read_all(session) == 2
    reads = [one for one in asked if one[0].startswith("SELECT") and "enterprises.place_key IN" in one[0]]
    reads += [one for one in asked if "GROUP BY enterprises.place_key" in one[0]]
    raw = session.connection().exec_driver_sql
    plans = [raw(f"EXPLAIN QUERY PLAN {text}", told).all() for text, told in reads]
    steps = " ".join(row[3] for plan in plans for row in plan)
    assert len(reads) >= 2
    assert "SCAN" not in steps
    assert "ix_enterprises_building_id" not in steps


def test_two_firms_of_one_tower_are_neighbours_whatever_the_spelling(session):
    one = a_firm(session, TOWER)
    other = a_firm(session, "安庆市迎江区湖心中路1号国贸大楼(A栋)5楼")
    assert read_all(session) == 2
    assert one.building_id is not None
    assert one.building_id == other.building_id
    assert (other.floor, other.place_inferred) == ("5", True)
    building = session.get_one(Building, one.building_id)
    assert {building.name, *building.aliases} == {"国贸大厦A座", "国贸大楼A栋"}
    assert (building.address, building.station_id) == ("湖心中路1号", STATION)


def test_a_block_without_a_name_is_called_by_its_road_and_number(session):
    one, other = a_firm(session, "安庆市湖心中路5号3幢2层"), a_firm(session, "湖心中路5号三号楼")
    read_all(session)
    building = session.get_one(Building, one.building_id)
    assert building.name == "湖心中路5号3幢"
    late = a_firm(session, "湖心中路5号第3幢")
    assert read_all(session) == 1
    assert {other.building_id, late.building_id} == {building.building_id}


def test_one_firm_alone_makes_no_building_but_joins_a_known_one(session):
    alone = a_firm(session, TOWER)
    assert read_all(session) == 0
    assert alone.building_id is None
    known = a_building(session, name="远景大厦", address="湖心大道9号")
    late = a_firm(session, "安庆市迎江区湖心大道9号远景大楼3层")
    assert read_all(session) == 1
    assert late.building_id == known.building_id


def test_a_given_place_is_never_touched(session):
    known = a_building(session, name="远景大厦")
    given = a_firm(session, TOWER, building_id=known.building_id, floor="7", region_code=REGION)
    a_firm(session, TOWER)
    a_firm(session, TOWER)
    read_all(session)
    assert (given.building_id, given.floor, given.place_inferred) == (known.building_id, "7", False)


def test_an_unknown_region_is_read_from_the_address(session):
    firm = a_firm(session, "安徽省安庆市迎江区湖心中路1号", region_code=None)
    read_all(session)
    assert (firm.region_code, firm.place_inferred) == ("340802", True)


def test_a_new_address_is_read_anew(session):
    one, other = a_firm(session, TOWER), a_firm(session, TOWER)
    read_all(session)
    moved = a_firm(session, "湖心大道9号远景大厦3层"), a_firm(session, "湖心大道9号远景大厦4层")
    one.address, one.place_key = "湖心大道9号远景大厦12层", places.CHANGED
    session.flush()
    read_all(session)
    assert one.building_id == moved[0].building_id != other.building_id
    assert one.floor == "12"


def two_towers(session):
    whole = a_building(session, name="新都会财经广场", address="东街43号")
    short = a_building(session, name="财经广场", address="东街43号")
    firms = [an_enterprise(session, building_id=short.building_id) for _ in range(2)]
    an_enterprise(session, building_id=whole.building_id)
    for _ in range(2):
        an_enterprise(session, building_id=whole.building_id)
    return whole, short, firms


def test_a_pair_is_offered_with_its_evidence_merged_and_parted_again(session):
    whole, short, firms = two_towers(session)
    stayed = short.building_id
    (pair,) = building_merges.candidates(session, OFFICER)
    assert (pair.kept_id, pair.gone_id) == (whole.building_id, short.building_id)
    assert pair.evidence == (building_merges.SAME_HOUSE,)
    done = building_merges.merge(session, OFFICER, pair.kept_id, pair.gone_id, NOW)
    session.expire_all()
    assert {firm.building_id for firm in firms} == {whole.building_id}
    assert whole.aliases == ["财经广场"]
    assert session.get(Building, stayed) is None
    building_merges.undo(session, OFFICER, done.merge_id, NOW)
    session.expire_all()
    assert {firm.building_id for firm in firms} == {stayed}
    assert whole.aliases == []
    assert building_merges.candidates(session, OFFICER) == []  # parted by a person: not offered again
    with pytest.raises(Conflict):
        building_merges.undo(session, OFFICER, done.merge_id, NOW)


def test_only_the_own_station_merges(session):
    whole, short, _ = two_towers(session)
    stranger = Actor("acc-2", Role.OFFICER, "ST-02")
    assert building_merges.candidates(session, stranger) == []
    with pytest.raises(NotFound):
        building_merges.merge(session, stranger, whole.building_id, short.building_id, NOW)
    with pytest.raises(Conflict):
        building_merges.merge(session, OFFICER, whole.building_id, whole.building_id, NOW)
