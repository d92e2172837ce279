"""Comparisons of a number in a clause: 不低于500万元, 满2年, 50人(含)以上, 500万元至2000万元.

以上、以下、以内 include the figure, 超过、不满 do not (Civil Code, article 1259).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from matcher.domain.product import Criterion, Operator
from matcher.text.numbers import RUN, numeral

_BEFORE: Final = {
    Operator.AT_LEAST: "不低于|不少于|不小于|不得低于|不得少于|至少|最低|大于等于|大于或等于|达到|满|达|>=|≥",
    Operator.AT_MOST: "不超过|不高于|不多于|不大于|不得超过|不得高于|至多|最多|最高|小于等于|<=|≤",
    Operator.ABOVE: "超过|高于|大于|多于|>",
    Operator.BELOW: "低于|少于|小于|不足|不满|未满|不到|<",
}
_BY_WORD: Final = {word: operator for operator, words in _BEFORE.items() for word in words.split("|")}
_PRE: Final = "|".join(sorted(map(re.escape, _BY_WORD), key=len, reverse=True))
_INCLUDED: Final = r"(?:\((?P<{name}>不?含)(?:本数)?\))?"
_IN1, _IN2 = (_INCLUDED.format(name=name) for name in ("in1", "in2"))
_POST: Final = rf"(?P<post>{_IN1}(?:及|或)?(?P<side>以上|以下|以内){_IN2})"
_GAP: Final = r"[^0-9一二两三四五六七八九十百千万亿半几%、或]{0,10}?"
UNITS: Final = {
    "yuan": r"(?:元人民币|元|块)",
    "persons": r"(?:人|名|位)",
    "months": r"(?:个月|年)(?!度|\d|初|底)",
    "items": r"(?:项|件|个)",
}


@dataclass(frozen=True)
class Measured:
    """Criteria that a stretch [start, end) of a clause states."""

    start: int
    end: int
    criteria: tuple[Criterion, ...]


def compared(clause: str, field: str, words: str, unit: str) -> Iterator[Measured]:
    """Every comparison of `field`, named by the pattern `words`, with a figure in `unit`."""
    size = UNITS[unit]
    said = _said(size)
    after = re.compile(rf"(?:{words}){_GAP}{said}")
    before = re.compile(rf"{said}(?:的|以上的)?(?:{words})")
    for pattern in (after, before):
        for match in pattern.finditer(clause):
            found = _criteria(match, field)
            if found:
                yield _with_more(clause, field, Measured(match.start(), match.end(), found), size)
                return


def _said(size: str) -> str:
    high = rf"(?: ?(?:-|~|—|至|到) ?(?P<high>{RUN}) ?(?P<unit2>{size}))?"
    return rf"(?P<pre>{_PRE})?(?P<low>{RUN}) ?(?P<unit>{size})?{high}{_POST}?"


def _with_more(clause: str, field: str, first: Measured, size: str) -> Measured:
    """With the other end: 500万元以上、2000万元以下."""
    match = re.compile(rf"(?:、|且|至)?{_said(size)}").match(clause, first.end)
    more = () if match is None else _criteria(match, field)
    if match is None or not more:
        return first
    return Measured(first.start, match.end(), (*first.criteria, *more))


def _criteria(match: re.Match[str], field: str) -> tuple[Criterion, ...]:
    unit = match["unit"] or match["unit2"]
    low = _value(match["low"], unit)
    if low is None:
        return ()
    if match["high"] is not None:
        high = _value(match["high"], match["unit2"])
        # 500-2000万元: the first figure borrows the scale of the second.
        if match["unit"] is None and "万" in match["high"] and "万" not in match["low"]:
            low *= 10_000
        if high is None or low > high:
            return ()
        return (Criterion(field, Operator.AT_LEAST, low), Criterion(field, Operator.AT_MOST, high))
    operator = _operator(match)
    return () if operator is None else (Criterion(field, operator, low),)


def _operator(match: re.Match[str]) -> Operator | None:
    if match["pre"] is not None:
        if match["pre"] in ("满", "达", "达到") and match["side"] not in (None, "以上"):
            return None
        return _BY_WORD[match["pre"]]
    if match["post"] is None:
        return None
    exclusive = "不含" in (match["in1"], match["in2"])
    if match["side"] == "以上":
        return Operator.ABOVE if exclusive else Operator.AT_LEAST
    return Operator.BELOW if exclusive else Operator.AT_MOST


def _value(run: str, unit: str | None) -> float | None:
    """The figure in the field's unit; None for rounded ones (十多人) and for money without its unit."""
    figure = numeral(run.rstrip(",."))
    if figure is None or not figure.exact or unit is None:
        return None
    return float(figure.low) * (12 if unit == "年" else 1)
