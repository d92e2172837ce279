"""A firm's figures: consistent with each other and with its trade, and missing as often as in real files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from jobs.demo.chance import Chance
from jobs.demo.rounding import FEN_OF_WAN, fen, rounded
from jobs.demo.trades import Trade

_CAPITAL_WAN: Final = (10, 30, 50, 100, 200, 300, 500, 1000, 2000, 3000, 5000, 10_000)
_DAYS_OF_YEAR: Final = 365
# How often a station has not been told: money is what firms are asked for last.
UNKNOWN: Final = {"employees": 0.1, "revenue": 0.33, "tax": 0.38, "assets": 0.45, "capital": 0.05}


@dataclass(frozen=True)
class Figures:
    """What is known of a firm's size. None is unknown, never zero."""

    founded_on: date | None
    employees: int | None
    capital_fen: int | None
    revenue_fen: int | None
    tax_paid_fen: int | None
    assets_fen: int | None


def figures(chance: Chance, trade: Trade, today: date, *, alone: bool, full: bool = False) -> Figures:
    """Draw the figures of a firm. `alone`: a sole trader; `full`: nothing is missing."""
    people = max(1, rounded(chance.around(*trade.people)))
    revenue_wan = people * chance.around(trade.head, 0.35)
    assets_wan = revenue_wan * chance.around(trade.assets, 0.4)
    tax_wan = revenue_wan * chance.around(trade.tax, 0.3)

    def known(what: str) -> bool:
        return full or not chance.happens(UNKNOWN[what])

    return Figures(
        founded_on=_founded(chance, today, old=revenue_wan > 2000) if full or chance.happens(0.96) else None,
        employees=people if known("employees") else None,
        capital_fen=_capital_fen(chance, revenue_wan, alone=alone) if known("capital") else None,
        revenue_fen=fen(revenue_wan) if known("revenue") else None,
        tax_paid_fen=fen(tax_wan, 3) if known("tax") else None,
        assets_fen=fen(assets_wan) if known("assets") else None,
    )


def _founded(chance: Chance, today: date, *, old: bool) -> date:
    years = min(chance.around(9 if old else 5, 0.7), 28)
    return today - timedelta(days=int(years * _DAYS_OF_YEAR) + chance.between(20, 200))


def _capital_fen(chance: Chance, revenue_wan: float, *, alone: bool) -> int:
    if alone:
        return chance.one((3, 5, 8, 10, 20)) * FEN_OF_WAN
    aim = revenue_wan * chance.around(0.3, 0.6)
    return min(_CAPITAL_WAN, key=lambda wan: abs(wan - aim)) * FEN_OF_WAN
