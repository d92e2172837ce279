"""Amounts of money: a heading names the unit, or each value names its own; kept as integer fen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from matcher.services.imports.problems import BadValueError, Severity

IN_VALUE: Final = "in_value"
FEN_PER: Final[Mapping[str, int]] = {
    "fen": 1, "分": 1, "yuan": 100, "元": 100, "千元": 100_000, "千": 100_000, "wan": 1_000_000,
    "万": 1_000_000, "万元": 1_000_000, "亿元": 10_000_000_000, "亿": 10_000_000_000,
}  # fmt: skip
UNITS: Final = tuple(sorted(FEN_PER, key=len, reverse=True))
MOST_FEN: Final = 2**63 - 1
_HEADING: Final = re.compile(rf"(.+?)[_ (\[]*({'|'.join(UNITS)})(?:人民币)?[)\]]*")
_VALUE: Final = re.compile(
    r"(?:人民币|rmb|￥|¥)?([+-]?[\d,]*\.?\d+|[+-]?\d[\d,]*\.?)\(?(亿|万|千)?(元)?(\D*)"
)
_DOMESTIC: Final = frozenset({"", "人民币", "人民币元", "rmb", "cny", "整"})


def split_unit(heading: str) -> tuple[str, str | None]:
    """A heading without its unit, and the unit (``注册资本(万元)``, ``revenue_wan``) or None."""
    found = _HEADING.fullmatch(heading)
    return (found.group(1), found.group(2)) if found else (heading, None)


def read_money(cell: object, unit: str) -> int:
    """Fen. `unit` is the heading's, or IN_VALUE: each value says it (``3,000(万元)``, ``50万人民币``)."""
    if isinstance(cell, bool):
        raise BadValueError("not_money")
    text = unicodedata.normalize("NFKC", str(cell)).strip().lower().replace(" ", "")
    found = _VALUE.fullmatch(text)
    if found is None:
        raise BadValueError("not_money")
    number, scale, yuan, rest = found.groups()
    if rest.strip("()元") not in _DOMESTIC:
        raise BadValueError("foreign_currency", Severity.REFUSED)
    return _fen(number, _unit_of(f"{scale or ''}{yuan or ''}", rest, unit))


def _unit_of(said: str, rest: str, unit: str) -> int:
    named = said if said or "元" not in rest else "元"
    own = FEN_PER[named] if named else None
    if unit == IN_VALUE:
        if own is None:
            raise BadValueError("unit_missing_in_value")
        return own
    if own is not None and own != FEN_PER[unit]:
        raise BadValueError("unit_contradicts_heading", unit=unit)
    return FEN_PER[unit]


def _fen(number: str, fen_per_unit: int) -> int:
    try:
        fen = (Decimal(number.replace(",", "")) * fen_per_unit).quantize(Decimal(1), ROUND_HALF_UP)
    except InvalidOperation:
        raise BadValueError("not_money") from None
    if fen < 0:
        raise BadValueError("negative_money")
    if fen > MOST_FEN:
        raise BadValueError("too_much_money")
    return int(fen)
