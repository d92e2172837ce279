"""Amounts of money in a text, in fen: 780万元, 500-800万, 五十余万, 7.8 million yuan. Linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from matcher.text.numbers import MOST_DIGITS, RUN, Figure, numeral, plain_numerals, scale_of

_FEN: Final = 100
_UNIT: Final = r"(?:元|块钱|块|人民币|rmb|yuan|cny)"
_LETTER: Final = r"[wWkK](?![a-zA-Z0-9])"  # 150w, 8k-12k
_AMOUNT: Final = re.compile(
    rf"(?P<sign>[¥￥]|rmb ?|cny ?)?(?P<low>{RUN})(?P<lowletter>{_LETTER})?(?P<lowunit>{_UNIT})?"
    rf"(?: ?(?:-|~|—|–|至|到|、) ?(?P<high>{RUN})(?P<highletter>{_LETTER})?)? ?(?P<unit>{_UNIT})?",
    re.IGNORECASE,
)
_ENGLISH_NUMBER: Final = r"[0-9][0-9,]{0,18}(?:\.[0-9]{1,6})?"
_ENGLISH_SCALE: Final = r"(?:million|mn|thousand|billion|bn|k)"
_ENGLISH: Final = re.compile(
    rf"(?P<sign>rmb ?|cny ?|¥ ?)?(?<![0-9.,])(?P<number>{_ENGLISH_NUMBER}) ?(?P<lowscale>{_ENGLISH_SCALE}\b)?"
    rf"(?: ?(?:-|to) ?(?P<high>{_ENGLISH_NUMBER}))? ?(?P<scale>{_ENGLISH_SCALE})?\b ?(?P<unit>yuan|rmb|cny)?",
    re.IGNORECASE,
)
_SCALES: Final = {"thousand": 10**3, "k": 10**3, "million": 10**6, "mn": 10**6, "billion": 10**9, "bn": 10**9}
_LETTERS: Final = {"w": 10**4, "k": 10**3}
# After these a figure counts something else: 成, %, 人, 平, 个, 吨 ...
_NOT_MONEY: Final = re.compile(
    r" ?(?:%|‰|成|折|倍|个(?!亿|万)|名|人|位|家|户|平|方(?!案)|m|㎡|亩|吨|台|套|件|份|辆|张|箱|条|间|盒|桶|"
    r"只|次|页|字|年|月|日|号|天|周(?!转)|小时|点|分(?!期)|公里|公斤|斤|千瓦|千伏|立方|度|册|本|瓶|层|栋|楼|座|村|粒|种|款(?!项)|"
    r"群|颗|用户|粉丝|伏|美元|美金|欧元|日元|港元|港币|趟|根|组|片|顶|桌|把|樘|步|股|头|羽|米|亩|伏安|员工|职工|学生|双|对|副|枚|株|棵|卷|袋|扇|"
    r"盏|朵|打|罐|听|支|架|艘|列|匹|碗|盘|包|捆|车(?!贷|款)|工时|人次|户)"
)
_MONEY_BEFORE: Final = re.compile(
    r"(?:贷|款|资金|预算|租金|月租|工资|月薪|年薪|底薪|时薪|日结|薪资|薪|价|融资|投资|借|额度|缺口|金额|费|产值|营收|营业额|收入|"
    r"出资|授信|保证金|本金|欠|"
    r"补贴|补助|奖励|税|担保|成本|抵押|周转|还|需要|缺|差|每[月年天日人份台个件桌套次间晚]|人均|一[台份件桌套晚])"
    r"[要约为是到了近共达大概不超过至少最多在以内:： ]{0,6}$"
)
# What may stand right after a bare figure that is money: 月租8000, 每桌1500左右; nothing that is counted.
_BARE_END: Final = re.compile(
    r" ?(?:$|[,，。;；、!！?？\n)）]|左右|以内|以上|以下|上下|起|多|到|的|内|吧|就|行|封顶|不等|元)"
)
# The 一 of 一直, 一起 ... belongs to no figure: 欠50万一直不还. The 一块 of 一块地 is no money.
_WORD_ONE: Final = re.compile(
    r"(?<=[万亿千百0-9])一(?=[直下个起年家批次些点套定样月天周并共般边台])"
    r"|[一两几](?=块(?!钱)[^,，。;；0-9一二三四五六七八九]{0,2}(?:[0-9]|地|空地|场地|屏|板|砖|用地))"
)
_IDIOMS: Final = ("千万", "万", "亿")  # 千万别, 万一: no figures
_NEGATIVE: Final = ("负", "-")
_AFTER_DIGITS: Final = tuple("0123456789万亿元")
# Before these words' figures stands what the firm is or has, not what it needs.
_OWN: Final = re.compile(
    r"(?:营收|营业额|营业收入|销售额|收入|产值|注册资本|注册资金|资本|利润|净利|出口额|研发投入|研发费用|账上|只剩|"
    r"纳税|交税|税(?:都)?交了|缴税|缴了|turnover|revenue|registered capital|"
    r"(?:去年|前年|上年|上半年|今年)[^,，。;；\n0-9]{0,5}(?:投|花|交|缴|做|卖)了?)"
    r"[约为是有到了近共达大概不超过还只剩:： of]{0,8}$",
    re.IGNORECASE,
)
# Right after these stands what is asked for, though other sums are told as well.
_ASKED: Final = re.compile(
    r"(?:要|想|想贷|贷|贷款|借|借款|融资|预算|缺口|资金|need|borrow|loan of|budget)[约为是在到:： of]{0,4}$",
    re.IGNORECASE,
)
_UNIT_PRICE: Final = re.compile(r"(?:单价|每.|人均|一[台份件桌套晚]|押金)[约为是在不超过:： ]{0,6}$")
_UNIT_PRICE_AFTER: Final = re.compile(
    r" ?(?:一[个份件台套人次张桌双条只盒箱本]|每|/|per |a (?:day|head|person|piece))"
)


class Role(StrEnum):
    """What a figure of money is: the need's own sum, the price of one, or a figure of the firm."""

    SUM = "sum"
    UNIT_PRICE = "unit_price"
    OWN = "own"


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
    role: Role = Role.SUM


