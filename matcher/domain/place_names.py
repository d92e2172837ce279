"""Recognises regions in Chinese text: an index of names and a reading from left to right.

Full names count anywhere. Short names (安庆, 内蒙古) count for provinces and cities; for districts only
right of what lies above them, or where the old suffix follows a name nobody shares (海安县, now 海安市).
They never count inside the name of a road or a village (南京东路, 江西乡). Linear in the text's length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
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
_STREET_SUFFIX: Final = re.compile(r"(?:街道办事处|街道|地区办事处|地区|镇|乡)$")
_ROAD_FOLLOWS: Final = re.compile(
    r"[东南西北中一二三四五六七八九十]{0,2}(?:大?路|大?街(?!道)|步行街|大道|巷|弄|胡同)"
)
_OTHER_NAME_FOLLOWS: Final = re.compile(rf"{_ROAD_FOLLOWS.pattern}|[乡镇村屯庄]")
_DISTRICT_FOLLOWS: Final = re.compile(r"([市县区])(?!场)|(?:经济|高新|开发区|工业园|工业区)")
_BARE_DISTRICT: Final = re.compile(r".区$")
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
# Short names of cities that are everyday words first; only their full names count.
_EVERYDAY_WORDS: Final = frozenset({"东方", "双河", "新星", "白杨"})
_NO_CODES: Final[frozenset[str]] = frozenset()
_ENDS_AS_ROAD: Final = re.compile(r"[路街巷道]$")
_LONGEST_NAME: Final = 15


@dataclass(frozen=True)
class _Mention:
    """A name in the text: the regions it may mean, and whether it stood there in full."""

    codes: frozenset[str]
    full: bool
    start: int
    end: int


def find_code(text: str) -> str | None:
    """The code of the most precise region named in `text`, or None; see place.find."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    chains = _chains(plain)
    if not chains:
        return None
    # Of several places the one with most names wins, then one that names a city in full (districts are
    # abolished and their names live on elsewhere), then the first.
    best = max(chains, key=lambda chain: (len(chain.mentions), chain.names_city))
    return _with_street(plain, best)


@dataclass
class _Chain:
    """Mentions that agree with one another, and the regions they leave possible."""

    codes: frozenset[str]
    mentions: list[_Mention]

    @property
    def names_city(self) -> bool:
        """Whether a province or city is named in full."""
        return any(mention.full and len(min(mention.codes, key=len)) < 6 for mention in self.mentions)


def _chains(text: str) -> list[_Chain]:
    chains: list[_Chain] = []
    for mention in _mentions(text):
        narrowed = _narrow(chains[-1].codes, mention.codes) if chains else frozenset()
        if narrowed:
            chains[-1].codes = narrowed
            chains[-1].mentions.append(mention)
        elif (alone := _alone(mention)) is not None:
            chains.append(_Chain(alone, [mention]))
    return [chain for chain in chains if _shared(chain.codes)]


def _narrow(outer: frozenset[str], inner: frozenset[str]) -> frozenset[str]:
    """Those of `inner` that lie in one of `outer`; the nearest level only."""
    inside = [code for code in inner if any(code.startswith(above) for above in outer)]
    # A city named after its province (吉林省吉林市) is both; the deeper one says more.
    return frozenset(code for code in inside if code not in outer) or frozenset(inside)


def _alone(mention: _Mention) -> frozenset[str] | None:
    """What a mention means with nothing named before it. A short name never means a district.

    Cities that stand directly under their province (石河子) have district codes and yet are cities.
    """
    if mention.full:
        return mention.codes
    ranks = {code: 4 if code[2:4] == "90" else len(code) for code in mention.codes}
    wide = [code for code, rank in ranks.items() if rank < 6]
    widest = min((ranks[code] for code in wide), default=0)
    return frozenset(code for code in wide if ranks[code] == widest) if wide else None


def _shared(codes: Iterable[str]) -> str:
    """The deepest region that holds all codes, or ""."""
    listed = list(codes)
    if len(listed) == 1:
        return listed[0]
    lines = [{code, *regions.ancestors(code)} for code in listed]
    return max(set.intersection(*lines), key=len, default="")


def _mentions(text: str) -> Iterator[_Mention]:
    """Names in the text from left to right, the longest at each place, none overlapping."""
    position = after = 0
    while position < len(text) - 1:
        mention = _longest_at(
            text, position, free=position == after or not _CHINESE.match(text, position - 1)
        )
        if mention is None:
            position += 1
        else:
            yield mention
            position = after = mention.end


