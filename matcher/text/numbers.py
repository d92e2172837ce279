"""Chinese and Arabic numerals, ranges and rounded figures: 1亿2000万, 3千5, 五十余万, 三四百, 两个亿.

`numeral` values one run of numeral characters. Own grammar, because the public parsers read 1亿2000万 and
3千5 wrongly or refuse 3000多万. Linear: a run is one pass, and a run too long to be a figure is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

LONGEST_RUN: Final = 24
MOST_DIGITS: Final = 15
LARGEST: Final = Decimal(10**15)  # beyond it no figure of an enterprise is meant, and rows hold no more
# A point stands between digits; a comma before exactly three. A full-width comma ends the figure.
# Bounded, so that a pattern which fails after it tries a fixed number of characters again, not all.
RUN: Final = (
    r"(?:(?<![0-9])[0-9一二两三四五六七八九十百千半几]|(?<![0-9])数(?=[十百千万亿]))(?:[0-9零〇一二两三四五六七八九十百千万亿半几多余来]"
    r"|(?<=[0-9])(?:\.(?=[0-9])|,(?=[0-9]{3}(?![0-9])))){0,30}(?:个[万亿]| [百千]?[万亿])?"
)

_DIGITS: Final = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_SMALL_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_BIG_UNITS: Final = {"万": 10**4, "亿": 10**8}
_FILLERS: Final = str.maketrans("", "", "个 ")
# Numerals as on cheques; folded only in runs, because 陆 and 伍 are also names of people and places.
_FORMAL_RUN: Final = re.compile("[壹贰叁肆伍陆柒捌玖拾佰仟零萬億]{2,}")
_PLAIN: Final = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬億", "一二三四五六七八九十百千万亿")
# 两三个, 七八百万, 二十五六: two neighbouring digits that end the numeral or stand before a unit.
_NEIGHBOURS: Final = re.compile(
    "(?<![零〇一二两三四五六七八九0-9])(?:一[二两]|[二两]三|三[四五]|四五|五六|六七|七八|八九)(?=[十百千万亿]|$)"
)
_MARK: Final = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?|[^0-9]")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Figure:
    """A number as written: from `low` to `high`; `exact` is False for rounded ones (多, 余, 几, 来).

    `is_range` where both ends are said, as in 七八百; 几十 and 十多 are rounded and no range.
    """

    low: Decimal
    high: Decimal
    exact: bool
    is_range: bool = False


def numeral(run: str) -> Figure | None:
    """The value of a run of numeral characters; None where it is not a number."""
    marks = _MARK.findall(run.translate(_FILLERS))
    if len(run) > LONGEST_RUN or sum(map(str.isdigit, run)) > MOST_DIGITS or not marks:
        return None
    low = _value(marks, high=False)
    high = _value(marks, high=True)
    if low is None or high is None or high > LARGEST:
        return None
    is_range = low < high and _NEIGHBOURS.search(run) is not None
    return Figure(low, high, exact=low == high and "来" not in run, is_range=is_range)


def plain_numerals(text: str) -> str:
    """The text, as long as before, with numerals as on cheques written plainly: 柒佰捌拾 as 七百八十."""
    return _FORMAL_RUN.sub(lambda run: run.group().translate(_PLAIN), text)


def scale_of(run: str) -> int:
    """The big unit that ends a run: 10,000 for 800万, 10^8 for 两个亿, 1 otherwise."""
    return _BIG_UNITS.get(run[-1:], 1)


class _Sum:
    """A numeral read so far: finished parts, the part below 万, and the digit still waiting."""

    def __init__(self, high: bool) -> None:
        self.high = high
        self.total = Decimal(0)
        self.section = Decimal(0)
        self.digit: Decimal | None = None
        self.unit = 1  # the last unit read
        self.gap = False  # a 零 since the last unit: 三千零五 is 3005, 三千五 is 3500
        self.place = Decimal(1)  # what "多" after the waiting digit is worth

    def take(self, mark: str, following: str | None) -> bool:
        """Read one mark; False where it cannot stand here."""
        if mark in _DIGITS or mark in "几数半":
            return self._take_digit(mark, following)
        if mark in _SMALL_UNITS:
            return self._take_small(_SMALL_UNITS[mark])
        if mark in _BIG_UNITS:
            return self._take_big(_BIG_UNITS[mark])
        if mark in "多余来":
            return self._take_rounding(mark)
        return self._take_arabic(mark)

    def value(self) -> Decimal:
        rest = Decimal(0)
        if self.digit is not None:
            shortened = (
                self.unit >= 100 and not self.gap and self.digit < 10 and self.digit == int(self.digit)
            )
            rest = self.digit * self.unit / 10 if shortened else self.digit
        return self.total + self.section + rest

    def _take_digit(self, mark: str, following: str | None) -> bool:
        if mark in "零〇" and self.digit is None:
            self.gap = True
            return True
        value = _digit_value(mark, self.high)
        if self.digit is None:
            self.digit = value
            return True
        # 三四百, 七八万, 两三个: two neighbouring digits are a range, not a number.
        before_unit = following is not None and (following in _SMALL_UNITS or following in _BIG_UNITS)
        neighbours = value - self.digit == 1 or (self.digit == 3 and value == 5)
        if self.digit >= 1 and ((before_unit and self.digit < value) or (following is None and neighbours)):
            self.digit = value if self.high else self.digit
            return True
        self.digit = self.digit * 10 + value
        return not before_unit

    def _take_small(self, unit: int) -> bool:
        self.section += (Decimal(1) if self.digit is None else self.digit) * unit
        self.digit, self.unit, self.gap = None, unit, False
        return True

    def _take_big(self, unit: int) -> bool:
        waiting = self.section + (Decimal(0) if self.digit is None else self.digit)
        if unit > self.unit and self.total and self.unit >= 10**4:
            waiting, self.total = waiting + self.total, Decimal(0)
        if not waiting:
            return False
        self.total += waiting * unit
        self.section, self.digit, self.unit, self.gap = Decimal(0), None, unit, False
        return True

    def _take_rounding(self, mark: str) -> bool:
        if self.digit is None and not self.section and not self.total:
            return False
        if self.high and mark != "来":
            self._add_place()
        return True

    def _add_place(self) -> None:
        if self.digit is not None:
            self.digit += self.place
        elif self.unit >= 10**4:
            self.total += self.unit
        else:
            self.section += self.unit

    def _take_arabic(self, mark: str) -> bool:
        if self.digit is not None or _GROUPED.fullmatch(mark) is None:
            return False
        self.digit = Decimal(mark.replace(",", ""))
        self.place = _last_place(self.digit)
        return True


def _value(marks: list[str], high: bool) -> Decimal | None:
    figure = _Sum(high)
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        if not figure.take(mark, following):
            return None
    return figure.value()


def _digit_value(mark: str, high: bool) -> Decimal:
    if mark == "半":
        return Decimal("0.5")
    if mark in "几数":
        return Decimal(9 if high else 2)
    return Decimal(_DIGITS[mark])


def _last_place(value: Decimal) -> Decimal:
    """The worth of the last digit that counts: 1000 for 3000, 10 for 50, 1 for 35, 0.1 for 1.4."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(10) ** (exponent if isinstance(exponent, int) else 0)
