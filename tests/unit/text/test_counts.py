from __future__ import annotations

import pytest

from matcher.domain.need import NeedKind
from matcher.text import counts_english
from matcher.text.counts import counts

COUNTS = [
    ("招30个普工", "headcount", None, 30),
    ("外贸业务员两三个", "headcount", 2, 3),
    ("楼里100多员工", "headcount", None, 100),
    ("人数15人", "headcount", None, 15),
    ("租20个车位给员工", "quantity", None, 20),
    ("员工有90个", "headcount", None, 90),
    ("60到80平方", "area_m2", 60.0, 80.0),
    ("买10亩地", "area_m2", None, 6667.0),
    ("转让一个专利", "quantity", None, 1),
    ("20片", "quantity", None, 20),
    ("库存3万条毛巾", "quantity", None, 30_000),
    ("新招了12名毕业生", "own_headcount", None, 12),
    ("租了90平", "own_area_m2", None, 90.0),
]
ENGLISH = [
    ("hire five software engineers", "headcount", None, 5),
    ("10 to 15 interns", "headcount", 10, 15),
    ("12 children during the holiday", "headcount", None, 12),
    ("buy 200 chairs", "quantity", None, 200),
    ("refuses 6 charging piles", "quantity", None, 6),
    ("120 m2 shop", "area_m2", None, 120.0),
]


@pytest.mark.parametrize(("text", "name", "low", "value"), COUNTS)
def test_a_count_is_read_with_both_ends(text: str, name: str, low: float | None, value: float) -> None:
    assert [(slot.name, slot.low, slot.value) for slot in counts(text)] == [(name, low, value)]


@pytest.mark.parametrize(("text", "name", "low", "value"), ENGLISH)
def test_an_english_count_is_read(text: str, name: str, low: float | None, value: float) -> None:
    assert [(slot.name, slot.low, slot.value) for slot in counts_english.counts(text)] == [(name, low, value)]


def test_people_are_counted_where_people_are_sought() -> None:
    assert [slot.name for slot in counts("要6个,三天到岗", NeedKind.RECRUITMENT)] == ["headcount"]


@pytest.mark.parametrize(
    "text", ["找一家包装厂", "租一间办公室", "岗位8个", "5个岗位", "三个月", "within 2 weeks", "3 cities"]
)
def test_what_says_no_number_is_not_counted(text: str) -> None:
    assert [*counts(text), *counts_english.counts(text)] == []


def test_the_staff_a_firm_has_gives_way_to_those_it_hires() -> None:
    found = counts("公司现有员工120人,再招15名技术员", NeedKind.RECRUITMENT)
    assert max(found, key=lambda slot: slot.confidence).value == 15
