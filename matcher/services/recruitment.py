"""Recruitment: a need's classes, a firm's schools, a fair's firms, its floor, who could hire whom."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

import numpy as np
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.event import EventKind
from matcher.domain.field_access import Condition
from matcher.errors import InvalidInput, NotFound
from matcher.graph.graph import Graph
from matcher.recommend import fairs
from matcher.recommend.allocation import allocate, blocking_pairs
from matcher.recommend.fairs import ClassMatch, FairMatch, Invitee, TalentMatch
from matcher.recommend.talents import heads, match
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


@dataclass(frozen=True)
class Placement:
    """So many of a class for one opening."""

    talent_id: str
    opening_id: str
    enterprise_id: str
    count: int
    score: float | None


@dataclass(frozen=True)
class FairPlan:
    """The floor and who could hire whom: no class and opening would both rather have each other."""

    event_id: str
    booths: tuple[fairs.Booth, ...]
    placements: tuple[Placement, ...]
    stable: bool
    snapshot_id: str
    as_of: datetime


def fairs_for(
    session: Session, graph: Graph, actor: Actor, enterprise_id: str, n: int, now: datetime
) -> FirmFairs:
    """At most `n` fairs to come and `n` classes for a firm's openings. Raises NotFound out of scope."""
    require(actor, "fairs.read")
    _check_n(n)
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
    _check_n(n)
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
    _check_n(n)
    event = own_event(session, actor, event_id, EventKind.FAIR)
    chosen = _invitees(session, graph, actor, event, n)
    rows = enterprises.by_ids(session, [one.enterprise_id for one in chosen])
    lines = tuple(_line(session, actor, event, rows[one.enterprise_id], one, now) for one in chosen)
    return FairInvitees(event_id, lines, graph.snapshot_id, graph.as_of)


def plan_fair(session: Session, graph: Graph, actor: Actor, event_id: str, n: int, now: datetime) -> FairPlan:
    """Booths for the firms to invite and a stable allocation of the classes; stored as the event's plan."""
    require(actor, "fairs.plan")
    _check_n(n)
    event = own_event(session, actor, event_id, EventKind.FAIR)
    chosen = _invitees(session, graph, actor, event, n)
    placements, stable = _placements(graph, event, chosen)
    plan = FairPlan(
        event_id,
        tuple(fairs.booths(graph, chosen)),
        tuple(placements),
        stable,
        graph.snapshot_id,
        graph.as_of,
    )
    event.plan = _as_json(plan)
    event.updated_at = now
    session.flush()
    guests = [one.enterprise_id for one in chosen]
    journal.record(session, actor, "events.plan", ("event", event_id, None), now, guests=guests)
    return replace(plan, placements=tuple(_told(actor, one) for one in plan.placements))


def _told(actor: Actor, one: Placement) -> Placement:
    return one if one.score is None else replace(one, score=sight.told_score(actor, one.score))


def _as_json(plan: FairPlan) -> dict[str, Any]:
    return {**asdict(plan), "kind": EventKind.FAIR.value, "as_of": plan.as_of.isoformat()}


def _check_n(n: int) -> None:
    if not 1 <= n <= MOST:
        raise InvalidInput("products.bad_limit", value=n, most=MOST)


def _invitees(session: Session, graph: Graph, actor: Actor, event: Event, n: int) -> list[Invitee]:
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


def _placements(graph: Graph, event: Event, chosen: list[Invitee]) -> tuple[list[Placement], bool]:
    fair = graph.events.position(event.event_id)
    names = [(one.enterprise_id, opening) for one in chosen for opening in one.openings]
    positions = [graph.openings.position(opening) for _, opening in names]
    openings = np.asarray([one for one in positions if one is not None], dtype=np.int64)
    talents = fairs.talents_of(graph, -1 if fair is None else fair)
    if not len(openings) or not len(talents):
        return [], True
    scores = match(graph, openings, talents).T
    sizes, places = heads(graph, "talents", talents), heads(graph, "openings", openings)
    given = allocate(scores, sizes, places)
    found = [
        Placement(
            graph.talents.ids[int(talents[row])],
            names[column][1],
            names[column][0],
            int(given[row, column]),
            round(float(scores[row, column]), 6),
        )
        for row, column in np.argwhere(given > 0).tolist()
    ]
    return found, not blocking_pairs(scores, sizes, places, given)
