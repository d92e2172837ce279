"""Amounts of money in a text, in fen: 780万元, 500-800万, 五十余万, 7.8 million yuan. Linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from matcher.text.numbers import MOST_DIGITS, RUN, Figure, numeral, scale_of

_FEN: Final = 100
_UNIT: Final = r"(?:元|块钱|块|人民币|rmb|yuan|cny)"
_AMOUNT: Final = re.compile(
    rf"(?P<sign>[¥￥]|rmb ?|cny ?)?(?P<low>{RUN})(?P<lowunit>{_UNIT})?"
    rf"(?: ?(?:-|~|—|–|至|到) ?(?P<high>{RUN}))? ?(?P<unit>{_UNIT})?",
    re.IGNORECASE,
)
_ENGLISH: Final = re.compile(
    r"(?P<sign>rmb ?|cny ?|¥ ?)?(?<![0-9.,])(?P<number>[0-9][0-9,]{0,18}(?:\.[0-9]{1,6})?) ?"
    r"(?P<scale>million|mn|thousand|billion|bn|k)?\b ?(?P<unit>yuan|rmb|cny)?",
    re.IGNORECASE,
)
_SCALES: Final = {"thousand": 10**3, "k": 10**3, "million": 10**6, "mn": 10**6, "billion": 10**9, "bn": 10**9}
# After these a figure counts something else: 成, %, 人, 平, 个, 吨 ...
_NOT_MONEY: Final = re.compile(
    r" ?(?:%|‰|成|折|倍|个(?!亿|万)|名|人|位|家|户|平|方|m|㎡|亩|吨|台|套|件|份|辆|张|箱|条|间|盒|桶|只|次|页|字|年|月|日|号|天|周|"
    r"小时|点|分|公里|公斤|斤|千瓦|度|册|本|瓶|层|栋|楼|座|村|粒|种|款|群|颗|用户|粉丝|伏|美元|美金|欧元|日元|港元|港币)"
)
_MONEY_BEFORE: Final = re.compile(
    r"(?:贷|款|资金|预算|租金|工资|月薪|年薪|薪资|薪|价|融资|投资|借|额度|缺口|金额|费|产值|营收|营业额|收入|出资|授信|保证金|本金|欠|"
    r"补贴|补助|奖励|税|担保|成本|抵押|周转|还|需要|缺|差)[约为是到了近共达大概不超过至少最多在以内:： ]{0,6}$"
)
# The 一 of 一直, 一起 ... belongs to no figure: 欠50万一直不还.
_WORD_ONE: Final = re.compile(r"(?<=[万亿千百0-9])一(?=[直下个起年家批次些点套定样月天周并共般边台])")
_IDIOMS: Final = ("千万", "万", "亿")  # 千万别, 万一: no figures
_NEGATIVE: Final = ("负", "-")
_AFTER_DIGITS: Final = tuple("0123456789万亿元")


@dataclass(frozen=True)
class Amount:
    """Money at [start, end) of the text, in fen; `is_range` where two figures were written."""

    start: int
    end: int
    low_fen: int
    high_fen: int
    exact: bool
    is_range: bool
    confidence: float


def amounts(text: str) -> list[Amount]:
    """All amounts of a folded text in order. Percentages, shares (八成) and counted things are none."""
    found: list[Amount] = []
    candidates = [*_chinese(text), *_english(text)]
    for amount in sorted(candidates, key=lambda amount: (amount.start, -amount.end)):
        if not found or amount.start >= found[-1].end:
            found.append(amount)
    return found


def _chinese(text: str) -> Iterator[Amount]:
    for match in _AMOUNT.finditer(_WORD_ONE.sub("·", text)):
        figures = _figures(match)
        if figures is None or not _is_money(match, text):
            continue
        named = bool(match["sign"] or match["unit"] or match["lowunit"])
        low, high = figures
        yield Amount(
            start=match.start(),
            end=match.start() + len(match.group().rstrip()),
            low_fen=int(low.low * _FEN),
            high_fen=int(high.high * _FEN),
            exact=low.exact and high.exact and low == high,
            is_range=match["high"] is not None,
            confidence=0.95 if named else 0.8,
        )


def _figures(match: re.Match[str]) -> tuple[Figure, Figure] | None:
    low = numeral(match["low"].rstrip(",."))
    high = low if match["high"] is None else numeral(match["high"].rstrip(",."))
    if low is None or high is None:
        return None
    scale = scale_of(match["high"].rstrip(",.")) if match["high"] is not None else 1
    if scale > 1 and scale_of(match["low"]) == 1 and low.high * scale <= high.high:
        low = Figure(low.low * scale, low.high * scale, low.exact)
    return (low, high) if low.low <= high.high else None


def _is_money(match: re.Match[str], text: str) -> bool:
    before = text[max(0, match.start() - 12) : match.start()]
    if before.endswith(_NEGATIVE) and not before[:-1].endswith(_AFTER_DIGITS):
        return False
    if match["unit"] or match["lowunit"] or match["sign"]:
        return True
    last = match["high"] if match["high"] is not None else match["low"]
    if _NOT_MONEY.match(text, match.end()) or last.startswith(_IDIOMS):
        return False
    scaled = scale_of(last) > 1 or "亿" in last or "万" in last
    return scaled or (last[-1:] in "千百0123456789五" and len(last) > 1 and _has_money_before(before, last))


def _has_money_before(before: str, figure: str) -> bool:
    """A bare figure counts as money after a word of money, if it is large or written in units."""
    return _MONEY_BEFORE.search(before) is not None and (len(figure) >= 3 or not figure.isdigit())


def _english(text: str) -> Iterator[Amount]:
    for match in _ENGLISH.finditer(text):
        scale, unit = match["scale"], match["unit"]
        if scale is None or not (unit or match["sign"] or scale.lower() not in ("k",)):
            continue
        digits = match["number"].replace(",", "")
        if len(digits) <= MOST_DIGITS:
            fen = int(Decimal(digits) * _SCALES[scale.lower()] * _FEN)
            confidence = 0.95 if unit or match["sign"] else 0.7
            yield Amount(match.start(), match.end(), fen, fen, True, False, confidence)
