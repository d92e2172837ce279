"""Recognises regions in Chinese text by reading it once from left to right.

Full names count anywhere. Short names (安庆, 内蒙古) count for provinces and cities; for districts only
right of what lies above them, or where the old suffix follows a name nobody shares (海安县, now 海安市).
They never count inside the name of a road or a village (南京东路, 江西乡), and a single one in the middle of
a word counts for nothing (合肥 in 复合肥). Linear in the text's length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from matcher.domain import place_index, regions

_STREET_SUFFIX: Final = re.compile(r"(?:街道办事处|街道|地区办事处|地区|镇|乡)$")
_ROAD_FOLLOWS: Final = re.compile(
    r"[东南西北中一二三四五六七八九十]{0,2}(?:大?路|大?街(?!道)|步行街|大道|巷|弄|胡同)"
)
_VILLAGE_FOLLOWS: Final = re.compile(r"[乡镇村屯庄]")
_DISTRICT_FOLLOWS: Final = re.compile(r"([市县区])(?!场)|(?:经济|高新|开发区|工业园|工业区)")
_BARE_DISTRICT: Final = re.compile(r".区$")
# A letter before a name belongs to another word, unless it is one of those that lead up to a place.
_WORD_RUNS_IN: Final = re.compile(r"(?![在于到从至往由是和与及或的去赴位驻对向为找拓])[\u3400-\u9fff]")
# Words that begin with the short name of a city.
_OTHER_WORD: Final = re.compile(
    r"大理石|三明治|普洱茶|和田玉|四平八稳|大同小异|长治久安|朝阳产业|日照[时不充采标分]|海口味|长春花"
)
# Short names of cities that are everyday words first; alone, only their full names count.
_EVERYDAY_WORDS: Final = frozenset({"东方", "双河", "新星", "白杨", "阿里", "来宾", "白银"})
_NO_CODES: Final[frozenset[str]] = frozenset()
_ENDS_AS_ROAD: Final = re.compile(r"[路街巷道]$")
_LONGEST_NAME: Final = 15
_LONGEST_STREET: Final = 40


@dataclass(frozen=True)
class _Mention:
    """A name in the text: the regions it may mean, where it ends, and how it stood there.

    `full`: with its suffix. `free`: no other word runs into it.
    """

    codes: frozenset[str]
    full: bool
    free: bool
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
    def credible(self) -> bool:
        """Not only one short name in the middle of a word."""
        return len(self.mentions) > 1 or self.mentions[0].full or self.mentions[0].free

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
    return [chain for chain in chains if chain.credible and _shared(chain.codes)]


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
        free = position == after or _WORD_RUNS_IN.match(text, position - 1) is None
        mention = _longest_at(text, position, free)
        if mention is None:
            position += 1
        else:
            yield mention
            position = after = mention.end


def _longest_at(text: str, start: int, free: bool) -> _Mention | None:
    """The longest name that begins here. `free`: no other word runs into this place."""
    full, short, beginnings = place_index.index()
    for length in range(min(_LONGEST_NAME, beginnings.get(text[start : start + 2], 0)), 1, -1):
        name = text[start : start + length]
        end = start + length
        if name in full and not _inside_a_word(text, name, end, free):
            # 东区, 郊区 and the like are names only right of their city.
            clear = _BARE_DISTRICT.match(name) is None
            return _Mention(full[name] | short.get(name, _NO_CODES), clear, free, end)
        if name in short and not _OTHER_WORD.match(text, start) and not _goes_on(text, end):
            return _short_mention(text, short[name], end, free and name not in _EVERYDAY_WORDS)
    return None


def _inside_a_word(text: str, name: str, end: int, free: bool) -> bool:
    """东方市 in 东方市场, 新县 in 清新县太平镇."""
    return (name.endswith("市") and text.startswith("场", end)) or (len(name) == 2 and not free)


def _goes_on(text: str, end: int) -> bool:
    """Whether a short name goes on as the name of a road or a village (but 江苏镇江 is two names)."""
    if _VILLAGE_FOLLOWS.match(text, end):
        return text[end : end + 2] not in place_index.index()[2]
    return _ROAD_FOLLOWS.match(text, end) is not None


def _short_mention(text: str, codes: frozenset[str], end: int, free: bool) -> _Mention:
    suffix = _DISTRICT_FOLLOWS.match(text, end) if free else None
    if suffix is None or len(codes) > 1 or len(min(codes)) < 6:
        return _Mention(codes, False, free, end)
    return _Mention(codes, True, free, suffix.end(1) if suffix.group(1) else end)


def _with_street(text: str, chain: _Chain) -> str:
    """The chain's region, or the street below it that the text names right after.

    Left of the last mention only full names count: in 秀峰区秀峰街道 the second 秀峰 is read as the district.
    """
    code = _nameable(_shared(chain.codes))
    if len(code) == 2:
        return code
    found = _longest_street(code, text, chain.mentions[-1].end, _begins_with)
    for mention in reversed(chain.mentions[:-1]):
        if found is None:
            found = _longest_street(code, text, mention.end, str.startswith)
    return code if found is None else found


def _longest_street(code: str, text: str, start: int, named: Callable[[str, str], bool]) -> str | None:
    """The street of the region with the longest name that the text has at `start`; None if not one."""
    rest = text[start : start + _LONGEST_STREET]
    hits = {
        street: name for street, name in place_index.streets_of(code).get(rest[:2], ()) if named(rest, name)
    }
    longest = max((len(name) for name in hits.values()), default=0)
    best = [street for street, name in hits.items() if len(name) == longest]
    return best[0] if len(best) == 1 else None


def _nameable(code: str) -> str:
    """The region itself, or the province where the region is only a row that holds districts."""
    return code[:2] if place_index.name_of(code) in regions.PLACEHOLDERS else code


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
