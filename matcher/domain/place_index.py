"""The names of regions as an index: full, short, and streets by their beginning. Built once a process."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from matcher.domain import regions

_PROVINCE_SUFFIX: Final = re.compile(r"(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)$")
_PEOPLES: Final = (
    r"鄂温克族|鄂伦春族|达斡尔族|哈萨克族|柯尔克孜|蒙古族|土家族|布依族|朝鲜族|哈尼族|傈僳族|拉祜族|纳西族|景颇族|仡佬族|锡伯族|"
    r"仫佬族|毛南族|布朗族|撒拉族|东乡族|保安族|裕固族|独龙族|普米族|阿昌族|德昂族|塔吉克|哈萨克|藏族|回族|苗族|彝族|壮族|"
    r"侗族|满族|瑶族|白族|傣族|黎族|佤族|畲族|水族|羌族|土族|怒族|蒙古|各族"
)  # the longest first
_AUTONOMOUS: Final = re.compile(rf"(?:{_PEOPLES})*自治[州县旗]$")
_CITY_SUFFIX: Final = re.compile(r"(?:市|地区|盟)$")
_DISTRICT_SUFFIX: Final = re.compile(r"(?:新区|区|县|市|旗|林区|特区)$")

Names = Mapping[str, frozenset[str]]


@cache
def index() -> tuple[Names, Names, Mapping[str, int]]:
    """Full names, short names, and the longest name for each beginning of two characters."""
    full: dict[str, set[str]] = {}
    short: dict[str, set[str]] = {}
    for code in (code for code in _above_streets() if name_of(code) not in regions.PLACEHOLDERS):
        full.setdefault(name_of(code), set()).add(code)
        brief = _brief(code)
        if len(brief) > 1 and brief != name_of(code):
            short.setdefault(brief, set()).add(code)
    beginnings: dict[str, int] = {}
    for name in (*full, *short):
        beginnings[name[:2]] = max(beginnings.get(name[:2], 0), len(name))
    return _frozen(full), _frozen(short), beginnings


def _frozen(names: Mapping[str, set[str]]) -> Names:
    return {name: frozenset(codes) for name, codes in names.items()}


def _above_streets() -> Iterator[str]:
    for province in regions.children(""):
        yield province
        for city in regions.children(province):
            yield city
            yield from regions.children(city)


def name_of(code: str) -> str:
    """The region's name in the table, or "" for an unknown code."""
    found = regions.region(code)
    return "" if found is None else found.name


def _brief(code: str) -> str:
    name = name_of(code)
    if len(code) == 2:
        return _PROVINCE_SUFFIX.sub("", name)
    bare = _AUTONOMOUS.sub("", name)
    if bare != name:
        return bare
    return (_CITY_SUFFIX if len(code) == 4 else _DISTRICT_SUFFIX).sub("", name)


@cache
def streets_of(code: str) -> Mapping[str, list[tuple[str, str]]]:
    """The streets of a region with their names, by the first two characters of the name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for street in regions.below(code):
        if len(street) == 9:
            name = street_name(street)
            found.setdefault(name[:2], []).append((street, name))
    return found


def street_name(code: str) -> str:
    """The name without its district's in front (济源市沁园街道 is written so in the table)."""
    name, district = name_of(code), name_of(code[:6])
    return name if name == district else name.removeprefix(district)
