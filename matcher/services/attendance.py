"""After an event: who came and who did not, kept with the tables at which they sat."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.event import AttendanceState, EventKind
from matcher.errors import Conflict, InvalidInput
from matcher.services import introductions_met
from matcher.services.event_access import own_event
from matcher.services.salons import stored
from matcher.storage import events, journal

_CAME = AttendanceState.ATTENDED.value
_MISSED = AttendanceState.ABSENT.value


def record(
    session: Session,
    actor: Actor,
    event_id: str,
    who: tuple[Collection[str], Collection[str]],
    now: datetime,
) -> dict[str, str]:
    """Write down who came and who did not; the states of all guests afterwards.

    Where both sides of a planned meeting came, an introduction of the two climbs to *met*.

    Raises InvalidInput for a firm that is no guest of the event or is named on both sides, Conflict before
    the event has begun or without a plan.
    """
    require(actor, "events.plan")
    event = own_event(session, actor, event_id)
    plan, (came, missed) = stored(event), who
    rows = {row.enterprise_id: row for row in events.attendances(session, event_id)}
    unknown = sorted({*came, *missed} - set(rows))
    if unknown:
        raise InvalidInput("events.unknown_guests", who="、".join(unknown))
    both = sorted(set(came) & set(missed))
    if both:
        raise InvalidInput("events.guest_twice", who="、".join(both))
    if event.starts_at is not None and now < event.starts_at:
        raise Conflict("events.not_begun", value=event_id)
    for guest in sorted({*came, *missed}):
        rows[guest].state = _CAME if guest in set(came) else _MISSED
        rows[guest].tables = tables_of(plan, guest) if guest in set(came) else []
    journal.record(
        session,
        actor,
        "events.attendance",
        ("event", event_id, None),
        now,
        came=len(set(came)),
        missed=len(set(missed)),
    )
    introductions_met.mark(session, actor, _both_came(plan, set(came)), event_id, now)
    session.flush()
    return {guest: row.state for guest, row in rows.items()}


def _both_came(plan: Mapping[str, Any], came: Collection[str]) -> list[tuple[str, str]]:
    """The pairs of a day of meetings of whom both were there."""
    pairs = [(one["buyer"], one["seller"]) for one in plan.get("meetings", ())]
    return [pair for pair in pairs if set(pair) <= set(came)]


def tables_of(plan: Mapping[str, Any], guest: str) -> list[str]:
    """Where a guest sat, round by round, "" where it was not there; [] for what is no salon."""
    if plan["kind"] != EventKind.SALON.value:
        return []
    return [
        next((str(number) for number, names in enumerate(tables, 1) if guest in names), "")
        for tables in plan["rounds"]
    ]
