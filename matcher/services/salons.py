"""Salons and one-to-one meetings: planned from a request, stored, planned again on the day."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.event import AttendanceState, EventKind, Meetings, Pin, Seating, SeatPlan
from matcher.errors import Conflict, InvalidInput
from matcher.graph.graph import Graph
from matcher.recommend.among import pair_scores
from matcher.recommend.meeting_conflicts import explain_meetings
from matcher.recommend.meetings import plan_meetings as best_meetings
from matcher.recommend.seat_conflicts import explain_seating
from matcher.recommend.seating import plan_seats
from matcher.services import salon_guests, salon_hosts
from matcher.services.event_access import own_event
from matcher.services.event_gone import closed_guests, without_closed
from matcher.services.event_plans import changes_between, from_json, meetings_json, pins_json, seat_json
from matcher.services.event_reasons import reasons_between
from matcher.services.event_requests import Occasion, meetings_request, salon_request
from matcher.services.event_words import explanation_json
from matcher.services.salon_guests import scores_between
from matcher.storage import events, journal
from matcher.storage.events import Attendance, Event

_SHOWN: Final = 0.05  # a fit below this is no reason to tell anybody


@dataclass(frozen=True)
class OnTheDay:
    """What turned out otherwise: who did not come, who comes instead, tables (from 1) that are gone.

    `pins` are (guest, round, table) decided now, `away` (guest, round) in which it is not there, `hosts`
    (guest, table) who take a table over; from 1.
    """

    no_shows: Collection[str] = ()
    stand_ins: tuple[str, ...] = ()
    lost_tables: tuple[int, ...] = ()
    pins: tuple[tuple[str, int, int], ...] = ()
    away: tuple[tuple[str, int], ...] = ()
    hosts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class PlanView:
    """A stored plan. `plan` is JSON as documented; `changes` say what a new plan moved."""

    event_id: str
    kind: str
    title: str
    plan: Mapping[str, Any]
    changes: tuple[Mapping[str, Any], ...] = ()


def plan_salon(
    session: Session, graph: Graph, actor: Actor, document: Mapping[str, Any], seed: int, now: datetime
) -> PlanView:
    """Choose the guests (unless named), seat them, check, store. Same rows, snapshot and seed: same plan.

    Raises InvalidInput (``events.*``) for wishes that no plan could keep, by name. Costs one scoring of
    the graph a candidate and about two seconds of search for 180 guests and 4 rounds.
    """
    require(actor, "events.plan")
    request = salon_request(document)
    event = _event(session, actor, request.occasion, EventKind.SALON, now)
    if request.guests:
        company = salon_guests.invited(session, graph, actor, request.guests)
    else:
        must = tuple(dict.fromkeys((*request.must, *request.hosts, *(pin.guest for pin in request.pins))))
        theme = f"{request.occasion.title} {request.occasion.theme or ''}"
        company = salon_guests.chosen(session, graph, actor, theme, (request.capacity, must), now)
    seating = Seating(
        guests=company.guests,
        tables=request.tables,
        seats=request.seats,
        rounds=request.rounds,
        apart=(*request.apart, *salon_guests.kept_apart(session, company.guests, now)),
        before=tuple(salon_guests.sat_together(session, actor, company.guests, now)),
        hosts=request.hosts,
        pins=request.pins,
        away=request.away,
    )
    plan = plan_seats(seating, company.pairs, seed)
    body = seat_json(graph, seating, plan, company, seed) | _clock(request.occasion)
    body |= {"explanation": _why(seating, plan, seed), "fits": _fits(company.guests, company.pairs)}
    body["reasons"] = reasons_between(graph, _best_mates(company.guests, company.pairs, plan))
    return store(session, actor, event, body, company.guests, now)


def _clock(occasion: Occasion) -> dict[str, Any]:
    return {"minutes": occasion.minutes, "times": [one.isoformat() for one in occasion.times]}


def _why(seating: Seating, plan: SeatPlan, seed: int) -> dict[str, Any] | None:
    return explanation_json(explain_seating(seating, seed, plan) if plan.violations else None)


def _fits(guests: tuple[str, ...], pairs: NDArray[np.float64]) -> list[list[Any]]:
    """Each guest's fit with those that it could meet, as far as there is any, for its agenda."""
    found = np.argwhere(np.triu(pairs, 1) >= _SHOWN)
    return [[guests[a], guests[b], round(float(pairs[a, b]), 3)] for a, b in found.tolist()]


