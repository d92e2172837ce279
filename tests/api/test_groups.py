"""Pooled needs, missing links and the parties of a need over HTTP."""

import pytest

from matcher.domain.access import Role
from tests import factories as make
from tests import worlds


@pytest.fixture
def canteen(service):
    from matcher.build.compile import compile_snapshot
    from matcher.graph.snapshot import publish
    from tests.factories import NOW

    def rows(session) -> None:
        make.a_building(session, building_id=worlds.TOWER, name="湖心大厦", region_code=worlds.STREET)
        for number in range(6):
            firm = f"ENT-C{number}"
            place = {"region_code": worlds.STREET, "building_id": worlds.TOWER}
            make.an_enterprise(session, enterprise_id=firm, industry_code="6513", **place)
            make.a_need(
                session,
                need_id=f"N{number}",
                enterprise_id=firm,
                text="想和楼里几家一起办个食堂",
                title=None,
                quantity=50.0,
                understood={"topics": ["canteen"], "parties": ["supplier", "property"]},
            )
        cook = {"name": "湖心团膳管理有限公司", "scope": "食堂承包；团膳", "region_code": worlds.STREET}
        make.an_enterprise(session, enterprise_id="ENT-COOK", **cook)
        make.an_offer(session, enterprise_id="ENT-COOK", title="食堂承包", text="单位食堂托管", serves=[])

    service.change(rows)
    folder = service.wiring.settings.snapshots
    with service.wiring.store.reading.begin() as session:
        publish(folder, compile_snapshot(session, folder, NOW), 1)
    return service


def test_six_firms_wanting_a_canteen_are_one_group_with_its_cook(canteen) -> None:
    found = canteen.client(Role.OFFICER).get("/v1/groups").json
    (group,) = found["items"]
    assert len(group["members"]) == 6
    assert group["quantity"] == 300.0
    assert group["place"] == "湖心大厦"
    assert "湖心大厦有 6 家企业" in group["sentence"]["zh"]
    assert group["suppliers"][0]["enterprise_id"] == "ENT-COOK"
    assert found["snapshot_id"]
    assert canteen.client(Role.ENTERPRISE).get("/v1/groups").status_code == 403


def test_missing_links_are_named_in_both_languages(canteen) -> None:
    gaps = canteen.client(Role.OFFICER).get("/v1/chain-gaps?n=3").json["items"]
    assert len(gaps) == 3
    assert all(gap["industry"]["zh"] and gap["sentence"]["en"] for gap in gaps)


def test_a_need_of_several_parties_names_each_with_who_could_take_it(canteen) -> None:
    table = canteen.client(Role.OFFICER).get("/v1/needs/N0/parties").json
    assert [seat["role"] for seat in table["items"]] == ["supplier", "property"]
    assert table["items"][1]["names"]["zh"] == "物业"
    assert table["items"][0]["candidates"][0]["enterprise_id"] == "ENT-COOK"
    assert canteen.client(Role.ENTERPRISE).get("/v1/needs/N0/parties").status_code == 404
