"""How an officer puts a need: who, by when, how much; what is said in figures stands in the columns too."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from jobs.demo.chance import Chance
from jobs.demo.firms import Firm
from jobs.demo.rounding import FEN_OF_WAN
from matcher.storage.needs import Need

_LOANS_WAN: Final = (10, 20, 30, 50, 80, 100, 150, 200, 300, 500)
_DIGITS: Final = "零一二三四五六七八九十"


def speak(chance: Chance, row: Need, firm: Firm, text: str) -> None:
    """Fill the blanks of `text`; what it says in figures stands in the columns too."""
    term, days = chance.one(_terms(row.created_at.date()))
    wan = _wan(chance, row, firm)
    area = chance.one((60, 80, 120, 150, 180, 260, 320, 500))
    people = firm.row.employees if firm.row.employees is not None else chance.between(6, 40)
    amount = chance.one((2, 3, 4, 5, 6, 8, 10))
    row.text = text.format(who=_who(chance, firm), when=term, wan=wan, area=area, people=people, n=amount)
    row.amount_fen = wan * FEN_OF_WAN if "{wan}" in text else None
    row.quantity = float(area) if "{area}" in text else None
    row.deadline = row.created_at.date() + timedelta(days=days) if "{when}" in text else None


def _wan(chance: Chance, row: Need, firm: Firm) -> int:
    """Ten thousands of yuan: a price a small firm would name, or a loan in keeping with its turnover."""
    if row.kind not in (None, "financing"):
        return chance.one((3, 5, 6, 8, 12, 15, 20))
    turnover = firm.trade.people[0] * firm.trade.head
    if firm.row.revenue_fen is not None:
        turnover = firm.row.revenue_fen / FEN_OF_WAN
    aim = turnover * chance.around(0.12, 0.4)
    return min(_LOANS_WAN, key=lambda wan: abs(wan - aim))


def _terms(said_on: date) -> tuple[tuple[str, int], ...]:
    """Ways to name a term and how many days after `said_on` it ends."""
    last = (said_on.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    year_end = date(said_on.year, 12, 31)
    return (
        ("月底前", max(2, (last - said_on).days)),
        ("元旦前", max(5, (year_end - said_on).days)),
        ("下个月", (last - said_on).days + 30),
        ("这两周", 14),
        ("一个月内", 30),
    )


def _who(chance: Chance, firm: Firm) -> str:
    """How an officer refers to a firm: by floor, by trade, by brand."""
    floor = _floor(firm, chance)
    draw = chance.share()
    if draw < 0.4:
        return f"{floor}{'那家' if draw < 0.25 else ''}{firm.trade.called}"
    if draw < 0.6:
        return f"{floor}{firm.brand}"
    if draw < 0.75 and firm.row.contact_name is not None:
        return f"{firm.brand}的{firm.row.contact_name[0]}总"
    return f"{firm.brand}（{firm.trade.called}）" if draw < 0.85 else firm.brand


def _floor(firm: Firm, chance: Chance) -> str:
    if firm.row.floor is None or firm.house.is_street:
        return "街上" if firm.house.is_street else "楼里"
    floor = int(firm.row.floor)
    spoken = _DIGITS[floor] if floor <= 10 else str(floor)
    return chance.one((f"{spoken}楼", f"{firm.house.nick}{floor}楼", f"{firm.house.nick}{spoken}层"))
