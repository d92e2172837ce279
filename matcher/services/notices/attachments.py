"""The calendar that goes with a mail: of its notices, those about something that has a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from matcher.domain.access import Actor
from matcher.domain.notice import AboutKind
from matcher.services import calendars
from matcher.services.calendars import Entry
from matcher.services.notices.inbox import NoticeView


def calendar_of(session: Session, reader: Actor, told: Sequence[NoticeView], now: datetime) -> bytes | None:
    """The file, or None where nothing has a time."""
    wanted = dict.fromkeys((one.about_kind, one.about_id) for one in told)
    found = [_entry(session, reader, *about) for about in wanted]
    entries = [entry for entry in found if entry is not None]
    return calendars.written(entries, now) if entries else None


def _entry(session: Session, reader: Actor, kind: AboutKind, key: str) -> Entry | None:
    if kind is AboutKind.EVENT:
        return calendars.of_event(session, reader, key)
    return calendars.of_visit(session, reader, key) if kind is AboutKind.VISIT else None
