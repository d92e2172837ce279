"""What the name of an enterprise says of its trade: the word before 有限公司, and whether it is a works."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from matcher.text.trades.phrases import name_words

# Words that many trades bear: they say little beside a scope.
_WEAK: Final = frozenset(
    [
        "科技",
        "科技发展",
        "建设",
        "控股",
        "投资",
        "物流",
        "城市开发",
        "商业",
        "大厦",
        "绿化",
        "咨询",
        "工贸",
        "农贸",
        "医药科技",
        "医疗科技",
        "电子科技",
        "环保科技",
        "设计",
        "旅游",
        "连锁",
        "新技术",
        "高新技术",
        "网络科技",
        "供应链",
        "计算机",
        "电脑",
    ]
)
_WEAK_SHARE: Final = 0.4
_EARLIER_SHARE: Final = 0.6  # what stands before 有限公司 in the name of a branch
_AFTER_HOUSE_SHARE: Final = 0.8  # 机械厂: the word before 厂
_INSIDE_SHARE: Final = 0.4

_IN_BRACKETS: Final = re.compile(r"\([^()]*\)")
_LEGAL: Final = re.compile(
    r"有限责任公司|股份有限公司|有限公司|股份公司|责任公司|总公司|分公司|集团公司|公司|集团|总厂|分厂|股份合作"
)
_HOUSE: Final = re.compile(r"(?:制造厂|加工厂|制品厂|配件厂|设备厂|厂|店|部|站|社|所|中心|行)$")
_WORKS: Final = re.compile(r"厂(?:$|\()|制造|制品|工业(?:$|\()")


def plain_name(name: str) -> str:
    """The name in one width without brackets."""
    return _IN_BRACKETS.sub("", unicodedata.normalize("NFKC", name))


def divisions_named(name: str) -> dict[str, float]:
    """Divisions the name speaks for, with weights; empty where it says nothing (科凯实业有限公司)."""
    pieces = [piece for piece in _LEGAL.split(plain_name(name)) if len(piece) > 1]
    found: dict[str, float] = {}
    for share, piece in zip((1.0, *[_EARLIER_SHARE] * len(pieces)), reversed(pieces), strict=False):
        hit, sure = _word_of(piece)
        if hit is None:
            continue
        weight = share * sure * (_WEAK_SHARE if hit in _WEAK else 1.0)
        divisions = name_words()[hit]
        for division in divisions:
            found[division] = found.get(division, 0.0) + weight / len(divisions)
    return found


def is_works(name: str) -> bool:
    """Whether the name is that of a place where things are made (机械厂, 塑料制品有限公司)."""
    return _WORKS.search(_LEGAL.split(plain_name(name))[0]) is not None or plain_name(name).endswith("厂")


def trade_word(name: str) -> str:
    """The last letters of the name before its legal form: what a learner looks at."""
    pieces = [piece for piece in _LEGAL.split(plain_name(name)) if len(piece) > 1]
    return "".join(pieces)


def _word_of(piece: str) -> tuple[str | None, float]:
    """The known word that ends the piece, and how surely it is meant."""
    ending = _ending(piece)
    if ending is not None:
        return ending, 1.0
    ending = _ending(_HOUSE.sub("", piece))
    if ending is not None:
        return ending, _AFTER_HOUSE_SHARE
    return max(_inside(piece), key=len, default=None), _INSIDE_SHARE


def _ending(piece: str) -> str | None:
    words = name_words()
    tails = (piece[-length:] for length in range(min(_longest(), len(piece)), 1, -1))
    return next((tail for tail in tails if tail in words), None)


def _inside(piece: str) -> Iterator[str]:
    words = name_words()
    for start in range(len(piece)):
        for end in range(start + 2, min(start + _longest(), len(piece)) + 1):
            if piece[start:end] in words:
                yield piece[start:end]


@cache
def _longest() -> int:
    return max(map(len, name_words()))
