"""Lists of events: an organizer's or a station's own, and the fairs that firms may come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.event import EventKind
from matcher.storage import events
from matcher.storage.events import Event


@dataclass(frozen=True)
class EventView:
    """An event; `planned` is whether it has a plan."""

    event_id: str
    kind: str
    title: str
    theme: str | None
    place: str | None
    region_code: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    capacity: int | None
    planned: bool


def fairs(session: Session, actor: Actor, upcoming: bool, now: datetime) -> list[EventView]:
    """Fairs in the order they begin: an organizer's or a station's own; to a firm all that are to come."""
    require(actor, "fairs.read")
    only = upcoming or actor.role is Role.ENTERPRISE
    rows = events.of_kind(session, EventKind.FAIR.value, now if only else None)
    return [_view(row, actor) for row in rows if _visible(actor, row)]


def _visible(actor: Actor, row: Event) -> bool:
    if actor.role is Role.ENTERPRISE:
        return True
    return actor.scope == (row.station_id if actor.role is Role.OFFICER else row.organizer)


def _view(row: Event, actor: Actor) -> EventView:
    return EventView(
        event_id=row.event_id,
        kind=row.kind,
        title=row.title,
        theme=row.theme,
        place=row.place,
        region_code=row.region_code,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        capacity=row.capacity,
        planned=row.plan is not None and actor.role is not Role.ENTERPRISE,
    )
