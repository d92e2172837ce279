"""Addresses as people write them, and the towers they name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.domain import tower
from matcher.domain.address import LONGEST, Address, parse, plain


@pytest.mark.parametrize(
    ("text", "road", "number", "building", "floor"),
    [
        ("安徽省安庆市迎江区湖心中路38号湖心花园2号楼4层201室", "湖心中路", "38号", "湖心花园2号楼", 4),
        ("安庆市迎江区湖心大道８９９号远景大厦９楼913室", "湖心大道", "899号", "远景大厦", 9),
        ("上海市杨浦区波阳路16号8号楼291室", "波阳路", "16号", "8号楼", None),
        ("嘉定区嘉新公路835弄25号6幢1173室", "嘉新公路", "835弄25号", "6幢", None),
        ("安庆市湖滨南路388号(菱湖大厦)第十一层", "湖滨南路", "388号", "菱湖大厦", 11),
        ("湖心街道长江北路八十五号", "长江北路", "85号", None, None),
        ("安庆市宜秀区白泽湖乡吴山村54号", None, "54号", None, None),
        ("安庆市迎江区龙狮桥乡", None, None, None, None),
        ("集贤北路与菱湖路交叉口菱湖大厦B座5-9层", "集贤北路", None, "菱湖大厦B座", 5),
        ("安庆市鼓楼东街30号首层", "鼓楼东街", "30号", None, 1),
        ("", None, None, None, None),
    ],
)
def test_the_parts_of_an_address(
    text: str, road: str | None, number: str | None, building: str | None, floor: int | None
) -> None:
    assert parse(text) == Address(road, number, building, floor)


@pytest.mark.parametrize(
    ("text", "road", "number", "building", "floor"),
    [
        # What looks like a road and is none, or is one and looks like none.
        ("安庆市铁路小区22栋2门", None, None, "铁路小区22栋", None),
        ("湖心大道南路41号", "湖心大道南路", "41号", None, None),
        ("一环路北四段16号主楼5层", "一环路北四段", "16号", "主楼", 5),
        ("湖心路东首9号", "湖心路", "9号", None, None),
        ("湖心路菱湖路口远景大厦3楼", "湖心路", None, "远景大厦", 3),
        ("城南十字路口西200米", None, None, None, None),
        ("华天道海泰大厦409室", "华天道", None, "海泰大厦", None),
        ("湖心公路7.8公里处", "湖心公路", None, None, None),
        ("西山村国道324线边", "国道324线", None, None, None),
        # Regions, zones and villages before the road.
        ("梨洲街道工业功能区华昌路2号", "华昌路", "2号", None, None),
        ("北林路街道办事处李庄村97号", None, "97号", None, None),
        ("广州市番禺区南村镇万博二路22号", "万博二路", "22号", None, None),
        ("龙山镇南街4号", "南街", "4号", None, None),
        ("宁乡县玉潭街道万象广场6栋12楼", None, None, "万象广场6栋", 12),
        ("广东佛山华远东路13号", "华远东路", "13号", None, None),
        ("广西宜州市公园东路9号", "公园东路", "9号", None, None),
        ("厦门现代物流园区象屿路8号保税大厦9F", "象屿路", "8号", "保税大厦", 9),
        ("湖心大道中段天马村菱湖创业大厦2楼", "湖心大道中段", None, "菱湖创业大厦", 2),
        # Numbers.
        ("湖心大道特8号", "湖心大道", "特8号", None, None),
        ("湖心路3331号－3335号", "湖心路", "3331号-3335号", None, None),
        # Buildings.
        ("湖心路(聚源市场)5幢1层8-10号", "湖心路", None, "聚源市场5幢", 1),
        ("湖心路16号201室17座", "湖心路", "16号", "17座", None),
        ("湖心路16号内第5幢", "湖心路", "16号", "第5幢", None),
        ("湖心路9楼庆泰大厦9-10号", "湖心路", None, "庆泰大厦", 9),
        ("湖心路国际商品大厦六楼A区A06", "湖心路", None, "国际商品大厦", 6),
        ("湖心路2号珠江广场帝豪大厦1511室", "湖心路", "2号", "珠江广场帝豪大厦", None),
        ("湖心路2号菱湖花园首层", "湖心路", "2号", "菱湖花园", 1),
        ("坪地镇中心白石村", None, None, None, None),
        ("湖心路红旗商场3楼", "湖心路", None, "红旗商场", 3),
    ],
)
def test_addresses_that_once_were_read_wrong(
    text: str, road: str | None, number: str | None, building: str | None, floor: int | None
) -> None:
    assert parse(text) == Address(road, number, building, floor)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("安庆市湖心中路1号国贸大厦A座301", "安庆市迎江区湖心中路国贸大厦(A座)12楼"),
        ("湖心中路1号国贸大楼A栋", "湖心中路1号安庆国贸大厦Ａ幢"),
        ("湖心中路5号第3幢2层", "湖心中路5号三号楼"),
        ("湖心花园10号楼302室", "湖心花园10幢601室"),
        ("湖心中路1号联合广场A栋塔楼", "湖心中路1号联合广场A座"),
        ("湖心中路1号港汇广场写字楼B座", "湖心中路港汇广场B座裙楼3层"),
        ("湖心中路1号天地-企业中心", "湖心中路1号天地企业中心大厦"),
        ("湖心中路1号四川大厦西塔楼", "湖心中路四川大厦西塔"),
    ],
)
def test_two_spellings_of_one_tower_have_one_key(one: str, other: str) -> None:
    assert tower.key("340802", parse(one)) is not None
    assert tower.key("340802", parse(one)) == tower.key("340802", parse(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("湖心中路1号国贸大厦A座", "湖心中路1号国贸大厦B座"),
        ("湖心中路5号3幢", "湖心中路7号3幢"),
        ("湖心花园1幢", "湖心花园11幢"),
        ("湖心花园1-2幢", "湖心花园12幢"),
        ("湖心中路1号四川大厦西塔", "湖心中路1号大厦西塔"),
        ("湖心中路1号国贸大厦", "湖心中路1号工贸大厦"),
    ],
)
def test_two_towers_have_two_keys(one: str, other: str) -> None:
    assert tower.key("340802", parse(one)) != tower.key("340802", parse(other))


def test_a_tower_of_the_same_name_elsewhere_is_another() -> None:
    parts = parse("人民路1号时代大厦")
    assert tower.key("340802", parts) != tower.key("340803", parts)


def test_a_shortened_name_at_the_same_number_speaks_for_one_tower() -> None:
    whole, short = parse("东街43号新都会财经广场8层"), parse("东街43号财经广场21楼")
    assert tower.same_by_evidence(whole, short)
    assert not tower.same_by_evidence(whole, parse("东街45号财经广场21楼"))
    assert not tower.same_by_evidence(whole, parse("东街43号银座21楼"))


def test_an_address_without_a_building_has_no_tower() -> None:
    assert tower.key("340802", parse("湖心中路38号")) is None


@given(st.text(alphabet="湖心路街道号楼层幢座大厦A1一二三()、-第", max_size=60))
def test_any_text_is_read(text: str) -> None:
    parts = parse(text)
    assert parts.floor is None or parts.floor >= 0
    tower.key("", parts)


@pytest.mark.parametrize("piece", ["路", "号", "一", "1-", "(", "大厦", "A座", "小区", "村"])
def test_what_is_no_address_is_cut_before_it_is_read(piece: str) -> None:
    assert len(plain(piece * 100_000)) <= LONGEST
    assert parse(piece * 100_000) == parse(piece * LONGEST)
