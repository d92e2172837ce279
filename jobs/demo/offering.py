"""Offers, in the sellers' own words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from jobs.demo.chance import Chance
from jobs.demo.firms import Firm
from matcher.storage.needs import Offer

_HOW_MANY: Final = (0, 1, 2, 3)
_WEIGHTS: Final = (13, 60, 22, 5)
_CLOSINGS: Final = (
    "", "", "", "，老客户转介绍有优惠", "，望江街道的客户上门不收费", "，可开专票", "，先做后付也能谈",
    "，有案例可看",
)  # fmt: skip


def offers(chance: Chance, firms: Sequence[Firm], now: datetime) -> list[Offer]:
    """About 1.2 offers a firm; a planted firm always tells all it has. Closed firms offer nothing."""
    rows: list[Offer] = []
    for firm in firms:
        if firm.is_open:
            rows += [_offer(chance, firm, words, now) for words in _drawn(chance, firm)]
    for number, row in enumerate(rows, 1):
        row.offer_id = f"OF{number:05d}"
    return rows


def _drawn(chance: Chance, firm: Firm) -> list[tuple[str, ...]]:
    sold = firm.trade.offers
    planted = firm.role is not None and not firm.role.startswith("canteen")
    if planted:
        return list(sold)
    return chance.some(sold, chance.weighted(_HOW_MANY, _WEIGHTS))


def _offer(chance: Chance, firm: Firm, words: tuple[str, ...], now: datetime) -> Offer:
    title, text, *industry = words
    body = text.format(n=chance.one((3, 5, 6, 8, 10, 12, 15, 20)))
    closing = chance.one(_CLOSINGS)
    return Offer(
        enterprise_id=firm.identifier,
        title=title,
        text=body if firm.role is not None or "票" in body else body + closing,
        industry_code=industry[0] if industry else firm.row.industry_code,
        capacity=float(chance.one((10, 20, 30, 50, 100, 200))) if chance.happens(0.25) else None,
        serves=[firm.house.region_code[:6]] if chance.happens(0.3) else [],
        updated_at=now - timedelta(days=chance.below(240), minutes=chance.below(900)),
    )
