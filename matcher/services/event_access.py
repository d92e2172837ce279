"""Which events an actor may plan and read: an organizer its own, an officer those of the station."""

from __future__ import annotations

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.domain.event import EventKind
from matcher.errors import InvalidInput, NotFound
from matcher.storage import events
from matcher.storage.events import Asked, Event


def own_event(session: Session, actor: Actor, event_id: str, kind: EventKind | None = None) -> Event:
    """The row, if it lies in the actor's scope. Raises NotFound otherwise, InvalidInput for another kind."""
    row = events.by_id(session, event_id)
    if row is None or not in_scope(actor, row):
        raise NotFound("events.no_such_event", value=event_id)
    if kind is not None and row.kind != kind.value:
        raise InvalidInput("events.wrong_kind", value=event_id, kind=row.kind)
    return row


def in_scope(actor: Actor, row: Event | Asked) -> bool:
    """Whether the event is the organizer's, or the officer's station's."""
    if actor.role is Role.OFFICER:
        return row.station_id == actor.scope
    return actor.role is Role.ORGANIZER and row.organizer == actor.scope
