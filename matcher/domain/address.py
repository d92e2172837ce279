"""A free Chinese address -> road, number, building, floor, read from left to right.

What names regions comes off first; then the road, its number, the building with its block, the floor.
`building` holds the name and the block as written (航兴花园2号楼, 远景大厦, 6幢). Linear in the length.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

from matcher.domain import place_index, regions

_DIGITS: Final = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_ZH: Final = "一二三四五六七八九十"
LONGEST: Final = 200
_LONGEST_REGION: Final = 15
_SHORTEST_REST: Final = 3
_PROVINCE_DIGITS: Final = 2

_NOTE: Final = re.compile(
    r"\((?:自主申报|仅限|申报承诺|住宅|双号|单号|办公|经营|一照多址|集群|生产|托管|旧门牌|此|在)[^()]*\)"
)
_TRADE_ZONE: Final = re.compile(r"^中国\(.{2,8}?\)自由贸易试验区(?:.{2,6}?片区)?")
_NOT_REGION: Final = r"(?:厦门|[^路街巷弄号\d省市县区镇乡村厦楼幢栋座,()])"
_PROVINCE: Final = re.compile(r"^[^市县区路街\d]{2,6}?(?:省|自治区)")
_CITY: Final = re.compile(rf"^{_NOT_REGION}{{1,9}}?(?:市(?!场|政|镇)|自治州|地区|盟|伊犁州)")
_DISTRICT: Final = re.compile(
    rf"^{_NOT_REGION}{{1,9}}?(?<!小)(?<!社)(?<!园)(?<!厂)(?<!校)(?<!城)(?<!业)(?<!发)(?<!宅)(?<!心)(?<!住)(?<!商)(?<![A-Za-z])"
    rf"(?<![东南西北中])(?:区|县|旗(?!商|广场|舰|杆)|市(?!场|政|镇|小区|花园))"
)
_BARE_DISTRICT: Final = re.compile(
    r"^(?:(?:东|西|南|北|中|城|郊|矿|江|河)(?:城|山|关|湖|安|岸|东|西|北|南|中)?)区"
)
_ZONE: Final = re.compile(
    r"^[^路街巷弄号\d镇乡村厦楼幢栋座,()]{0,12}?(?:开发区|高新区|新区|保税区|试验区|产业区|功能区|合作区|示范区|度假区|风景区)"
)
_STREET_OFFICE: Final = re.compile(
    rf"^(?:[{_ZH}百\d]{{1,4}}团场?(?=[^镇路街]{{1,6}}[路街])|(?:路(?=街道)|村(?=镇|街道)|[^路巷弄号\d厦楼幢栋座,()村]){{1,9}}?"
    r"(?:街道办事处|街道办(?!公)|街道(?!口)|(?<![城市])办事处|(?<=..)镇(?=[东南西北中正老新]街(?!路))|镇(?![一-龥]?[路街])|乡(?![一-龥]?路)))"
)
_PARK: Final = re.compile(
    r"^(?:厦门|[^路街巷弄号\d厦楼幢栋座,()]){2,10}?(?:工业|产业|科技|物流|开发|软件|创业)(?:集中|功能|开发)?(?:园区?|区)"
    r"(?=[^号\d幢栋座]{1,6}(?:路|街|道))"
)
_RAILWAY: Final = re.compile(r"^[^路街\d,()]{0,8}铁[路道]以?[东南西北](?:侧|面|边)?")
_VILLAGE: Final = re.compile(
    r"^(?:(?!大道)[^路街巷弄号\d厦楼幢栋座,()]){1,10}?(?:村委会|居委会|村民委员会|居民委员会|社区(?!卫生|服务)|\d*组|(?<!新)村(?![路街巷镇]|街道|[一-龥]?[\dA-Z]+(?:幢|栋|座|号楼)))"
)
_ROAD_ENDS: Final = (
    rf"大道|大街|马路|公路|环路|国道|省道|胡同|步行街|(?:(?<!铁)|(?=路\d))(?<!十字)(?<!丁字)(?<!岔)路|街(?!道|坊)|巷(?!子口)|弄(?=\d)|条(?=\d|[{_ZH}]+号)|"
    r"里(?=[\d-]+号)|(?<=[^大楼通]{2})道(?=[^路街巷道\d,()]{2,6}(?:大厦|公寓|广场|小区|花园|商场))|(?<!辅)道(?=\d|[东南西北]侧)|门(?=\d+号)|桥(?=\d+号)"
)
_ROAD: Final = re.compile(
    rf"(?!与|和[^平谐睦顺])(?:[鼓钟城门]楼|[^号\d弄幢栋楼座室,()、厦与]){{1,9}}?(?:{_ROAD_ENDS})"
    rf"(?:[东南西北中][{_ZH}]?段|[东南西北中](?=\d|$|[{_ZH}]+号|[附甲乙]|与)|[东南西北中{_ZH}]段|南条)?"
)
_DIGIT_ROAD: Final = re.compile(r"\d{2,3}(?:国道|省道)|[国省]道\d+线")
_CROSSING: Final = re.compile(
    r"^(?:与|和)[^路街道号]{1,8}?(?:大道|大街|路|街|道)|^[\d.]+(?:公里|千米)(?:加\d+米)?处?|^[东南西北]首(?:路[东南西北])?|^[东南西北]?(?:交叉路?口|交口|交汇处|交口处|交叉口处|处|路口|西?[东西南北]角|以[东西南北]|口|[东南西北]{1,2}侧|[东南西北]面)"
)
_NUMBER: Final = re.compile(
    rf"^(?:[甲乙丙丁](?:字)?|[附副付增南北东西]|自编|临|特)?"
    rf"(?:\d+(?:(?:[-~至、.,]+|号、|号[-~至](?=\d+号))\d+)*|[{_ZH}百]+(?=号))"
    rf"(?:[甲乙丙丁]\d*)?"
    rf"(?:(?:弄|号院|号(?!楼|厂房|栋|幢|库|门面))(?:(?<=弄)\d+(?:-\d+)*号(?!楼|栋|厂房))?(?:附\d+(?:-\d+)*号?(?!幢|栋|楼)|[甲乙丙丁](?!座|区|栋))?|(?![\d#A-Za-z.]*(?:号楼|幢|栋|座|楼|层|室|单元|期|号|#|米|公里|千米|里|组|区|[A-Z])))"
)
_LOOSE_NUMBER: Final = re.compile(
    r"(?:[甲乙附增])?\d+(?:[-~至、]+\d+)*号(?!楼|厂房|栋|幢|库|门面|商铺|[商摊铺展]位|店|铺|房|车间|地)(?:附\d+号?)?"
)
_BLOCK: Final = (
    rf"(?:附|第|附第)?(?:[东南西北]?[A-Za-z]{{0,2}}-?\d+(?:[-、至][A-Za-z]?\d+)*[A-Za-z]?|[{_ZH}]+(?:至[{_ZH}]+)?|[A-Za-z]\d*|[A-Za-z]?[{_ZH}]|[东南西北主附裙副])"
    rf"(?:号楼|#楼|号栋|号厂房|幢|栋|座(?!席)|号公寓|#(?!门面|商铺)|楼(?=\d{{1,2}}单元))"
)
_TOWER: Final = (
    r"(?:大厦|(?<=.)广场|(?<=.)中心(?!小学|区)|大楼|商厦|公寓|商城|大酒店|酒店|宾馆|饭店|写字楼|办公楼|综合楼|商住楼|科研楼|主楼|通讯楼|教学楼|"
    r"孵化楼|商务楼|(?<=.)(?:大)?市场|(?<=.)商场|百货大楼|国际城|博览城|汽配城|商贸城|汽车城|建材城|家具城|世贸城|大市场|购物中心|厂房|宿舍楼|住宅楼|"
    r"[东南西北主附裙前后]楼|[东南西北]塔(?:楼|(?=[\dA-Z第,]|$|[一二三四五六七八九十]+[层楼]))|[^\d号院,第一二三四五六七八九十]{1,4}楼(?=$|[\dA-Z,负]|[一二三四五六七八九]))"
)
_ESTATE: Final = (
    r"(?:花园|小区|花苑|华苑|新苑|佳苑|苑|家园|名宅|名城|豪园|庄园|公馆|华府|雅居|水岸|新村|新寓|新都|住宅区|里|院|园|城|湾|庭|居|阁|府|邸|期|区|厂|公司|院内|"
    r"领地|胜境|之星|外滩|花都|时代|名邸|广场|基地|中园|车间)"
)
_FLOOR: Final = re.compile(
    rf"(?:第|地下|负|-)?(\d{{1,2}}|[{_ZH}]{{1,3}}|首|底)(?:[-—~至、,.]+(?:\d{{1,2}}|[{_ZH}]{{1,3}}))*(?:层|字楼|(?<!\d\d\d)F(?![A-Z\d室])|楼(?!栋|座|幢|上|盘))"
)
_UNIT_AFTER: Final = re.compile(r"^(?:\d+|[A-Z]|[一二三四五六])?(?:单元|门(?!市|面)|号|西户|东户)")
_NAMED: Final = re.compile(
    rf"(?:\d{{1,2}}[层楼])?([^,()]{{0,24}}?{_TOWER}+(?:(?<=[^大]广场|[^学]中心)之?(?!商业|商务|购物|服务)[^\d,()号楼层院期区苑园城]{{2,4}}(?:大厦|大楼|公寓|中心))?)"
    rf"((?:(?!院?内)(?:(?![{_ZH}]+[楼层])[^\d,()号]){{0,8}}?(?:[A-Z{_ZH}东西南北]区|{_ESTATE}))?(?:{_BLOCK}|[A-Z](?:座|幢|栋)|[东南西北]座)?)"
)
_BLOCKED: Final = re.compile(
    rf"(?:[A-Z\d-]*\d室|院内|内(?=[第\dA-Z])|-)?([^,()号]{{0,24}}?)((?:\d+号院)?{_BLOCK})"
)
_HOMES: Final = r"(?:小区|花园|华苑|名苑|佳苑|苑|家园|公寓|新村|雨花居|[东南西北]区)"
_ESTATE_BLOCK: Final = re.compile(
    rf"([^,()\d号]{{1,16}}?{_HOMES}(?:\d+楼(?=\d+号|\d*单元)|\d+(?=-\d+-\d+)|[A-Z](?=-\d)))"
)
_ESTATE_ALONE: Final = re.compile(
    r"([^,()\d号]{2,12}?(?:(?:小区|花园|苑|家园|公寓)(?=[A-Z]?\d)|(?:城|国际)(?=[A-Z]\d{3,}|\d{3,}(?:室|房|$))))"
)


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
    if road is not None and number is None:
        rest = _past_village(rest)
    building, behind = _building(rest)
    return Address(road, number, building, _floor(behind))


def plain(text: str) -> str:
    """One width, no white space, no notes in brackets that name no place."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))[:LONGEST]
    folded = re.sub(r"[‐‑–—―-]+", "-", folded).replace("“", "").replace("”", "").replace("#楼", "号楼")
    return _TRADE_ZONE.sub("", _NOTE.sub("", folded))


