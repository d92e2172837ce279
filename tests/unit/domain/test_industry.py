"""Promises about the classification of industries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.domain import industry


def test_the_standard_has_20_sections_97_divisions_473_groups_1381_classes():
    assert [len(industry.all_codes(level)) for level in (1, 2, 3, 4)] == [20, 97, 473, 1381]


def test_every_code_but_a_section_lies_under_the_code_it_begins_with():
    for code, found in industry.table().items():
        if found.level == industry.SECTION:
            assert found.parent is None
        elif found.level == industry.DIVISION:
            assert found.parent is not None
            assert found.parent in industry.all_codes(1)
        else:
            assert found.parent == code[:-1]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0111", "0111"),
        ("A0111", "0111"),
        ("ａ０１１１", "0111"),
        (" 01 11 ", "0111"),
        ("C", "C"),
        ("c36", "36"),
        ("C0111", None),
        ("0199", None),
        ("11111", None),
        ("餐饮", None),
        ("", None),
    ],
)
def test_codes_are_read_as_people_write_them(text, code):
    assert industry.normalize(text) == code


def test_ancestors_go_up_to_the_section():
    assert industry.ancestors("0111") == ("011", "01", "A")
    assert industry.ancestors("A") == ()
    assert industry.ancestors("none") == ()
    assert (industry.division("0111"), industry.section("0111")) == ("01", "A")
    assert industry.division("A") is None


def test_children_and_classes_lie_below():
    assert industry.children("62") == ("621", "622", "623", "624", "629")
    assert industry.classes("621") == ("6210",)
    assert len(industry.classes("C")) > 500
    assert industry.classes("none") == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("汽车零部件及配件制造", "3670"),
        ("餐饮业", "62"),
        ("餐饮", "62"),
        ("食品、饮料、烟草及饲料生产专用设备制造", "353"),
        ("食品饮料烟草及饲料生产专用设备制造", "353"),
        ("物业管理", "7020"),
        ("没有这个行业", None),
        ("", None),
    ],
)
def test_an_industry_is_found_by_its_name(name, code):
    assert industry.by_name(name) == code


def test_a_name_used_twice_is_used_along_one_line_of_the_tree():
    seen = {}
    for code, found in industry.table().items():
        other = seen.setdefault(found.name, code)
        assert other == code or other in industry.ancestors(code)
        seen[found.name] = code


def test_a_search_gives_the_nearest_names_first():
    found = industry.search("汽车零部件", 5)
    assert found[0].industry.code == "3670"
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert industry.search("正餐服务", 1)[0].score == 1.0
    assert industry.search("   ") == []


@pytest.mark.parametrize(
    ("a", "b", "nearness"),
    [
        ("0111", "0111", 1.0),
        ("0111", "0112", 0.8),
        ("0111", "0121", 0.6),
        ("0111", "0211", 0.3),
        ("0111", "3670", 0.0),
        ("62", "6210", 0.6),
        ("none", "none", 0.0),
        ("0111", "none", 0.0),
    ],
)
def test_nearness_follows_the_tree(a, b, nearness):
    assert industry.similarity(a, b) == nearness


@given(st.sampled_from(industry.all_codes(4)), st.sampled_from(industry.all_codes(4)))
def test_nearness_is_the_same_from_both_sides(a, b):
    assert industry.similarity(a, b) == industry.similarity(b, a)


@given(st.text())
def test_any_text_is_read_without_failing(text):
    code = industry.normalize(text)
    assert code is None or industry.get(code) is not None
    industry.by_name(text)
