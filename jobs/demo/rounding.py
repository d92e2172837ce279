"""Figures as people report them: two leading digits, not the generator's sixteen."""

from __future__ import annotations

import math

FEN_OF_WAN = 1_000_000


def rounded(number: float, digits: int = 2) -> int:
    """The number with so many leading digits, at least 1: 48,612 -> 49,000."""
    if number < 1:
        return 1
    step = int(10 ** max(0, math.floor(math.log10(number)) + 1 - digits))
    return max(1, round(number / step) * step)


def fen(wan: float, digits: int = 2) -> int:
    """An amount of `wan` ten thousands of yuan in whole yuan of few digits, as fen."""
    return rounded(wan * 10_000, digits) * 100
