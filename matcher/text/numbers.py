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
RUN: Final = r"[0-9一二两三四五六七八九十百千半几数][0-9.,零〇一二两三四五六七八九十百千万亿半几多余来]*(?:个[万亿]| [百千]?[万亿])?"

_DIGITS: Final = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_BIG_UNITS: Final = {"万": 10**4, "亿": 10**8}
_FILLERS: Final = str.maketrans("", "", "个 ")
_TOKEN: Final = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?|[^0-9]")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Figure:
    """A number as written: from `low` to `high`; `exact` is False for rounded ones (多, 余, 几, 来)."""

    low: Decimal
    high: Decimal
    exact: bool


def numeral(run: str) -> Figure | None:
    """The value of a run of numeral characters; None where it is not a number."""
    tokens = _TOKEN.findall(run.translate(_FILLERS))
    if len(run) > LONGEST_RUN or sum(map(str.isdigit, run)) > MOST_DIGITS or not tokens:
        return None
    low = _value(tokens, high=False)
    high = _value(tokens, high=True)
    if low is None or high is None:
        return None
    return Figure(low, high, exact=low == high and "来" not in run)


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

    def take(self, token: str, following: str | None) -> bool:
        """Read one token; False where it cannot stand here."""
        if token in _DIGITS or token in "几数半":
            return self._take_digit(token, following)
        if token in _SMALL_UNITS:
            return self._take_small(_SMALL_UNITS[token])
        if token in _BIG_UNITS:
            return self._take_big(_BIG_UNITS[token])
        if token in "多余来":
            return self._take_rounding(token)
        return self._take_arabic(token)

    def value(self) -> Decimal:
        rest = Decimal(0)
        if self.digit is not None:
            shortened = self.unit >= 100 and not self.gap and self.digit < 10 and self.digit == int(self.digit)
            rest = self.digit * self.unit / 10 if shortened else self.digit
        return self.total + self.section + rest

    def _take_digit(self, token: str, following: str | None) -> bool:
        if token in "零〇" and self.digit is None:
            self.gap = True
            return True
        value = _digit_value(token, self.high)
        if self.digit is None:
            self.digit = value
            return True
        # 三四百, 七八万: two neighbouring digits before a unit are a range, not a number.
        is_range = following is not None and (following in _SMALL_UNITS or following in _BIG_UNITS)
        if is_range and self.digit < value:
            self.digit = value if self.high else self.digit
            return True
        self.digit = self.digit * 10 + value
        return not is_range

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

    def _take_rounding(self, token: str) -> bool:
        if self.digit is None and not self.section and not self.total:
            return False
        if self.high and token != "来":  # noqa: S105
            self._add_place()
        return True

    def _add_place(self) -> None:
        if self.digit is not None:
            self.digit += self.place
        elif self.unit >= 10**4:
            self.total += self.unit
        else:
            self.section += self.unit

    def _take_arabic(self, token: str) -> bool:
        if self.digit is not None or _GROUPED.fullmatch(token) is None:
            return False
        self.digit = Decimal(token.replace(",", ""))
        self.place = _last_place(self.digit)
        return True


def _value(tokens: list[str], high: bool) -> Decimal | None:
    figure = _Sum(high)
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if not figure.take(token, following):
            return None
    return figure.value()


def _digit_value(token: str, high: bool) -> Decimal:
    if token == "半":  # noqa: S105
        return Decimal("0.5")
    if token in "几数":
        return Decimal(9 if high else 2)
    return Decimal(_DIGITS[token])


def _last_place(value: Decimal) -> Decimal:
    """The worth of the last digit that counts: 1000 for 3000, 10 for 50, 1 for 35, 0.1 for 1.4."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(10) ** (exponent if isinstance(exponent, int) else 0)
