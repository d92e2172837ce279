"""A free Chinese address -> road, number, building, floor, read from left to right.

What names regions comes off first; then the road, its number, the building with its block, the floor.
`building` holds the name and the block as written (航兴花园2号楼, 远景大厦, 6幢). Linear in the length.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from matcher.domain import place_index

_DIGITS: Final = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_ZH: Final = "一二三四五六七八九十"
LONGEST: Final = 200
_LONGEST_REGION: Final = 15

_NOTE: Final = re.compile(
    r"\((?:自主申报|仅限|申报承诺|住宅|双号|单号|办公|经营|一照多址|集群|生产|托管|旧门牌|此|在)[^()]*\)"
)
_TRADE_ZONE: Final = re.compile(r"^中国\(.{2,8}?\)自由贸易试验区(?:.{2,6}?片区)?")
_NOT_REGION: Final = r"(?:厦门|[^路街巷弄号\d省市县区镇乡村厦楼幢栋座,()])"
_PROVINCE: Final = re.compile(r"^[^市县区路街\d]{2,6}?(?:省|自治区)")
_CITY: Final = re.compile(rf"^{_NOT_REGION}{{1,9}}?(?:市(?!场|政)|自治州|地区|盟|伊犁州)")
_DISTRICT: Final = re.compile(
    rf"^{_NOT_REGION}{{1,9}}?(?<!小)(?<!社)(?<!园)(?<!厂)(?<!校)(?<!城)(?<!业)(?<!发)(?<!宅)(?<!心)(?<!住)(?<!商)(?<![A-Za-z])"
    rf"(?<![东南西北中])(?:区|县|旗|市(?!场|政))"
)
_BARE_DISTRICT: Final = re.compile(
    r"^(?:(?:东|西|南|北|中|城|郊|矿|江|河)(?:城|山|关|湖|安|岸|东|西|北|南|中)?)区"
)
_ZONE: Final = re.compile(
    r"^[^路街巷弄号\d镇乡村厦楼幢栋座,()]{0,12}?(?:开发区|高新区|新区|保税区|试验区|产业区|合作区|示范区|度假区|风景区)"
)
_STREET_OFFICE: Final = re.compile(
    r"^[^路巷弄号\d厦楼幢栋座,()村]{1,9}?(?:街道办事处|街道办(?!公)|街道(?!口)|(?<![城市])办事处|镇(?![一-龥]?[路街])|乡(?![一-龥]?路))"
)
_PARK: Final = re.compile(
    r"^[^路街巷弄号\d厦楼幢栋座,()]{2,10}?(?:工业|产业|科技)(?:集中)?(?:园区?|区)(?=[^号\d幢栋座]{1,6}(?:路|街|大道))"
)
_VILLAGE: Final = re.compile(
    r"^[^路街巷弄号\d厦楼幢栋座,()]{1,10}?(?:村委会|居委会|村民委员会|居民委员会|社区(?!卫生|服务)|\d*组|(?<!新)村(?![路街巷]|[一-龥]?[\dA-Z]+(?:幢|栋|座|号楼)))"
)
_ROAD_ENDS: Final = (
    rf"大道|大街|马路|公路|环路|国道|省道|胡同|步行街|路|街(?!道|坊)|巷(?!子口)|弄(?=\d)|条(?=\d|[{_ZH}]+号)|"
    r"里(?=[\d-]+号)|道(?=\d|[^路街巷大厦]{2,6}公寓)|门(?=\d+号)|桥(?=\d+号)"
)
_ROAD: Final = re.compile(
    rf"(?!与|和[^平谐睦顺])(?:[鼓钟城门]楼|[^号\d弄幢栋楼座室,()、厦与]){{1,9}}?(?:{_ROAD_ENDS})"
    rf"(?:[东南西北中][一二三]?段|[东南西北中](?=\d|$|[{_ZH}]+号|[附甲乙]|与)|[东南西北中{_ZH}]段|南条)?"
)
_DIGIT_ROAD: Final = re.compile(r"\d{2,3}(?:国道|省道)")
_CROSSING: Final = re.compile(
    r"^(?:与|和)[^路街道号]{1,8}?(?:大道|大街|路|街|道)|^(?:交叉路?口|交口|交汇处|交口处|交叉口处|处|路口|西?[东西南北]角|以[东西南北]|口|[东南西北]{1,2}侧|[东南西北]面)"
)
_NUMBER: Final = re.compile(
    rf"^(?:[甲乙丙丁](?:字)?|[附副增南北东西]|自编|临)?"
    rf"(?:\d+(?:(?:[-~至、.,]+|号、)\d+)*|[{_ZH}百]+(?=号))"
    rf"(?:[甲乙丙丁]\d*)?"
    rf"(?:(?:弄|号院|号(?!楼|厂房|栋|幢|库|门面))(?:(?<=弄)\d+(?:-\d+)*号(?!楼|栋|厂房))?(?:附\d+(?:-\d+)*号?(?!幢|栋|楼)|[甲乙丙丁](?!座|区|栋))?|(?![\d#A-Za-z]*(?:号楼|幢|栋|座|楼|层|室|单元|期|号|#|米|组|区|[A-Z])))"
)
_LOOSE_NUMBER: Final = re.compile(
    r"(?:[甲乙附增])?\d+(?:[-~至、]+\d+)*号(?!楼|厂房|栋|幢|库|门面|商铺|店|铺|房|车间|地)(?:附\d+号?)?"
)
_BLOCK: Final = (
    rf"(?:附|第|附第)?(?:[东南西北]?[A-Za-z]{{0,2}}-?\d+(?:[-、至][A-Za-z]?\d+)*[A-Za-z]?|[{_ZH}]+(?:至[{_ZH}]+)?|[A-Za-z]\d*|[A-Za-z]?[{_ZH}]|[东南西北主附裙副])"
    rf"(?:号楼|#楼|号栋|号厂房|幢|栋|座(?!席)|号公寓|#(?!门面|商铺)|楼(?=\d{{1,2}}单元))"
)
_TOWER: Final = (
    r"(?:大厦|广场|中心(?!小学|区)|大楼|商厦|公寓|商城|大酒店|酒店|宾馆|饭店|写字楼|办公楼|综合楼|商住楼|科研楼|主楼|通讯楼|教学楼|"
    r"孵化楼|商务楼|(?:大)?市场|百货大楼|国际城|博览城|汽配城|商贸城|汽车城|建材城|家具城|世贸城|大市场|购物中心|厂房|宿舍楼|住宅楼|"
    r"[东南西北主附裙前后]楼|[^\d号院,第一二三四五六七八九十]{1,4}楼(?=$|[\dA-Z,负]|[一二三四五六七八九]))"
)
_ESTATE: Final = (
    r"(?:花园|小区|花苑|华苑|新苑|佳苑|苑|家园|名宅|名城|豪园|庄园|公馆|华府|雅居|水岸|新村|新寓|新都|住宅区|里|院|园|城|湾|庭|居|阁|府|邸|期|区|厂|公司|院内|"
    r"领地|胜境|之星|外滩|花都|时代|名邸|广场|基地|中园|车间)"
)
_FLOOR: Final = re.compile(
    rf"(?:第|地下|负|-)?(\d{{1,2}}|[{_ZH}]{{1,3}}|首|底)(?:[-—~至、,.]+(?:\d{{1,2}}|[{_ZH}]{{1,3}}))*(?:层|楼(?!栋|座|幢|上|盘))"
)
_UNIT_AFTER: Final = re.compile(r"^(?:\d+|[A-Z]|[一二三四五六])?(?:单元|门(?!市|面)|号|西户|东户)")
_NAMED: Final = re.compile(
    rf"([^,()]{{0,24}}?{_TOWER}+)((?:[^\d,()号]{{0,8}}?(?:[A-Z{_ZH}东西南北]区|{_ESTATE}))?(?:{_BLOCK}|[A-Z](?:座|幢|栋)|[东南西北]座)?)"
)
_BLOCKED: Final = re.compile(rf"([^,()号]{{0,24}}?)((?:\d+号院)?{_BLOCK})")
_HOMES: Final = r"(?:小区|花园|华苑|名苑|佳苑|苑|家园|公寓|新村|雨花居|[东南西北]区)"
_ESTATE_BLOCK: Final = re.compile(
    rf"([^,()\d号]{{1,16}}?{_HOMES}(?:\d+楼(?=\d+号|\d*单元)|\d+(?=-\d+-\d+)|[A-Z](?=-\d)))"
)
_ESTATE_ALONE: Final = re.compile(r"([^,()\d号]{2,12}?(?:小区|花园|苑|家园|公寓))(?=\d)")


@dataclass(frozen=True)
class Address:
    """The parts of an address as written, None where it names none; of several floors the first."""

    road: str | None = None
    number: str | None = None
    building: str | None = None
    floor: int | None = None


def parse(text: str) -> Address:
    """Read an address. Never refuses: what is not found is None."""
    rest = _without_regions(plain(text))
    road, rest = _road(rest)
    number, rest = _number(rest, road is not None)
    if number is None and road is None:
        number, rest = _loose_number(rest)
    building, behind = _building(rest)
    return Address(road, number, building, _floor(behind))


def plain(text: str) -> str:
    """One width, no white space, no notes in brackets that name no place."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))[:LONGEST]
    folded = re.sub(r"[‐‑–—―-]+", "-", folded).replace("“", "").replace("”", "").replace("#楼", "号楼")
    return _TRADE_ZONE.sub("", _NOTE.sub("", folded))