def amounts(text: str) -> list[Amount]:
    """All amounts of a folded text in order. Percentages, shares (八成) and counted things are none."""
    found: list[Amount] = []
    plain = plain_numerals(text)
    candidates = [*_chinese(plain), *_english(plain)]
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
        is_range = match["high"] is not None or low.is_range
        yield Amount(
            start=match.start(),
            end=match.start() + len(match.group().rstrip()),
            low_fen=int(low.low * _FEN),
            high_fen=int(high.high * _FEN),
            exact=low.exact and high.exact and low == high,
            is_range=is_range,
            confidence=_confidence(named, text, match.start()),
            role=_role(text, match.start(), match.end()),
        )


def _figures(match: re.Match[str]) -> tuple[Figure, Figure] | None:
    low = _lettered(match["low"], match["lowletter"])
    high = low if match["high"] is None else _lettered(match["high"], match["highletter"])
    if low is None or high is None:
        return None
    scale = scale_of(match["high"].rstrip(",.")) if match["high"] is not None else 1
    if scale > 1 and scale_of(match["low"]) == 1 and low.high * scale <= high.high:
        low = Figure(low.low * scale, low.high * scale, low.exact)
    return (low, high) if low.low <= high.high else None


def _lettered(run: str, letter: str | None) -> Figure | None:
    """The figure of a run, in thousands or ten thousands where k or w follows it."""
    figure = numeral(run.rstrip(",."))
    if figure is None or letter is None:
        return figure
    scale = _LETTERS[letter.lower()]
    return Figure(figure.low * scale, figure.high * scale, figure.exact, figure.is_range)


def _is_money(match: re.Match[str], text: str) -> bool:
    before = text[max(0, match.start() - 12) : match.start()]
    if before.endswith(_NEGATIVE) and not before[:-1].endswith(_AFTER_DIGITS):
        return False
    if match["unit"] or match["lowunit"] or match["sign"]:
        return True
    last = match["high"] if match["high"] is not None else match["low"]
    if _NOT_MONEY.match(text, match.end()) or last.startswith(_IDIOMS):
        return False
    if match["lowletter"] or match["highletter"]:
        return _MONEY_BEFORE.search(before) is not None or match["high"] is not None
    scaled = scale_of(last) > 1 or "亿" in last or "万" in last
    return scaled or (
        last[-1:] in "千百0123456789五" and len(last) > 1 and _is_bare_money(match, text, before, last)
    )


def _is_bare_money(match: re.Match[str], text: str, before: str, figure: str) -> bool:
    """A bare figure counts as money after a word of money, if it is large or written in units."""
    if _MONEY_BEFORE.search(before) is None or _BARE_END.match(text, match.end()) is None:
        return False
    return len(figure) >= 3 or not figure.isdigit()


def _confidence(named: bool, text: str, start: int) -> float:
    """Surer with its unit, and after a word that asks for it."""
    if _ASKED.search(text, max(0, start - 12), start):
        return 0.97
    return 0.95 if named else 0.8


def _role(text: str, start: int, end: int) -> Role:
    before = text[max(0, start - 20) : start]
    if _OWN.search(before):
        return Role.OWN
    if _UNIT_PRICE.search(before) or _UNIT_PRICE_AFTER.match(text, end):
        return Role.UNIT_PRICE
    return Role.SUM


def _english(text: str) -> Iterator[Amount]:
    for match in _ENGLISH.finditer(text):
        scale = match["scale"] or match["lowscale"]
        is_small = scale is None or scale.lower() == "k"
        if not (match["unit"] or match["sign"]) and (is_small or match["number"] is None):
            continue
        low, high = _scaled(match["number"], match["lowscale"] or match["scale"]), None
        if match["high"] is not None:
            high = _scaled(match["high"], match["scale"] or match["lowscale"])
        if low is None or (match["high"] is not None and high is None) or (high is not None and high < low):
            continue
        yield Amount(
            start=match.start(),
            end=match.start() + len(match.group().rstrip()),
            low_fen=low,
            high_fen=low if high is None else high,
            exact=high is None,
            is_range=high is not None,
            confidence=_confidence(bool(match["unit"] or match["sign"]), text, match.start()),
            role=_role(text, match.start(), match.end()),
        )


def _scaled(number: str, scale: str | None) -> int | None:
    digits = number.replace(",", "")
    if len(digits) > MOST_DIGITS:
        return None
    return int(Decimal(digits) * (1 if scale is None else _SCALES[scale.lower()]) * _FEN)
