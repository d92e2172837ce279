"""Promises about the size classes of 2017, against the table written out again in its own words."""

import math
from decimal import Decimal

import pytest

from matcher.domain import industry
from matcher.domain.size_class import NOT_COVERED, RANK, SizeClass, SizeRange, scope_of, size_class

# A class code of each industry of the table, then "indicator: micro < small < medium < large".
# X persons, Y revenue and Z assets in 万元.
TABLE = """
0111 农林牧渔 Y 50 500 20000
3670 工业 X 20 300 1000 | Y 300 2000 40000
4710 建筑 Y 300 6000 80000 | Z 300 5000 80000
5121 批发 X 5 20 200 | Y 1000 5000 40000
5212 零售 X 10 50 300 | Y 100 500 20000
5431 交通运输 X 20 300 1000 | Y 200 3000 30000
5920 仓储 X 20 100 200 | Y 100 1000 30000
6020 邮政 X 20 300 1000 | Y 100 2000 30000
6110 住宿 X 10 100 300 | Y 100 2000 10000
6210 餐饮 X 10 100 300 | Y 100 2000 10000
6312 信息传输 X 10 100 2000 | Y 100 1000 100000
6513 软件 X 10 100 300 | Y 50 1000 10000
7010 房地产开发 Y 100 1000 200000 | Z 2000 5000 10000
7020 物业 X 100 300 1000 | Y 500 1000 5000
7251 租赁和商务 X 10 100 300 | Z 100 8000 120000
7484 其他 X 10 100 300
"""
CLASSES = [SizeClass.MICRO, SizeClass.SMALL, SizeClass.MEDIUM, SizeClass.LARGE]


def table():
    for line in TABLE.strip().splitlines():
        code, _, rest = line.split(" ", 2)
        yield code, {part.split()[0]: [int(n) for n in part.split()[1:]] for part in rest.split("|")}


def judged(code, **values):
    """The class with every indicator not named far up."""
    given = {"X": 10**9, "Y": 10**9, "Z": 10**9} | values
    return size_class(code, given["X"], given["Y"] * 10_000, given["Z"] * 10_000)


BOUNDARIES = [
    (code, indicator, limit + step, CLASSES[place + (step >= 0)])
    for code, indicators in table()
    for indicator, limits in indicators.items()
    for place, limit in enumerate(limits)
    for step in (-1, 0, 1)
]


def test_the_table_has_ninety_limits():
    assert len(BOUNDARIES) == 270


@pytest.mark.parametrize(("code", "indicator", "value", "expected"), BOUNDARIES)
def test_each_limit_belongs_to_the_class_above_it(code, indicator, value, expected):
    assert judged(code, **{indicator: value}) == SizeRange(expected, expected)


@pytest.mark.parametrize(("code", "indicators"), list(table()))
def test_one_indicator_a_class_higher_changes_nothing(code, indicators):
    for place, size in enumerate(CLASSES[:-1]):
        inside = {name: limits[place] - 1 for name, limits in indicators.items()}
        for name, limits in indicators.items():
            if len(indicators) > 1:
                assert judged(code, **(inside | {name: limits[place]})).certain is size
    # ... and a firm that is micro by one indicator is micro, however large by the other.
    for name in indicators:
        assert judged(code, **{name: 0}).certain is SizeClass.MICRO


@pytest.mark.parametrize(("code", "indicators"), list(table()))
def test_a_missing_indicator_leaves_a_range_from_micro_up(code, indicators):
    if len(indicators) == 1:
        assert size_class(code, None, None, None) == SizeRange(SizeClass.MICRO, SizeClass.LARGE)
        return
    known, limits = next(iter(indicators.items()))
    given = {"X": None, "Y": None, "Z": None} | {known: limits[1]}
    yuan = {name: None if value is None else value * 10_000 for name, value in given.items()}
    answer = size_class(code, given["X"], yuan["Y"], yuan["Z"])
    assert answer == SizeRange(SizeClass.MICRO, SizeClass.MEDIUM)
    assert answer.certain is None


def test_a_micro_indicator_decides_alone():
    assert size_class("6210", 9, None, None).certain is SizeClass.MICRO


def test_not_a_number_is_missing_and_zero_is_not():
    assert size_class("6210", math.nan, 30_000_000, None).high is SizeClass.MEDIUM
    assert size_class("6210", 0, 30_000_000, None).certain is SizeClass.MICRO


def test_money_may_be_decimal():
    assert size_class("0111", None, Decimal("499999.99"), None).certain is SizeClass.MICRO
    assert size_class("0111", None, Decimal("500000"), None).certain is SizeClass.SMALL


@pytest.mark.parametrize("code", ["6621", "5310", "8334", "8411", "9221", "9700", "7040", "9999", None])
def test_industries_outside_the_rule_have_no_class_and_are_never_micro(code):
    assert size_class(code, 1, 1, 1) == NOT_COVERED
    assert not size_class(code, 1, 1, 1).covered


@pytest.mark.parametrize(
    ("code", "scope"),
    [
        ("0111", "agriculture"),
        ("B", "industry"),
        ("4620", "industry"),
        ("52", "retail"),
        ("5910", "transport"),
        ("5990", "storage"),
        ("6422", "information_transmission"),
        ("65", "software"),
        ("7030", "other"),
        ("8522", "other"),
        ("9051", "other"),
        ("G", None),
        ("59", None),
        ("K", None),
    ],
)
def test_every_code_belongs_to_the_scope_the_rule_names(code, scope):
    assert scope_of(code) == scope


def test_all_sections_but_the_uncovered_have_a_scope_for_each_class():
    uncovered = {industry.section(code) for code in industry.all_codes(4) if scope_of(code) is None}
    assert uncovered == {"G", "J", "K", "P", "Q", "S", "T"}


def test_a_range_is_within_a_set_of_classes_or_not_or_open():
    small_or_micro = frozenset({SizeClass.MICRO, SizeClass.SMALL})
    assert SizeRange(SizeClass.MICRO, SizeClass.SMALL).within(small_or_micro) is True
    assert SizeRange(SizeClass.MICRO, SizeClass.MEDIUM).within(small_or_micro) is None
    assert SizeRange(SizeClass.LARGE, SizeClass.LARGE).within(small_or_micro) is False
    assert NOT_COVERED.within(small_or_micro) is None
    assert [RANK[size] for size in CLASSES] == [0, 1, 2, 3]
