"""What a firm reads of itself beside its needs and introductions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.services.visiting import VisitState
from matcher.storage import needs, visits
from matcher.storage.needs import Need


def visits_to(session: Session, actor: Actor) -> Sequence[date]:
    """The days on which the station means to come, the earliest first."""
    require(actor, "own.read")
    rows = visits.of_enterprise(session, actor.scope)
    return sorted(row.planned_for for row in rows if row.state == VisitState.PLANNED.value)


def needs_of(session: Session, actor: Actor, limit: int) -> Sequence[Need]:
    """Its own needs, newest first."""
    require(actor, "own.read")
    return needs.needs_of(session, actor.scope)[:limit]