def plan_meetings(
    session: Session, graph: Graph, actor: Actor, document: Mapping[str, Any], seed: int, now: datetime
) -> PlanView:
    """Pairs and slots of a day of one-to-one meetings, with a proven bound; checked and stored.

    `seed` is kept for the record: this planner leaves nothing to chance.
    """
    require(actor, "events.plan")
    request = meetings_request(document)
    event = _event(session, actor, request.occasion, EventKind.MEETINGS, now)
    company = salon_guests.invited(session, graph, actor, (*request.buyers, *request.sellers))
    scores = dict(request.scores) or scores_between(company.pairs, request.buyers, request.sellers)
    apart = {frozenset((one.a, one.b)) for one in salon_guests.kept_apart(session, company.guests, now)}
    quarrels = tuple((a, b) for a in request.buyers for b in request.sellers if frozenset((a, b)) in apart)
    wishes = Meetings(
        request.buyers,
        request.sellers,
        request.slots,
        request.tables,
        scores,
        request.most,
        request.least,
        request.away,
        request.must,
        (*request.must_not, *quarrels),
        request.pins,
    )
    plan = best_meetings(wishes)
    given = [{"buyer": a, "seller": b, "score": score} for (a, b), score in request.scores.items()]
    body = meetings_json(graph, wishes, plan, seed) | _clock(request.occasion)
    body["scores"] = given
    body["explanation"] = explanation_json(explain_meetings(wishes) if plan.violations else None)
    body["reasons"] = reasons_between(graph, [(one.buyer, one.seller) for one in plan.meetings])
    return store(session, actor, event, body, company.guests, now)


def replan(
    session: Session,
    graph: Graph,
    actor: Actor,
    event_id: str,
    today: OnTheDay,
    seed: int,
    now: datetime,
) -> PlanView:
    """The salon again as it turned out: the others keep their places unless one must move.

    Says who moved where; a table whose host did not come and that nobody takes over is told as a problem.
    Raises InvalidInput for a guest who was not planned, a stand-in who was or may not be invited, a table
    that is not there, and where too few seats are left.
    """
    require(actor, "events.plan")
    event = own_event(session, actor, event_id, EventKind.SALON)
    old = stored(event)
    today = replace(today, no_shows={*today.no_shows, *closed_guests(session, event_id, old)})
    _check_today(old, today)
    come = tuple(dict.fromkeys(today.stand_ins))
    salon_guests.check_invitable(session, actor, come)
    lost = frozenset(table - 1 for table in today.lost_tables)
    seating, announced = from_json(old, frozenset(today.no_shows), come, lost)
    there = salon_hosts.still_there(old, set(today.no_shows), seating.lost)
    hosts = salon_hosts.taken_over(there, today.hosts, seating.tables)
    seating = _decided(seating, today)
    asked = seating.pins
    seating = replace(
        seating,
        pins=(*salon_hosts.pins_of(hosts, seating.rounds, seating.away), *asked),
        apart=tuple({*seating.apart, *salon_guests.kept_apart(session, seating.guests, now)}),
        before=tuple({*seating.before, *salon_guests.sat_together(session, actor, come, now)}),
    )
    pairs = pair_scores(graph, seating.guests)
    plan = plan_seats(seating, pairs, seed, keep=announced)
    body = seat_json(graph, seating, plan, None, seed) | {
        "minutes": old["minutes"],
        "times": old.get("times", []),
    }
    body |= {"explanation": _why(seating, plan, seed), "fits": _fits(seating.guests, pairs)}
    body |= {"hosts": hosts, "pins": pins_json(asked)}
    if old["hosts"]:
        body["violations"] += salon_hosts.left_without(hosts, plan.rounds)
    body["reasons"] = reasons_between(graph, _best_mates(seating.guests, pairs, plan))
    for row in events.attendances(session, event_id):
        if row.enterprise_id in set(today.no_shows):
            row.state = AttendanceState.ABSENT.value
    changes = tuple(changes_between(seating, announced, plan))
    return replace(store(session, actor, event, body, seating.guests, now), changes=changes)


