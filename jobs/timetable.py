"""Cron lines, read in UTC. Slots are moments; whether one was served is asked of the rows, not of us."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.cron import CronTrigger

from matcher.errors import Misconfigured

FIELDS = ("second", "minute", "hour", "day", "month", "day_of_week")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")

# How far back a slot is looked for, the nearest first, so that a walk never has more than some hundred steps.
WINDOWS = (
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=31),
    timedelta(days=1500),
)


def trigger(cron: str) -> CronTrigger:
    """The trigger of a line of five fields (or six, seconds first). Raises Misconfigured.

    Weekdays are as in crontab(5), 0 and 7 for Sunday: APScheduler alone would take 0 for Monday.
    """
    fields = cron.split()
    if len(fields) == len(FIELDS) - 1:
        fields = ["0", *fields]
    if len(fields) != len(FIELDS):
        raise Misconfigured("jobs.bad_cron", value=cron)
    fields[-1] = re.sub(r"(?<![/\d])[0-7](?!\d)", lambda day: WEEKDAYS[int(day[0])], fields[-1])
    try:
        return CronTrigger(timezone=UTC, **dict(zip(FIELDS, fields, strict=True)))
    except ValueError:
        raise Misconfigured("jobs.bad_cron", value=cron) from None


def last_slot(cron: str, now: datetime) -> datetime | None:
    """The latest slot at or before `now`; None if the line had none in four years."""
    slots = trigger(cron)
    for window in WINDOWS:
        slot = _last_within(slots, now, now - window)
        if slot is not None:
            return slot
    return None


def next_slot(cron: str, now: datetime) -> datetime | None:
    """The first slot after `now`."""
    return _fire(trigger(cron), now + timedelta(microseconds=1))


def _last_within(slots: CronTrigger, now: datetime, start: datetime) -> datetime | None:
    last, slot = None, _fire(slots, start)
    while slot is not None and slot <= now:
        last, slot = slot, _fire(slots, slot + timedelta(microseconds=1))
    return last


def _fire(slots: CronTrigger, at: datetime) -> datetime | None:
    """The first slot at or after `at`."""
    found: datetime | None = slots.get_next_fire_time(None, at)
    return found
