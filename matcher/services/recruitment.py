"""Recruitment: a need's classes, a firm's schools, a fair's firms, its floor, who could hire whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.event import EventKind
from matcher.domain.field_access import Condition
from matcher.errors import InvalidInput, NotFound
from matcher.graph.graph import Graph
from matcher.recommend import fairs
from matcher.recommend.fairs import ClassMatch, FairMatch, Invitee, TalentMatch
from matcher.services import sight
from matcher.services.event_access import own_event
from matcher.services.firm_rows import sole_trader
from matcher.services.partners import ACTIVE, own_enterprise, own_need
from matcher.storage import enterprises, events, journal
from matcher.storage.enterprises import Enterprise
from matcher.storage.events import Event

MOST: Final = 500


@dataclass(frozen=True)
class FirmFairs:
    """A firm's fairs and the classes that fit its openings, best first."""

    enterprise_id: str
    fairs: tuple[FairMatch, ...]
    schools: tuple[TalentMatch, ...]
    snapshot_id: str
    as_of: datetime


@dataclass(frozen=True)
class NeedClasses:
    """The classes that fit what a need says, best first."""

    need_id: str
    classes: tuple[ClassMatch, ...]
    snapshot_id: str
    as_of: datetime


@dataclass(frozen=True)
class InviteeLine:
    """A firm for a fair; `fields` are what this actor may read of it, `score` is no organizer's to know."""

    enterprise_id: str
    score: float | None
    openings: tuple[str, ...]
    headcount: int
    fields: dict[str, object]


@dataclass(frozen=True)
class FairInvitees:
    """Whom to invite, best first."""

    event_id: str
    invitees: tuple[InviteeLine, ...]
    snapshot_id: str
    as_of: datetime


def fairs_for(
    session: Session, graph: Graph, actor: Actor, enterprise_id: str, n: int, now: datetime
) -> FirmFairs:
    """At most `n` fairs to come and `n` classes for a firm's openings. Raises NotFound out of scope."""
    require(actor, "fairs.read")
    check_n(n)
    own_enterprise(session, actor, enterprise_id)
    position = graph.firms.position(enterprise_id)
    if position is None:
        raise NotFound("products.not_in_snapshot", value=enterprise_id)
    return FirmFairs(
        enterprise_id,
        tuple(fairs.fairs_for(graph, position, n, now)),
        tuple(fairs.schools_for(graph, position, n)),
        graph.snapshot_id,
        graph.as_of,
    )


def classes_for(
    session: Session, graph: Graph, actor: Actor, need_id: str, n: int, now: datetime
) -> NeedClasses:
    """At most `n` classes of graduates for a stored need, by its own words. Raises NotFound out of scope.

    Classes that have been taken out since the snapshot are dropped. Writes one journal line.
    """
    require(actor, "fairs.read")
    check_n(n)
    need = own_need(session, actor, need_id)
    title = "" if need.title is None else need.title
    found = fairs.classes_for(graph, f"{title} {need.text}", title, need.quantity, MOST)
    there = events.talents_there(session, [one.talent_id for one in found])
    kept = tuple(one for one in found if one.talent_id in there)[:n]
    listed = [one.talent_id for one in kept]
    subject = ("need", need_id, need.enterprise_id)
    journal.record(session, actor, "classes.read", subject, now, snapshot_id=graph.snapshot_id, listed=listed)
    return NeedClasses(need_id, kept, graph.snapshot_id, graph.as_of)


def invitees(
    session: Session, graph: Graph, actor: Actor, event_id: str, n: int, now: datetime
) -> FairInvitees:
    """Firms to invite to a fair, spread over trades. An organizer meets only firms open to invitations.

    Rows are read again: closed firms and those that no longer allow invitations are dropped. Each firm
    named to an organizer gets its journal line.
    """
    require(actor, "fairs.read")
    check_n(n)
    event = own_event(session, actor, event_id, EventKind.FAIR)
    chosen = chosen_invitees(session, graph, actor, event, n)
    rows = enterprises.by_ids(session, [one.enterprise_id for one in chosen])
    lines = tuple(_line(session, actor, event, rows[one.enterprise_id], one, now) for one in chosen)
    return FairInvitees(event_id, lines, graph.snapshot_id, graph.as_of)


def check_n(n: int) -> None:
    """Raise InvalidInput for a number of results that is not served."""
    if not 1 <= n <= MOST:
        raise InvalidInput("products.bad_limit", value=n, most=MOST)


def chosen_invitees(session: Session, graph: Graph, actor: Actor, event: Event, n: int) -> list[Invitee]:
    """At most `n` firms to invite to a fair, best first, as its rows allow today."""
    position = graph.events.position(event.event_id)
    if position is None:
        raise NotFound("products.not_in_snapshot", value=event.event_id)
    station = graph.stations.position(actor.scope) if actor.role is Role.OFFICER else None
    found = fairs.invitees(graph, position, n, -1 if station is None else station)
    rows = enterprises.by_ids(session, [one.enterprise_id for one in found])
    return [one for one in found if _may_invite(actor, rows.get(one.enterprise_id))]


def _may_invite(actor: Actor, row: Enterprise | None) -> bool:
    if row is None or row.status != ACTIVE:
        return False
    own = actor.role is Role.OFFICER and row.station_id == actor.scope
    return own or (row.allows_invitations and not sole_trader(row))


def _line(
    session: Session, actor: Actor, event: Event, row: Enterprise, one: Invitee, now: datetime
) -> InviteeLine:
    fields = firm_fields(session, actor, event, row, now)
    if actor.role is Role.ORGANIZER:
        subject = ("event", event.event_id, row.enterprise_id)
        journal.record(session, actor, "disclosure", subject, now, fields=sorted(fields), purpose="event")
    score = sight.told_score(actor, one.score)
    return InviteeLine(one.enterprise_id, score, one.openings, one.headcount, fields)


def firm_fields(
    session: Session, actor: Actor, event: Event, row: Enterprise, now: datetime
) -> dict[str, object]:
    """What whoever plans an event may read of a guest, by the table of fields."""
    return sight.seen(actor, row, now, registered(session, actor, event.event_id, row))


def registered(session: Session, actor: Actor, event_id: str, row: Enterprise) -> frozenset[Condition]:
    """Whether the firm has said yes to an organizer's event, as a condition of the table."""
    if actor.role is not Role.ORGANIZER:
        return sight.NOTHING_MORE
    states = {one.enterprise_id: one.state for one in events.attendances(session, event_id)}
    came = states.get(row.enterprise_id) in ("registered", "attended")
    return frozenset({Condition.REGISTERED}) if came else sight.NOTHING_MORE