def _without_regions(text: str) -> str:
    """The text behind province, city, district, zone, street office and village."""
    text = _without_known(text)
    for pattern in (
        _PROVINCE,
        _CITY,
        _DISTRICT,
        _BARE_DISTRICT,
        _ZONE,
        _ZONE,
        _STREET_OFFICE,
        _VILLAGE,
        _VILLAGE,
        _PARK,
    ):
        found = pattern.match(text)
        if found is not None and found.end() < len(text):
            text = text[found.end() :]
    return text


def _without_known(text: str) -> str:
    """The text behind the full names of regions that lead it."""
    names = place_index.index()[0]
    while True:
        lengths = range(min(_LONGEST_REGION, len(text) - 1), 1, -1)
        known = next((size for size in lengths if text[:size] in names and text[size] != "场"), 0)
        if not known:
            return text
        text = text[known:]


def _road(text: str) -> tuple[str | None, str]:
    """The road that a number follows, else the last of those that stand in a row."""
    best: str | None = None
    rest = text
    while True:
        found = _DIGIT_ROAD.match(rest) or _ROAD.match(rest)
        if found is None:
            return best, rest
        if best is not None and _CROSSED.match(rest):
            return best, rest[found.end() :]
        best, rest = found.group(), rest[found.end() :]
        crossing = _CROSSING.match(rest)
        while crossing is not None:
            rest = rest[crossing.end() :]
            crossing = _CROSSING.match(rest)


