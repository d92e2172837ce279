"""When two addresses name the same tower: one key for all its spellings.

国贸大厦A座, 国贸大楼(A栋) and 安庆国贸大厦Ａ幢 are one; 国贸大厦B座 is another. A block without a name of its
own (6幢) is known by its road and number. What has neither has no key.
"""

from __future__ import annotations

import re
from typing import Final

from matcher.domain import place_index
from matcher.domain.address import Address, number_of

_BLOCK: Final = re.compile(
    r"(?:附|第|附第)?(?P<label>[东南西北]?[A-Za-z]{0,2}-?\d+(?:[-、至][A-Za-z]?\d+)*[A-Za-z]?|[一二三四五六七八九十]+|[A-Za-z]|[东南西北主附裙金银])"
    r"(?P<sort>号楼|#楼|号栋|号厂房|幢|栋|座|号公寓|#|塔?楼|塔)?$"
)
_HOUSE: Final = re.compile(
    r"(?:大厦|大楼|广场|中心|公寓|商厦|商城|市场|酒店|宾馆|饭店|花园|小区|苑|园|城|国际|[A-Z一二三四五六七八九十]区|期|府|居|庭|阁|村|楼)$"
)
_MARKS: Final = re.compile(r"[()·.,、/\"'和]|(?<=[一-龥])-(?=[一-龥])|第(?=[一二三四五六七八九十\dA-Z])")
_LIKE: Final = (
    ("大楼", "大厦"),
    ("批发市场", "市场"),
    ("大市场", "市场"),
    ("写字楼", "大厦"),
    ("住宅小区", "小区"),
    ("大厦大厦", "大厦"),
    ("花园大厦", "花园"),
    ("广场大厦", "广场"),
    ("中心大厦", "中心"),
)
# A栋塔楼 is block A; so is B座(裙楼), its lower floors.
_PART_OF_BLOCK: Final = re.compile(r"(?<=[座栋幢])(?:塔楼|裙楼|主楼|写字楼|商务楼)$")
_SORT_OF_HOUSE: Final = re.compile(
    r"(?:市)?(?:大厦|大楼|广场|中心|公寓|商厦|商城|市场|酒店|宾馆|饭店|花园|小区)"
)
_CITY_DIGITS: Final = 4
_SHORTEST: Final = 3  # letters that must be left when a city's name is taken off


def key(district: str, parts: Address) -> str | None:
    """The tower of an address within its `district` (any code that is one a district), or None."""
    if parts.building is None:
        return None
    name, block = split(parts.building)
    if name:
        return f"{district}|{name}|{block}"
    if parts.road is None or not block:
        return None
    return f"{district}|{parts.road}{_number(parts.number or '')}|{block}"


def same_by_evidence(one: Address, other: Address) -> bool:
    """Whether two spellings that differ in the name are one tower all the same, within one district.

    They stand at one number of one road, neither names another block, and one name ends with the other
    (新都会财经广场 and 财经广场).
    """
    if one.building is None or other.building is None or one.number is None or other.number is None:
        return False
    if one.road != other.road or _number(one.number) != _number(other.number):
        return False
    (name, block), (known, standing) = split(one.building), split(other.building)
    if not name or not known or block != standing:
        return False
    return name.endswith(known) or known.endswith(name)


def split(building: str) -> tuple[str, str]:
    """The name in its plain form, and the block as a bare letter or number; either may be empty."""
    plain = _PART_OF_BLOCK.sub("", _MARKS.sub("", building).upper())
    found = _BLOCK.search(plain)
    if found is None or (found["sort"] is None and _HOUSE.search(plain[: found.start()]) is None):
        return _plain(plain), ""
    if found["sort"] in ("楼", "塔楼", "塔") and found["label"] in "东南西北主附裙" and found.start() == 0:
        return "", found["label"]
    return _plain(plain[: found.start()]), _label(found["label"])


def _plain(name: str) -> str:
    """Without its city's name in front, with one word for one thing."""
    for written, meant in _LIKE:
        if name.endswith(written) and len(name) > len(written):
            name = name.removesuffix(written) + meant
    short = place_index.index()[1]
    for size in (4, 3, 2):
        codes = short.get(name[:size], ())
        rest = name[size:]
        if any(len(code) <= _CITY_DIGITS for code in codes) and len(rest) > _SHORTEST:
            if _SORT_OF_HOUSE.match(rest):  # 四川大厦 is named after a province
                return name
            return name[size:].removeprefix("市")
    return name


def _label(label: str) -> str:
    written = re.sub(r"(?<!\d)-|-(?!\d)", "", label)  # A-1 is A1, but blocks 1-2 are not block 12
    if re.fullmatch("[一二三四五六七八九十]+", written):
        return str(number_of(written))
    return re.sub(r"(?<!\d)0+(?=\d)", "", written)


def _number(number: str) -> str:
    return re.sub(r"[号院内字-]", "", number)
