"""Promises about regions and about recognising them in Chinese text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.domain import place


def name_found(text):
    found = place.find(text)
    return None if found is None else place.full_name(found.code)


def test_the_table_holds_31_provinces_342_cities_2978_districts_41352_streets():
    levels = [len(code) for province in place.children("") for code in (province, *place.below(province))]
    assert [levels.count(digits) for digits in (2, 4, 6, 9)] == [31, 342, 2978, 41352]


def test_a_region_knows_its_level_and_what_lies_above():
    street = place.region("340802001")
    assert street == place.Region("340802001", "宜城路街道", place.STREET, "340802")
    assert place.ancestors("340802001") == ("340802", "3408", "34")
    assert place.region("34") == place.Region("34", "安徽省", place.PROVINCE, None)


@pytest.mark.parametrize(
    ("padded", "code"), [("340000", "34"), ("340800", "3408"), ("340802001000", "340802001")]
)
def test_codes_filled_up_with_zeros_mean_the_region_itself(padded, code):
    assert place.region(padded) == place.region(code)


@pytest.mark.parametrize("code", ["", "99", "3", "349999", "abc"])
def test_there_is_no_region_for_an_unknown_code(code):
    assert place.region(code) is None
    assert place.full_name(code) is None
    assert place.ancestors(code) == ()


def test_within_asks_whether_one_region_holds_another():
    assert place.within("340802001", "34")
    assert place.within("340802", "340800")
    assert place.within("34", "34")
    assert not place.within("34", "340802")
    assert not place.within("340802", "32")
    assert not place.within("999999", "34")
    assert not place.within("340802", "")


def test_children_are_the_regions_one_level_down():
    assert "340802" in place.children("3408")
    assert all(len(code) == 6 for code in place.children("3408"))
    assert place.children("340802001") == ()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("340802001", "安徽省安庆市迎江区宜城路街道"),
        ("310104", "上海市徐汇区"),
        ("441900", "广东省东莞市"),
        ("429004", "湖北省仙桃市"),
        ("419001001", "河南省济源市沁园街道"),
    ],
)
def test_a_full_name_reads_as_people_write_it(code, name):
    assert place.full_name(code) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("安徽省安庆市迎江区宜城路街道孝肃路12号", "安徽省安庆市迎江区宜城路街道"),
        ("安徽省 安庆市 迎江区 宜城路办事处", "安徽省安庆市迎江区宜城路街道"),
        ("安徽安庆迎江", "安徽省安庆市迎江区"),
        ("安庆市龙狮桥乡", "安徽省安庆市迎江区龙狮桥乡"),
        ("北京市朝阳区建国路88号", "北京市朝阳区"),
        ("北京朝阳", "北京市朝阳区"),
        ("上海市静安区南京西路1266号", "上海市静安区"),
        ("上海浦东张江", "上海市浦东新区张江镇"),
        ("天津市河北区", "天津市河北区"),
        ("重庆渝中区", "重庆市渝中区"),
        ("吉林省吉林市昌邑区", "吉林省吉林市昌邑区"),
        ("吉林", "吉林省"),
        ("内蒙古呼和浩特", "内蒙古自治区呼和浩特市"),
        ("新疆乌鲁木齐天山区", "新疆维吾尔自治区乌鲁木齐市天山区"),
        ("黔东南凯里", "贵州省黔东南苗族侗族自治州凯里市"),
        ("广东东莞长安镇", "广东省东莞市长安镇"),
        ("湖北仙桃市", "湖北省仙桃市"),
        ("石河子", "新疆维吾尔自治区石河子市"),
        ("海安县海安镇江海东路10号", "江苏省南通市海安市海安镇"),
        ("昆山开发区", "江苏省苏州市昆山市"),
        ("我们在合肥，想找苏州的供应商", "安徽省合肥市"),
    ],
)
def test_a_region_is_found_in_an_address_or_a_sentence(text, name):
    assert name_found(text) == name


@pytest.mark.parametrize("text", ["西湖区文三路", "鼓楼区", "朝阳区", "市中区"])
def test_a_name_that_several_regions_share_is_not_guessed(text):
    assert place.find(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("杭州西湖区", "浙江省杭州市西湖区"),
        ("南昌西湖区", "江西省南昌市西湖区"),
        ("南京鼓楼区", "江苏省南京市鼓楼区"),
        ("攀枝花东区", "四川省攀枝花市东区"),
    ],
)
def test_a_shared_name_is_clear_right_of_its_city(text, name):
    assert name_found(text) == name


@pytest.mark.parametrize(
    "text", ["", "充电桩", "南京东路", "长沙路8号", "江西乡", "东方市场", "清新县", "宜城路", "中山路"]
)
def test_roads_villages_and_everyday_words_are_no_regions(text):
    assert place.find(text) is None


def test_a_house_in_a_road_does_not_name_the_street_office_of_that_road():
    assert name_found("安庆市迎江区宜城路12号") == "安徽省安庆市迎江区"


@given(st.text(alphabet="安庆市迎江区北京朝阳东西南路街道县州长沙新海0 ", max_size=60))
def test_any_text_gives_a_known_region_or_none(text):
    found = place.find(text)
    assert found is None or place.region(found.code) == found
    assert found is None or found.name not in place.PLACEHOLDERS
