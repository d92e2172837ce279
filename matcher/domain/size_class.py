"""Large, medium, small, micro: the statistical size classes of 2017 (国统字〔2017〕213号).

Thresholds and scopes are tables (facts/size_thresholds.csv, facts/size_scopes.csv). A missing indicator
gives a range of classes, never a guess; an industry the rule does not cover has no class at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Final

from matcher.domain import industry, tables

Number = int | float | Decimal

_YUAN_PER_WAN: Final = 10_000


class SizeClass(StrEnum):
    """The four classes; `RANK` orders them."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


RANK: Final[Mapping[SizeClass, int]] = {size: rank for rank, size in enumerate(SizeClass)}


@dataclass(frozen=True)
class SizeRange:
    """The classes that are possible, `low` to `high`; both None where the rule says nothing."""

    low: SizeClass | None
    high: SizeClass | None

    @property
    def covered(self) -> bool:
        """Whether the rule of 2017 says anything about this industry."""
        return self.low is not None

    @property
    def certain(self) -> SizeClass | None:
        """The class where only one is possible, else None."""
        return self.low if self.low == self.high else None

    def within(self, sizes: frozenset[SizeClass]) -> bool | None:
        """Whether the class is among `sizes`: True, False, or None where the range leaves it open."""
        if self.low is None or self.high is None:
            return None
        possible = {size for size in SizeClass if RANK[self.low] <= RANK[size] <= RANK[self.high]}
        if possible <= sizes:
            return True
        return None if possible & sizes else False


NOT_COVERED: Final = SizeRange(None, None)


@dataclass(frozen=True)
class Limits:
    """Lower limits of one indicator, in persons or in yuan; below `small` is micro."""

    indicator: str
    large: int
    medium: int
    small: int

    def size_of(self, value: Number) -> SizeClass:
        """The class this one indicator alone would give."""
        if value >= self.large:
            return SizeClass.LARGE
        if value >= self.medium:
            return SizeClass.MEDIUM
        return SizeClass.SMALL if value >= self.small else SizeClass.MICRO


@cache
def limits() -> Mapping[str, tuple[Limits, ...]]:
    """The limits of every scope, money already in yuan."""
    read: dict[str, tuple[Limits, ...]] = {}
    for scope, indicator, *thresholds in tables.rows("size_thresholds.csv"):
        unit = 1 if indicator == "employees" else _YUAN_PER_WAN
        large, medium, small = (int(threshold) * unit for threshold in thresholds)
        read[scope] = (*read.get(scope, ()), Limits(indicator, large, medium, small))
    return read


@cache
def _scopes() -> Mapping[str, str]:
    return {row[0]: row[1] for row in tables.rows("size_scopes.csv")}


def scope_of(industry_code: str) -> str | None:
    """The scope of the rule that holds the industry, or None (finance, railway, education, health ...).

    A code above the classes has a scope only if all its classes share one ("59" holds two, so none).
    """
    scopes = {_scope_of_class(leaf) for leaf in industry.classes(industry_code)}
    return scopes.pop() if len(scopes) == 1 else None


def _scope_of_class(code: str) -> str | None:
    line = (code, *industry.ancestors(code))
    return next((_scopes()[part] for part in line if part in _scopes()), None)


def size_class(
    industry_code: str | None,
    employees: Number | None,
    revenue_yuan: Number | None,
    assets_yuan: Number | None,
) -> SizeRange:
    """The size class, or the range of classes left open by missing indicators.

    The lowest class among the listed indicators counts: large, medium and small ask for all of them,
    micro for one. None and NaN are missing. `industry_code` is a GB/T 4754-2017 code.
    """
    scope = None if industry_code is None else scope_of(industry_code)
    if scope is None:
        return NOT_COVERED
    given = {"employees": employees, "revenue": revenue_yuan, "assets": assets_yuan}
    return _range(limits()[scope], given)


def _range(listed: tuple[Limits, ...], given: Mapping[str, Number | None]) -> SizeRange:
    sizes: list[SizeClass] = []
    missing = False
    for limit in listed:
        value = given[limit.indicator]
        if value is None or value != value:  # NaN is the only number unequal to itself
            missing = True
        else:
            sizes.append(limit.size_of(value))
    high = min(sizes, key=RANK.__getitem__, default=SizeClass.LARGE)
    return SizeRange(SizeClass.MICRO if missing else high, high)
