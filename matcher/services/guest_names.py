"""Guests by name, as whoever plans an event may read it now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor
from matcher.domain.event import AttendanceState
from matcher.domain.field_access import Condition
from matcher.services import sight
from matcher.storage import enterprises, events
from matcher.storage.events import Opening, Talent

_CAME: Final = frozenset({AttendanceState.REGISTERED.value, AttendanceState.ATTENDED.value})


def names_of_guests(session: Session, actor: Actor, event_id: str, plan: Mapping[str, Any]) -> dict[str, str]:
    """A guest that allows invitations no longer, and never said yes, is a bare identifier again."""
    known = [*plan.get("guests", ()), *(one["enterprise_id"] for one in plan.get("booths", ()))]
    came = {row.enterprise_id for row in events.attendances(session, event_id) if row.state in _CAME}
    registered = frozenset({Condition.REGISTERED})
    return {
        identifier: sight.name_of(actor, row, registered if identifier in came else sight.NOTHING_MORE)
        for identifier, row in enterprises.by_ids(session, known).items()
    }


def plan_names(session: Session, actor: Actor, event_id: str, plan: Mapping[str, Any]) -> dict[str, str]:
    """Names of all that a plan speaks of by id, as the actor may read them: firms, openings, classes."""
    placed = plan.get("placements", ())
    firms = [*plan.get("guests", ()), *(one["enterprise_id"] for one in placed)]
    names = names_of_guests(session, actor, event_id, {**plan, "guests": firms})
    fitting = {opening for _, _, opening in plan.get("fitting", ())}
    for identifier in sorted(fitting | {one["opening_id"] for one in placed}):
        opening = session.get(Opening, identifier)
        if opening is not None:
            names[opening.opening_id] = opening.title
    for identifier in sorted({*plan.get("heads", ()), *(one["talent_id"] for one in placed)}):
        talent = session.get(Talent, identifier)
        if talent is not None:
            parts = (talent.school or talent.pool, talent.major, talent.education)
            names[talent.talent_id] = " ".join(part for part in parts if part is not None)
    return names
