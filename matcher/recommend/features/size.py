"""Size: whether the candidate can carry the amount asked for, or is of the asker's scale."""

from __future__ import annotations

import math

import numpy as np

from matcher.domain.ranking import Reason
from matcher.graph.table import Array
from matcher.recommend.asking import Asking
from matcher.recommend.signal import NOTHING, Evidence, Signal
from matcher.recommend.weights import UNKNOWN_SIZE

_FIT = 0.75  # from here on a fit is worth telling
_EASY = 0.1  # an order of a tenth of a year's revenue is ordinary work
WIDTH = math.log(10.0)  # one power of ten away from the ideal falls to 1/e
_FEN = 100.0
_FITS_YOU = (Reason("reasons.size.fits_you"),)


def size(asking: Asking) -> Signal:
    """exp(-|ln ratio| / ln 10): amount against the usual order, else a tenth of the yearly revenue; without
    an amount, staff against staff.

    UNKNOWN_SIZE where a figure is missing: unknown is neither small nor large. For orders, capital stands in
    for an unknown revenue, and a firm larger than needed loses only half as fast.
    """
    amount = asking.question.amount_fen
    if amount is not None and amount > 0 and not asking.downstream:
        values = _capacity(asking, amount / _FEN)
        usual = asking.graph.firms.numbers("usual_order")
        keys = {True: "reasons.size.carries", False: "reasons.size.usual_order"}
        return Signal(values, lambda firm: _evidence(firm, values, keys[bool(np.isnan(usual[firm]))]))
    values = _scale(asking)
    return Signal(values, lambda firm: _evidence(firm, values, "reasons.size.alike"))


def _capacity(asking: Asking, yuan: float) -> Array:
    firms = asking.graph.firms
    revenue = firms.numbers("revenue")
    carried = np.where(np.isnan(revenue), firms.numbers("capital"), revenue) * _EASY
    usual = firms.numbers("usual_order")
    carried = np.where(np.isnan(usual), carried, usual)
    distance = np.log(np.maximum(carried, 1.0) / yuan)
    return _fit(np.where(distance > 0, distance / 2, -distance))


def _scale(asking: Asking) -> Array:
    staff = asking.graph.firms.numbers("employees")
    own = float(staff[asking.asker]) if asking.asker >= 0 else math.nan
    if math.isnan(own):
        return np.full(len(staff), UNKNOWN_SIZE, dtype=np.float32)
    return _fit(np.abs(np.log((staff + 1.0) / (own + 1.0))))


def _fit(distance: Array) -> Array:
    fit = np.exp(-distance / WIDTH)
    return np.where(np.isnan(fit), UNKNOWN_SIZE, fit).astype(np.float32)


def _evidence(firm: int, values: Array, key: str) -> Evidence:
    if values[firm] < _FIT:
        return NOTHING
    return Evidence((Reason(key),), _FITS_YOU)
