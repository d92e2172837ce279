"""Lengths of time and deadlines as people read them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from matcher.messages import say

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


def span(time: timedelta | None, tongue: str) -> str:
    """The two largest units: 3 days 4 hours; an en dash for nothing known."""
    if time is None:
        return "–"
    whole = abs(time)
    if whole >= _DAY:
        days, hours = whole // _DAY, (whole % _DAY) // _HOUR
        return say("cases.span.days_hours" if hours else "cases.span.days", tongue, days=days, hours=hours)
    hours, minutes = whole // _HOUR, (whole % _HOUR) // timedelta(minutes=1)
    if hours:
        return say(
            "cases.span.hours_minutes" if minutes else "cases.span.hours",
            tongue,
            hours=hours,
            minutes=minutes,
        )
    return say("cases.span.minutes", tongue, minutes=minutes)


def until(by: datetime, now: datetime, tongue: str) -> str:
    """How long it is yet, or how long overdue."""
    key = "cases.span.left" if by >= now else "cases.span.over"
    return say(key, tongue, time=span(by - now, tongue))
