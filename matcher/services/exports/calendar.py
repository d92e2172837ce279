"""Events -> a calendar file (.ics) that phones and office calendars take in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

KINDS_WITH_TIME: Final = frozenset({"fairs", "events"})


def write_calendar(path: Path, headings: Sequence[str], lines: Iterable[Sequence[Any]], now: datetime) -> int:
    """One entry an event that has a beginning; undated ones are left out. Gives the number of entries."""
    from icalendar import Calendar  # late: it reads the time zones of the world

    calendar = Calendar()
    calendar.add("prodid", "-//qianxian//events//")
    calendar.add("version", "2.0")
    count = 0
    for line in lines:
        event = dict(zip(headings, line, strict=True))
        if event["starts_at"] is not None:
            calendar.add_component(_entry(event, now))
            count += 1
    path.write_bytes(calendar.to_ical())
    return count


def _entry(event: dict[str, Any], now: datetime) -> Any:
    from icalendar import Event

    entry = Event()
    entry.add("uid", f"{event['event_id']}@qianxian")
    entry.add("dtstamp", now)
    entry.add("dtstart", datetime.fromisoformat(event["starts_at"]))
    if event["ends_at"] is not None:
        entry.add("dtend", datetime.fromisoformat(event["ends_at"]))
    entry.add("summary", event["title"])
    for name, heading in (("location", "place"), ("description", "theme")):
        if event[heading] is not None:
            entry.add(name, event[heading])
    return entry