def _longest_at(text: str, start: int, free: bool) -> _Mention | None:
    """The longest name that begins here. `free`: no other word runs into this place."""
    full, short, beginnings = _index()
    for length in range(min(_LONGEST_NAME, beginnings.get(text[start : start + 2], 0)), 1, -1):
        name = text[start : start + length]
        end = start + length
        if name in full and not _inside_a_word(text, name, end, free):
            # 东区, 郊区 and the like are names only right of their city.
            return _Mention(
                full[name] | short.get(name, _NO_CODES), not _BARE_DISTRICT.match(name), start, end
            )
        if name in short and _OTHER_NAME_FOLLOWS.match(text, end) is None:
            return _short_mention(text, short[name], (start, end), free)
    return None


def _inside_a_word(text: str, name: str, end: int, free: bool) -> bool:
    """东方市 in 东方市场, 新县 in 清新县太平镇."""
    return (name.endswith("市") and text.startswith("场", end)) or (len(name) == 2 and not free)


def _short_mention(text: str, codes: frozenset[str], span: tuple[int, int], free: bool) -> _Mention:
    start, end = span
    suffix = _DISTRICT_FOLLOWS.match(text, end) if free else None
    if suffix is None or len(codes) > 1 or len(min(codes)) < 6:
        return _Mention(codes, False, start, end)
    return _Mention(codes, True, start, suffix.end(1) if suffix.group(1) else end)


_Names = Mapping[str, frozenset[str]]


@cache
def _index() -> tuple[_Names, _Names, Mapping[str, int]]:
    """Full names, short names, and the longest name for each beginning of two characters."""
    full: dict[str, set[str]] = {}
    short: dict[str, set[str]] = {}
    for code in (code for code in _above_streets() if _name(code) not in regions.PLACEHOLDERS):
        full.setdefault(_name(code), set()).add(code)
        brief = _brief(code)
        if len(brief) > 1 and brief != _name(code) and brief not in _EVERYDAY_WORDS:
            short.setdefault(brief, set()).add(code)
    beginnings: dict[str, int] = {}
    for name in (*full, *short):
        beginnings[name[:2]] = max(beginnings.get(name[:2], 0), len(name))
    return _frozen(full), _frozen(short), beginnings


def _frozen(names: Mapping[str, set[str]]) -> _Names:
    return {name: frozenset(codes) for name, codes in names.items()}


def _above_streets() -> Iterator[str]:
    for province in regions.children(""):
        yield province
        for city in regions.children(province):
            yield city
            yield from regions.children(city)


def _name(code: str) -> str:
    found = regions.region(code)
    return "" if found is None else found.name


def _brief(code: str) -> str:
    name = _name(code)
    if len(code) == 2:
        return _PROVINCE_SUFFIX.sub("", name)
    bare = _AUTONOMOUS.sub("", name)
    if bare != name:
        return bare
    return (_CITY_SUFFIX if len(code) == 4 else _DISTRICT_SUFFIX).sub("", name)


def _with_street(text: str, chain: _Chain) -> str:
    """The chain's region, or the street below it that the text names right after."""
    code = _nameable(_shared(chain.codes))
    rest = text[chain.mentions[-1].end :]
    if len(code) == 2:
        return code
    streets = {street: _street_name(street) for street in regions.below(code) if len(street) == 9}
    named = {street: name for street, name in streets.items() if _begins_with(rest, name)}
    longest = max((len(name) for name in named.values()), default=0)
    best = [street for street, name in named.items() if len(name) == longest]
    return best[0] if len(best) == 1 else code


def _street_name(code: str) -> str:
    """The name without its district's in front (济源市沁园街道 is written so in the table)."""
    return _name(code).removeprefix(_name(code[:6]))


def _nameable(code: str) -> str:
    """The region itself, or the province where the region is only a row that holds districts."""
    return code[:2] if _name(code) in regions.PLACEHOLDERS else code


def _begins_with(rest: str, street: str) -> bool:
    if rest.startswith(street):
        return True
    brief = _STREET_SUFFIX.sub("", street)
    if len(brief) < 2 or not rest.startswith(brief):
        return False
    # 宜城路街道 is not named by 宜城路12号, which is a house, but by 宜城路办事处, which is its office.
    if _ENDS_AS_ROAD.search(brief):
        return re.match(r"街办|办事处", rest[len(brief) :]) is not None
    return _ROAD_FOLLOWS.match(rest, len(brief)) is None
