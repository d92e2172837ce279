"""Record: whether a firm takes up introductions and comes to events that it was expected at."""

from __future__ import annotations

import numpy as np

from matcher.domain.ranking import Reason
from matcher.recommend.asking import Asking
from matcher.recommend.signal import NOTHING, Evidence, Signal
from matcher.recommend.weights import RECORD_TOLD, RECORD_WORTH, USUAL_RECORD


def record(asking: Asking) -> Signal:
    """(answered + USUAL_RECORD * RECORD_WORTH) / (asked + RECORD_WORTH), float32 in (0, 1).

    A firm that was never asked is taken for a usual one: one refusal says little, a habit much (a beta prior
    worth RECORD_WORTH askings).
    """
    firms = asking.graph.firms
    asked, answered = firms.numbers("asked"), firms.numbers("answered")
    values = (answered + USUAL_RECORD * RECORD_WORTH) / (asked + RECORD_WORTH)
    return Signal(values.astype(np.float32), lambda firm: _evidence(asking, firm, float(values[firm])))


def _evidence(asking: Asking, firm: int, value: float) -> Evidence:
    """Only what speaks for a firm is told, and without counts: by whom it was asked is not the asker's."""
    asked = int(asking.graph.firms.numbers("asked")[firm])
    if asked < RECORD_TOLD or value <= USUAL_RECORD:
        return NOTHING
    return Evidence((Reason("reasons.record.reliable"),), (Reason("reasons.record.your_record"),))