_CROSSED: Final = re.compile(r"与|和")


def _number(text: str, on_road: bool) -> tuple[str | None, str]:
    found = _NUMBER.match(text) if on_road else None
    return (None, text) if found is None else (_digits(found.group()), text[found.end() :])


def _loose_number(text: str) -> tuple[str | None, str]:
    """A house number without a road (吴山村54号), where no building comes first."""
    found = _LOOSE_NUMBER.search(text)
    if found is None:
        return None, text
    before = text[: found.start()]
    if re.search(rf"{_BLOCK}|{_TOWER}|层|室|单元|\d楼|[A-Za-z]-?$", before):
        return None, text
    return _digits(found.group()), before + "," + text[found.end() :]


def _building(text: str) -> tuple[str | None, str]:
    """The building and what else there is, where the floor is looked for."""
    joined = _ZONE_IN_BRACKETS.sub(r"\1", text)
    pieces = [piece for piece in re.split(r"[,()]", joined) if piece]
    for at, piece in enumerate(pieces):
        for pattern in (_ESTATE_BLOCK, _NAMED, _BLOCKED, _ESTATE_FLOOR, _ESTATE_ALONE):
            found = pattern.match(piece)
            if found is not None:
                others = [piece[found.end() :], *pieces[:at], *pieces[at + 1 :]]
                return _whole_name(found, piece), ",".join(others)
    return None, text


def _whole_name(found: re.Match[str], piece: str) -> str:
    """With its block, also where that stands behind the floor (深纺大厦第10层A座)."""
    name = "".join(found.groups(default=""))
    late = _LATE_BLOCK.match(piece, found.end())
    return name if late is None or name[-1] in "座幢栋" else name + late.group(1)


_LATE_BLOCK: Final = re.compile(r"第?(?:\d+|[一二三四五六七八九十]+)[楼层]([A-Z]座)(?=\d)")
# 创业园(一期)D幢, 车间(B栋): brackets that are part of the name.
_ZONE_IN_BRACKETS: Final = re.compile(r"\(([一二三四五六七八九A-Za-z\d]{1,3}(?:期|区|栋|幢|座|号楼))\)")
_ESTATE_FLOOR: Final = re.compile(rf"([^,()\d号]{{2,12}}?{_ESTATE})(?=[{_ZH}\d]+(?:-\d+)?[楼层])")


def _floor(text: str) -> int | None:
    found = _FLOOR.search(text)
    return None if found is None else number_of(found.group(1))


def _digits(number: str) -> str:
    """甲字6号 stays, 七十四号 becomes 74号."""
    return re.sub(rf"[{_ZH}百]+(?=号)", lambda found: str(number_of(found.group())), number)


def number_of(written: str) -> int:
    """12, 十二, 二十 and 首 as numbers."""
    if written in ("首", "底"):
        return 1
    if written.isdigit():
        return int(written)
    hundreds, _, rest = written.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    value = 100 * _DIGITS.get(hundreds, 0)
    value += 10 * (_DIGITS.get(tens, 1) if ten else 0)
    return value + _DIGITS.get(ones[-1:], 0)
