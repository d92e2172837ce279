"""The events of an organizer or a station: the list, whom to invite, a plan's guests by name and reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.event import AttendanceState
from matcher.domain.field_access import Sight
from matcher.errors import NotFound
from matcher.graph.graph import Graph
from matcher.recommend.among import pair_scores
from matcher.services import sight
from matcher.services.event_access import own_event
from matcher.services.partners import ACTIVE
from matcher.services.recruitment import firm_fields
from matcher.services.salons import standing
from matcher.storage import enterprises, events
from matcher.storage.enterprises import Enterprise
from matcher.storage.events import Event


@dataclass(frozen=True)
class GuestLine:
    """A guest: fields as the asker may read them, the best company among the others, how it came.

    `fit` is how well that company fits; no organizer is told.
    """

    enterprise_id: str
    fields: Mapping[str, object]
    best: str | None
    fit: float | None
    state: str
    lonely: bool


@dataclass(frozen=True)
class Turnout:
    """How many guests came to an event, and how many of those invited did not."""

    came: int
    missed: int


def of_actor(session: Session, actor: Actor) -> Sequence[Event]:
    """Own events, the newest first, undated ones before all."""
    require(actor, "events.read")
    mine = Event.organizer == actor.scope
    if actor.role is Role.OFFICER:
        mine = Event.station_id == actor.scope
    rows = session.scalars(sa.select(Event).where(mine).order_by(Event.event_id)).all()
    return sorted(
        rows, key=lambda row: (row.starts_at is None, row.starts_at or row.updated_at), reverse=True
    )


def of(session: Session, actor: Actor, event_id: str) -> Event:
    """One of them. Raises NotFound for another's."""
    require(actor, "events.read")
    return own_event(session, actor, event_id)


def turnout(session: Session, actor: Actor, event_id: str) -> Turnout:
    """How many came. Raises NotFound for another's event."""
    states = Counter(row.state for row in events.attendances(session, of(session, actor, event_id).event_id))
    return Turnout(states[AttendanceState.ATTENDED.value], states[AttendanceState.ABSENT.value])


def invitable(session: Session, actor: Actor, text: str, limit: int) -> list[tuple[str, str]]:
    """(id, name) of firms that may be invited and are called like `text`, by name."""
    require(actor, "events.plan")
    query = _may_come(actor).where(Enterprise.name.contains(text, autoescape=True))
    rows = session.scalars(query.order_by(Enterprise.name, Enterprise.enterprise_id).limit(limit * 3))
    return [(row.enterprise_id, row.name) for row in rows if _named(actor, row)][:limit]


def invitable_name(session: Session, actor: Actor, enterprise_id: str) -> str:
    """The name of a firm that may be invited. Raises NotFound for any other."""
    require(actor, "events.plan")
    row = session.scalar(_may_come(actor).where(Enterprise.enterprise_id == enterprise_id))
    if row is None or not _named(actor, row):
        raise NotFound("access.no_such_enterprise", value=enterprise_id)
    return row.name


def names_of(session: Session, actor: Actor, firms: Sequence[str]) -> dict[str, str]:
    """Names of these firms as far as the actor may read them; who may not be named is its identifier."""
    require(actor, "events.plan")
    rows = enterprises.by_ids(session, list(firms))
    return {firm: sight.name_of(actor, row) for firm, row in rows.items()}


def _may_come(actor: Actor) -> sa.Select[Enterprise]:
    allowed: sa.ColumnElement[bool] = Enterprise.allows_invitations.is_(True)
    if actor.role is Role.OFFICER:
        allowed = sa.or_(allowed, Enterprise.station_id == actor.scope)
    return sa.select(Enterprise).where(allowed, Enterprise.status == ACTIVE)


def _named(actor: Actor, row: Enterprise) -> bool:
    """Whether whoever plans may read the name at all, by the table of fields."""
    return sight.sees(actor, row, "name") is Sight.FULL


def guests(session: Session, graph: Graph, actor: Actor, event_id: str, now: datetime) -> list[GuestLine]:
    """The guests of a stored plan, each with whom it fits best. One scoring of the graph a guest."""
    event = of(session, actor, event_id)
    plan = standing(session, event)
    names = tuple(plan.get("guests", ()))  # a fair has booths, nobody sits together
    rows = enterprises.by_ids(session, list(names))
    scores = pair_scores(graph, names)
    states = {one.enterprise_id: one.state for one in events.attendances(session, event_id)}
    lines = []
    for place, name in enumerate(names):
        if name not in rows:
            continue
        best = int(scores[place].argmax()) if len(names) > 1 else place
        fit = float(scores[place, best])
        lines.append(
            GuestLine(
                name,
                firm_fields(session, actor, event, rows[name], now),
                names[best] if fit > 0 else None,
                sight.told_score(actor, fit),
                states.get(name, "invited"),
                name in plan.get("few_good_pairs", ()),
            )
        )
    return lines


def opening_titles(session: Session, enterprise_ids: Sequence[str]) -> dict[str, str]:
    """Titles of the openings of these firms by id."""
    return {row.opening_id: row.title for row in events.openings_of(session, enterprise_ids)}