def _without_regions(text: str) -> str:
    """The text behind province, city, district, zone, street office and village."""
    whole = text
    text = _without_known(text)
    for pattern in (
        *((_PROVINCE, _CITY) if text == whole or whole[: -len(text)] in _provinces() else ()),
        _DISTRICT,
        _BARE_DISTRICT,
        _ZONE,
        _ZONE,
        _STREET_OFFICE,
        _VILLAGE,
        _VILLAGE,
        _PARK,
        _RAILWAY,
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
        known = known or _short_region(text)
        if not known:
            return text
        text = text[known:]


@cache
def _provinces() -> frozenset[str]:
    return frozenset(place_index.name_of(code) for code in regions.children(""))


_OLD_SUFFIX: Final = re.compile(r"[市县](?!场|政)")
_ANY_SUFFIX: Final = re.compile(r"(?:自治[州县]|地区|[市县州盟])(?!场|政)")
_ROAD_BEHIND: Final = re.compile(r"[东南西北中]?[一二三四五六七八九十]?(?:路|街|大道|大街|道|巷|大厦)")


def _short_region(text: str) -> int:
    """Length of a short name that can only mean its region: 宁乡县 (now a city), 广东 before 佛山; else 0."""
    short = place_index.index()[1]
    size = next((size for size in (4, 3, 2) if text[:size] in short), 0)
    rest = text[size:]
    if not size or len(rest) < _SHORTEST_REST:
        return 0
    if _OLD_SUFFIX.match(rest):
        return size + 1
    provinces = {code for code in short[text[:size]] if len(code) == _PROVINCE_DIGITS}
    for names, lengths in ((place_index.index()[0], range(_LONGEST_REGION, 1, -1)), (short, (4, 3, 2))):
        city = next((below for below in lengths if rest[:below] in names), 0)
        if city and any(code[:_PROVINCE_DIGITS] in provinces for code in names[rest[:city]]):
            break
    else:
        return 0
    if len(rest) - city < _SHORTEST_REST or _ROAD_BEHIND.match(rest, city):
        return 0
    suffix = _ANY_SUFFIX.match(rest, city)
    return size + (city if suffix is None else suffix.end())


def _road(text: str) -> tuple[str | None, str]:
    """The road that a number follows, else the last of those that stand in a row."""
    best: str | None = None
    rest = text
    while True:
        found = _DIGIT_ROAD.match(rest) or _ROAD.match(rest)
        if found is None:
            return best, rest
        if best is not None and (_CROSSED.match(rest) or rest.startswith("口", found.end())):
            return best, _past_crossing(rest[found.end() :])
        best, rest = _one_road(best, found.group()), rest[found.end() :]
        rest = _past_crossing(rest)


def _one_road(before: str | None, name: str) -> str:
    """开放大道 and 南路 are 开放大道南路; what leads a road's name as a zone is none of it."""
    if before is not None and _SIDE_ROAD.fullmatch(name):
        return before + name
    return _ZONE_BEFORE_ROAD.sub("", name)


_SIDE_ROAD: Final = re.compile(r"[东南西北中][路街]")
_ZONE_BEFORE_ROAD: Final = re.compile(
    r"^.{0,6}(?:开发区|功能区|工业区|工业园区?|产业园区?|科技园区?)(?!区)(?=[^路街道]{2})"
)


def _past_crossing(rest: str) -> str:
    while (crossing := _CROSSING.match(rest)) is not None:
        rest = rest[crossing.end() :]
    return rest


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


def _past_village(text: str) -> str:
    """Without a village between the road and a named building (大道中段天马村 before 创业大厦)."""
    found = _VILLAGE.match(text)
    behind = text[found.end() :] if found is not None else ""
    return behind if _NAMED.match(behind) and _HOMES_AHEAD.match(behind) is None else text


_HOMES_AHEAD: Final = re.compile(rf"(?:小区|花园|公寓|大厦|广场|综合楼|办公楼|[\d{_ZH}])")


def _building(text: str) -> tuple[str | None, str]:
    """The building and what else there is, where the floor is looked for."""
    joined = _NAME_IN_BRACKETS.sub(r"\1", _ZONE_IN_BRACKETS.sub(r"\1", text))
    pieces = [piece for piece in re.split(r"[,()]", joined) if piece]
    for at, piece in enumerate(pieces):
        for pattern in (_ESTATE_BLOCK, _NAMED, _BLOCKED, _ESTATE_FLOOR, _ESTATE_ALONE):
            found = pattern.match(piece)
            if found is not None and not _FLOOR_FIRST.search(found.group(1)):
                others = [
                    piece[: found.start(1)] + "," + piece[found.end() :],
                    *pieces[:at],
                    *pieces[at + 1 :],
                ]
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
# (聚源市场)5幢: the block belongs to the name in brackets.
_NAME_IN_BRACKETS: Final = re.compile(
    rf"\(([^\d,()号]{{2,12}}(?:大厦|广场|市场|小区|花园|公寓|中心|苑|城))\)(?={_BLOCK})"
)
_FLOOR_FIRST: Final = re.compile(r"\d[层楼]")
_ESTATE_FLOOR: Final = re.compile(rf"([^,()\d号]{{2,12}}?{_ESTATE})(?=(?:[{_ZH}\d]+(?:-\d+)?|[首底])[楼层])")


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
