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
    ("one", "other"),
    [
        ("安庆市湖心中路1号国贸大厦A座301", "安庆市迎江区湖心中路国贸大厦(A座)12楼"),
        ("湖心中路1号国贸大楼A栋", "湖心中路1号安庆国贸大厦Ａ幢"),
        ("湖心中路5号第3幢2层", "湖心中路5号三号楼"),
        ("湖心花园10号楼302室", "湖心花园10幢601室"),
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
