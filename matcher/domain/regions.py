"""Regions: province, city, district, street, by the statistical codes of 2, 4, 6 and 9 digits.

The table (about 44,700 rows) is read at the first question and kept; reading costs less than a tenth
of a second. Others import matcher.domain.place, which adds the finding of regions in text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from matcher.domain import tables

PROVINCE, CITY, DISTRICT, STREET = 1, 2, 3, 4
_DIGITS: Final = (2, 4, 6, 9)
# Rows of the second level that only hold districts together and are no place anybody names.
PLACEHOLDERS: Final = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})


@dataclass(frozen=True)
class Region:
    """A region; `level` is 1 (province) to 4 (street), `parent` None for provinces."""

    code: str
    name: str
    level: int
    parent: str | None


@cache
def _names() -> Mapping[str, str]:
    return {row[0]: row[1] for row in tables.rows("regions.csv")}


@cache
def _sorted_codes() -> tuple[str, ...]:
    return tuple(sorted(_names()))


def region(code: str) -> Region | None:
    """The region with this code, or None. A six-digit code of GB/T 2260 ("340000", "340800") also does."""
    short = _without_padding(code)
    name = _names().get(short)
    if name is None:
        return None
    level = _DIGITS.index(len(short)) + 1
    return Region(short, name, level, None if level == PROVINCE else short[: _DIGITS[level - 2]])


def _without_padding(code: str) -> str:
    if code in _names() or len(code) not in (6, 9, 12):
        return code
    for digits in reversed(_DIGITS):
        if len(code) > digits and set(code[digits:]) == {"0"}:
            code = code[:digits]
    return code


def ancestors(code: str) -> tuple[str, ...]:
    """The codes above a region, nearest first: of a street its district, city and province."""
    found = region(code)
    if found is None or found.parent is None:
        return ()
    return (found.parent, *ancestors(found.parent))


def within(code: str, ancestor: str) -> bool:
    """Whether region `code` lies in (or is) region `ancestor`. Unknown codes lie nowhere."""
    inner, outer = region(code), region(ancestor)
    return inner is not None and outer is not None and inner.code.startswith(outer.code)


def children(code: str) -> tuple[str, ...]:
    """The codes directly below a region, in order; the provinces for ""."""
    digits = next((length for length in _DIGITS if length > len(code)), None)
    if digits is None:
        return ()
    return tuple(inner for inner in below(code) if len(inner) == digits)


def below(code: str) -> Iterator[str]:
    """All codes strictly below a region, in order."""
    codes = _sorted_codes()
    start = bisect_left(codes, code)
    for position in range(start, len(codes)):
        if not codes[position].startswith(code):
            return
        if codes[position] != code:
            yield codes[position]


def full_name(code: str) -> str | None:
    """The names from province down in one word ("安徽省安庆市迎江区"), or None for an unknown code.

    Placeholder rows are left out, and so is a name that the next one repeats (东莞市, 济源市沁园街道).
    """
    if region(code) is None:
        return None
    line = (*reversed(ancestors(code)), _without_padding(code))
    names: list[str] = []
    for name in (_names()[part] for part in line):
        if names and name.startswith(names[-1]):
            names.pop()
        if name not in PLACEHOLDERS:
            names.append(name)
    return "".join(names)
