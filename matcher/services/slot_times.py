"""When the rounds, slots or windows of an event begin, where they do not simply follow each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from matcher.errors import InvalidInput
from matcher.services.request_members import moment


def slot_times(document: Mapping[str, Any], number: int, minutes: int) -> tuple[datetime, ...]:
    """The member `times`: a beginning for each of `number` turns of `minutes`; () where it is not there.

    Raises InvalidInput where there are more or fewer, or where two turns overlap, naming both.
    """
    written = document.get("times")
    if written is None or written == []:
        return ()
    if not isinstance(written, list | tuple) or len(written) != number:
        raise InvalidInput("events.bad_request", name="times", value=written)
    found = tuple(moment(one) for one in written)
    _refuse_overlaps(found, timedelta(minutes=minutes))
    return found


def _refuse_overlaps(times: Sequence[datetime], length: timedelta) -> None:
    for later in range(len(times)):
        for earlier in range(later):
            one, two = times[earlier], times[later]
            if one < two + length and two < one + length:
                raise InvalidInput("events.slots_overlap", one=earlier + 1, two=later + 1)


def begins(plan: Mapping[str, Any], starts_at: datetime | None, turn: int) -> datetime | None:
    """When a turn (from 1) of a stored plan begins; None where the event has no moment yet."""
    times = plan.get("times") or ()
    if len(times) >= turn:
        return datetime.fromisoformat(times[turn - 1])
    if starts_at is None:
        return None
    return starts_at + timedelta(minutes=(turn - 1) * int(plan.get("minutes", 30)))
