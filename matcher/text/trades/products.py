"""A product's word -> the division that makes it: 钢板 is division 31's, 锂电池 division 38's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matcher.text.trades.head import DIVISIONS, POSITION, head

LEAST_SHARE: Final = 0.4  # below it nothing is said
_TRADE: Final = ("51", "52")  # sells everything and makes nothing


def makers(words: Sequence[str]) -> list[str | None]:
    """For each word the division whose product it is, None where that is too unsure."""
    shares = head()(list(words))
    shares[:, [POSITION[code] for code in _TRADE]] = 0
    totals = shares.sum(axis=1, keepdims=True)
    shares = shares / totals.clip(min=1e-9)
    best = shares.argmax(axis=1)
    return [
        DIVISIONS[at] if share >= LEAST_SHARE else None
        for at, share in zip(best, shares.max(axis=1), strict=True)
    ]
