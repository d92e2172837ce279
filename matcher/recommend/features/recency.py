"""Recency: how lately a firm has signed anything, as far as it is on record."""

from __future__ import annotations

import math
from datetime import date, datetime
from functools import lru_cache
from typing import Final

import numpy as np

from matcher.domain.ranking import Reason
from matcher.graph.table import Array
from matcher.recommend.asking import Asking
from matcher.recommend.signal import NOTHING, Evidence, Signal
from matcher.recommend.weights import LATELY, RECENT_MONTHS, UNKNOWN_RECENCY

_EPOCH: Final = date(1970, 1, 1).toordinal()
_DAYS: Final = round(32 * (RECENT_MONTHS * -math.log2(UNKNOWN_RECENCY) + 2))  # older ones are worth no more


def recency(asking: Asking) -> Signal:
    """2 ** -(months / RECENT_MONTHS) since its last deal on record, float32 in [0, 1].

    In whole months of the calendar: lists made with a snapshot then hold until the month is over.

    UNKNOWN_RECENCY where none is on record, and never less: whoever dealt long ago is not behind whoever
    never did.
    """
    today = asking.graph.as_of.date()
    worth = _worth(today, month_of(asking.graph.as_of))
    last = today.toordinal()
    active = asking.graph.firms.numbers("active")
    # Whoever dealt before the days of the table has long come down to what is assumed of the unknown.
    values = worth[np.clip(active - (last - _DAYS), 0, _DAYS)]
    return Signal(values, lambda firm: _evidence(float(values[firm])))


@lru_cache(maxsize=8)
def _worth(today: date, month: int) -> Array:
    """float32 (_DAYS + 1,): what a last deal on each of the days up to today is worth, the oldest first."""
    days = np.arange(today.toordinal() - _DAYS, today.toordinal() + 1)
    since = np.maximum(month - _months(days), 0)
    found: Array = np.maximum(0.5 ** (since / RECENT_MONTHS), UNKNOWN_RECENCY).astype(np.float32)
    return found


def month_of(moment: datetime) -> int:
    """Months since 1970."""
    return (moment.year - 1970) * 12 + moment.month - 1


def _months(ordinals: Array) -> Array:
    """int64: months since 1970 of proleptic ordinals."""
    found: Array = (ordinals - _EPOCH).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return found


def _evidence(value: float) -> Evidence:
    if value < LATELY:
        return NOTHING
    return Evidence((Reason("reasons.recency.lately"),), (Reason("reasons.recency.you_lately"),))
