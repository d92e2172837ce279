"""Counted things, people and areas in a text: 30个人, 六家, 200份, 300平米, 30 people. Linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from matcher.domain.need import Slot
from matcher.text.numbers import RUN, Figure, numeral

_SQUARE_METRES_A_MU: Final = Decimal(2000) / 3
_COUNTED: Final = re.compile(
    rf"(?P<low>{RUN})(?: ?(?:-|~|—|–|至|到) ?(?P<high>{RUN}))? ?"
    r"(?:(?P<area>平方米|平米|平方|㎡|m2|平(?![均常时台安]))|(?P<mu>亩)|(?P<people>个人|人次|人(?!民|均)|名(?!牌)|位(?!置))"
    r"|(?P<things>家|户|份|台|套|件|辆|吨|张|箱|条|间|桶|盒|本|册|把|只|部|瓶|根|块(?!钱)|个(?!月|亿|万|点|小时|工作日|星期)|场|顿|单|处))"
)
_ENGLISH: Final = re.compile(
    r"(?<![0-9.,])(?P<low>[0-9][0-9,]{0,12}(?:\.[0-9]{1,3})?)(?: ?(?:-|to) ?(?P<high>[0-9][0-9,]{0,12}))? "
    r"?(?:(?P<area>square met(?:er|re)s?|sqm|sq m|m2)|"
    r"(?P<people>(?:[a-z]{2,12} ){0,2}(?:people|persons?|staff|employees|workers|engineers|graduates|students|interns|drivers"
    r"|cooks|waiters|technicians|operators|salespeople|accountants))|"
    r"(?P<things>sets?|pieces|units|firms|companies|boxes|tons?|tonnes|copies|desks|rooms|cars|spaces))\b",
    re.IGNORECASE,
)
_NAMES: Final = {"area": "area_m2", "mu": "area_m2", "people": "headcount", "things": "quantity"}
_EMPTY_ONES: Final = ("一家", "一个", "一套", "一份", "一件", "一条", "一名", "一位", "一场", "一处", "一部", "一把", "几家", "几个", "一单")
_HIRING: Final = re.compile(r"[招聘缺](?:聘|募|用|收)?$")


def counts(text: str) -> list[Slot]:
    """Slots headcount, quantity and area_m2 of a folded text, in order; a range counts by its upper end."""
    return [slot for pattern in (_COUNTED, _ENGLISH) for slot in _matched(pattern, text)]


def _matched(pattern: re.Pattern[str], text: str) -> Iterator[Slot]:
    for match in pattern.finditer(text):
        figure = _figure(match)
        if figure is None or match.group() in _EMPTY_ONES:
            continue
        name = _name(match, text)
        value = figure.high if match["high"] else figure.low
        if match.groupdict().get("mu"):
            value = (value * _SQUARE_METRES_A_MU).quantize(Decimal(1))
        confidence = 0.9 if figure.exact else 0.7
        plain = float(value) if name == "area_m2" or value != int(value) else int(value)
        yield Slot(name, plain, confidence, match.start(), match.end())


def _figure(match: re.Match[str]) -> Figure | None:
    low = numeral(match["low"].rstrip(",."))
    return low if match["high"] is None else numeral(match["high"].rstrip(",."))


def _name(match: re.Match[str], text: str) -> str:
    """People after a word of hiring may be counted in 个: 招3个焊工."""
    group = next(name for name in _NAMES if match.groupdict().get(name))
    if group == "things" and match.group().endswith("个") and _HIRING.search(text[: match.start()][-3:]):
        return "headcount"
    return _NAMES[group]