def _decided(seating: Seating, today: OnTheDay) -> Seating:
    """With the pins of today in place of earlier ones, and who comes late or leaves early."""
    new = tuple(Pin(guest, turn - 1, table - 1) for guest, turn, table in today.pins)
    places = {(pin.guest, pin.turn) for pin in new}
    places |= {(guest, turn) for guest, _ in today.hosts for turn in range(seating.rounds)}
    away = seating.away | {(guest, turn - 1) for guest, turn in today.away}
    kept = [pin for pin in seating.pins if (pin.guest, pin.turn) not in places | away]
    return replace(seating, pins=(*kept, *new), away=away)


def _best_mates(guests: tuple[str, ...], pairs: NDArray[np.float64], plan: SeatPlan) -> list[tuple[str, str]]:
    """For each guest the one of each of its tables that fits it best: whom its agenda speaks of."""
    place = {guest: number for number, guest in enumerate(guests)}
    found: dict[tuple[str, str], None] = {}
    for names in (names for tables in plan.rounds for names in tables):
        for guest in names:
            others = [(float(pairs[place[guest], place[one]]), one) for one in names if one != guest]
            if others and max(others)[0] >= _SHOWN:
                a, b = sorted((guest, max(others)[1]))
                found[a, b] = None
    return list(found)


def _check_today(old: Mapping[str, Any], today: OnTheDay) -> None:
    missing = sorted(set(today.no_shows) - set(old["guests"]))
    if missing:
        raise InvalidInput("events.unknown_guests", who="、".join(missing))
    known = sorted(set(today.stand_ins) & set(old["guests"]))
    if known:
        raise InvalidInput("events.already_there", who="、".join(known))
    for table in today.lost_tables:
        if not 1 <= table <= old["tables"]:
            raise InvalidInput("events.no_such_table", value=table)


def read_plan(session: Session, actor: Actor, event_id: str, kind: EventKind | None = None) -> PlanView:
    """The stored plan of an event in scope, of `kind` if one is named. Raises Conflict without one."""
    require(actor, "events.read")
    event = own_event(session, actor, event_id, kind)
    return PlanView(event_id, event.kind, event.title, standing(session, event))


def standing(session: Session, event: Event) -> dict[str, Any]:
    """The plan of an event's row as it is shown: without those who have closed since. Raises Conflict."""
    return without_closed(session, event.event_id, stored(event))


def stored(event: Event) -> dict[str, Any]:
    """The plan of an event's row as it was announced. Raises Conflict where there is none yet."""
    plan = plan_of(event)
    if plan is None:
        raise Conflict("events.no_plan", value=event.event_id)
    return plan


def plan_of(event: Event) -> dict[str, Any] | None:
    """The plan of an event's row; a fair planned before floors had halls counts as not planned."""
    if event.plan is not None and event.kind == EventKind.FAIR.value and "floor" not in event.plan:
        return None
    return event.plan


def _event(session: Session, actor: Actor, occasion: Occasion, kind: EventKind, now: datetime) -> Event:
    if occasion.event_id is not None:
        return own_event(session, actor, occasion.event_id, kind)
    event = Event(
        event_id=secrets.token_hex(16),
        kind=kind.value,
        title=occasion.title,
        theme=occasion.theme,
        organizer=actor.scope if actor.role is Role.ORGANIZER else None,
        station_id=actor.scope if actor.role is Role.OFFICER else None,
        place=occasion.place,
        region_code=None,
        starts_at=occasion.starts_at,
        ends_at=None,
        capacity=None,
        settings={},
        plan=None,
        updated_at=now,
    )
    session.add(event)
    return event


def store(
    session: Session, actor: Actor, event: Event, body: dict[str, Any], guests: tuple[str, ...], now: datetime
) -> PlanView:
    """Keep a plan that passed the checker, with its guests, their disclosure lines and the act itself."""
    event.plan, event.updated_at = body, now
    session.flush()
    there = {row.enterprise_id for row in events.attendances(session, event.event_id)}
    for guest in guests:
        if guest not in there:
            state = AttendanceState.INVITED.value
            session.add(Attendance(event_id=event.event_id, enterprise_id=guest, state=state, tables=[]))
        # Each guest can read that it was named to the organizer.
        subject = ("event", event.event_id, guest)
        journal.record(session, actor, "disclosure", subject, now, purpose="event", fields=["name"])
    journal.record(session, actor, "events.plan", ("event", event.event_id, None), now, guests=list(guests))
    session.flush()
    return PlanView(event.event_id, event.kind, event.title, body)
