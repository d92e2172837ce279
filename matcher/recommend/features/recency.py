"""Recency: how lately a firm has signed anything, as far as it is on record."""

from __future__ import annotations

import numpy as np

from matcher.domain.ranking import Reason
from matcher.recommend.asking import Asking
from matcher.recommend.signal import NOTHING, Evidence, Signal
from matcher.recommend.weights import LATELY, RECENT_DAYS, UNKNOWN_RECENCY


def recency(asking: Asking) -> Signal:
    """2 ** -(days / RECENT_DAYS) since its last deal on record at the snapshot's day, float32 in [0, 1].

    UNKNOWN_RECENCY where none is on record, and never less: whoever dealt long ago is not behind whoever
    never did.
    """
    active = asking.graph.firms.numbers("active").astype(np.float64)
    days = np.maximum(asking.graph.as_of.date().toordinal() - active, 0.0)
    fresh = np.maximum(0.5 ** (days / RECENT_DAYS), UNKNOWN_RECENCY)
    values = np.where(active < 0, UNKNOWN_RECENCY, fresh).astype(np.float32)
    return Signal(values, lambda firm: _evidence(float(values[firm])))


def _evidence(value: float) -> Evidence:
    if value < LATELY:
        return NOTHING
    return Evidence((Reason("reasons.recency.lately"),), (Reason("reasons.recency.you_lately"),))
