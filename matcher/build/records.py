"""What is on record of each enterprise: introductions taken up, events come to, its last deal, its orders.

Counts and days, not rates: one that fades would be another tomorrow, in a snapshot that must not change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.build.encode import NONE, Arrays
from matcher.build.read import IDS_AT_ONCE, Row, Slice
from matcher.build.standing import Standing
from matcher.domain.case import DEALS, Outcome
from matcher.domain.enterprise import DealStage
from matcher.domain.event import AttendanceState
from matcher.graph.table import Array
from matcher.storage.events import Attendance
from matcher.storage.feedback import Introduction
from matcher.storage.shown import Shown

_FEN: Final = 100.0
_MOVED: Final = frozenset({Outcome.MET, Outcome.QUOTED, *DEALS})
_CAME: Final = {AttendanceState.ATTENDED.value: True, AttendanceState.ABSENT.value: False}
_DEALT: Final = frozenset({DealStage.SIGNED.value, DealStage.PAID.value})


def record_arrays(session: Session, deals: Sequence[Row], standing: Standing, only: Slice) -> Arrays:
    """The columns ``firms.asked``, ``answered``, ``active``, ``usual_order`` and ``shown``.

    Three queries a slice.
    """
    told = list(_introductions(session, only)) + list(_attendances(session, only))
    places = standing.of([firm for firm, _ in told])
    kept = np.array([kept for _, kept in told], dtype=np.int64)
    known = places >= 0
    asked = np.bincount(places[known], minlength=len(standing))
    answered = np.bincount(places[known], weights=kept[known], minlength=len(standing))
    return {
        "firms.asked": asked.astype(np.int32),
        "firms.answered": answered.astype(np.int32),
        "firms.active": _last_day(deals, standing),
        "firms.usual_order": _usual_order(deals, standing),
        **_shown(session, standing, only),
    }


def _shown(session: Session, standing: Standing, only: Slice) -> Arrays:
    known = sa.select(Shown.enterprise_id, Shown.times)
    rows = list(_of(session, known, Shown.enterprise_id, only))
    places = standing.of([row.enterprise_id for row in rows])
    counted = np.array([row.times for row in rows], dtype=np.int64)
    found = np.bincount(places[places >= 0], weights=counted[places >= 0], minlength=len(standing))
    return {"firms.shown": found.astype(np.int32)}


def _introductions(session: Session, only: Slice) -> Iterator[tuple[str, bool]]:
    """Who was introduced, and whether it came to a meeting, a price or more; not those under way."""
    columns = (Introduction.enterprise_id, Introduction.state, Introduction.steps)
    moved = sa.select(*columns).where(Introduction.state != Outcome.INTRODUCED.value)
    for row in _of(session, moved, Introduction.enterprise_id, only):
        yield row.enterprise_id, any(Outcome(step["state"]) in _MOVED for step in row.steps)


def _attendances(session: Session, only: Slice) -> Iterator[tuple[str, bool]]:
    """Who was expected at an event, and whether it came."""
    known = sa.select(Attendance.enterprise_id, Attendance.state).where(Attendance.state.in_(sorted(_CAME)))
    for row in _of(session, known, Attendance.enterprise_id, only):
        yield row.enterprise_id, _CAME[row.state]


def _of(session: Session, statement: Any, owner: Any, only: Slice) -> Iterable[Row]:
    if only is None:
        yield from session.execute(statement)
        return
    for start in range(0, len(only), IDS_AT_ONCE):
        yield from session.execute(statement.where(owner.in_(only[start : start + IDS_AT_ONCE])))


def _last_day(deals: Sequence[Row], standing: Standing) -> Array:
    """int32: the ordinal of the day an enterprise last signed anything, on either side; -1 for never."""
    dated = [deal for deal in deals if deal.date is not None and deal.stage in _DEALT]
    days = np.array([deal.date.toordinal() for deal in dated], dtype=np.int64)
    found = np.full(len(standing), NONE, dtype=np.int64)
    for side in ("buyer_id", "seller_id"):
        places = standing.of([getattr(deal, side) for deal in dated])
        known = places >= 0
        np.maximum.at(found, places[known], days[known])
    return found.astype(np.int32)


def _usual_order(deals: Sequence[Row], standing: Standing) -> Array:
    """float64: the median of what an enterprise sold a deal, in yuan; NaN where no amount is known."""
    sold = [deal for deal in deals if deal.amount_fen and deal.stage in _DEALT]
    places = standing.of([deal.seller_id for deal in sold])
    amounts = np.array([deal.amount_fen for deal in sold], dtype=np.float64) / _FEN
    order = np.lexsort((amounts, places))
    order = order[places[order] >= 0]
    found = np.full(len(standing), np.nan)
    sellers, first, counts = np.unique(places[order], return_index=True, return_counts=True)
    lower, upper = first + (counts - 1) // 2, first + counts // 2
    found[sellers] = (amounts[order][lower] + amounts[order][upper]) / 2.0
    return found
