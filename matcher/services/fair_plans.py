"""A recruitment fair planned: whom to invite, who stands where, who could hire whom, interviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.event import EventKind
from matcher.domain.event.floor import Exhibitor, Floor
from matcher.domain.event.interviews import Interviews, Pair
from matcher.graph.graph import Graph
from matcher.recommend import fairs
from matcher.recommend.allocation import allocate, blocking_pairs
from matcher.recommend.fairs import Invitee
from matcher.recommend.floor import plan_floor
from matcher.recommend.floor_conflicts import explain_floor
from matcher.recommend.interview_conflicts import explain_interviews
from matcher.recommend.interviews import plan_interviews
from matcher.recommend.talents import heads, match
from matcher.services import salon_guests
from matcher.services.event_access import own_event
from matcher.services.event_words import joined_json
from matcher.services.fair_json import floor_json, interviews_json, violation_json
from matcher.services.fair_requests import FairRequest, Needs, fair_request
from matcher.services.recruitment import chosen_invitees
from matcher.services.salons import PlanView, store
from matcher.storage import enterprises
from matcher.storage.enterprises import Enterprise
from matcher.storage.events import Event

_DRAW: Final = 20.0  # vacancies that draw half of what is possible


def plan_fair(
    session: Session,
    graph: Graph,
    actor: Actor,
    event_id: str,
    document: Mapping[str, Any],
    seed: int,
    now: datetime,
) -> PlanView:
    """Firms, floor, a stable allocation of the classes, interview windows; checked and stored.

    Same rows, snapshot and seed: same plan. Raises InvalidInput (``events.*``) for wishes that no plan could
    keep, by name. 180 firms and 2,000 graduates take about two seconds.
    """
    require(actor, "fairs.plan")
    request = fair_request(document)
    event = own_event(session, actor, event_id, EventKind.FAIR)
    chosen = _guests(session, graph, actor, event, request)
    firms = tuple(one.enterprise_id for one in chosen)
    rows = enterprises.by_ids(session, list(firms))
    quarrels = salon_guests.kept_apart(session, firms, now)
    floor = Floor(
        booths=request.booths,
        exhibitors=tuple(_exhibitor(graph, one, rows[one.enterprise_id], request) for one in chosen),
        apart=(*request.apart, *((one.a, one.b) for one in quarrels)),
        near=request.near,
        pins=request.pins,
    )
    body = _stamped(graph, event_id, seed, request, firms)
    body |= _hires(graph, event, chosen)
    body["fitting"] = offered(graph, event, chosen, request.per_place).fitting()
    body |= planned(floor, _interviews(graph, event, chosen, request), seed)
    return store(session, actor, event, body, firms, now)


def planned(floor: Floor, asked: Interviews, seed: int) -> dict[str, Any]:
    """Floor and interviews as stored, with what could not be kept and why."""
    placed, day = plan_floor(floor, seed), plan_interviews(asked)
    body = floor_json(floor, placed) | interviews_json(asked, day)
    body["violations"] += [violation_json(one) for one in day.violations]
    body["explanation"] = joined_json(
        explain_floor(floor) if placed.violations else None,
        explain_interviews(asked) if day.violations else None,
    )
    return body


def _stamped(
    graph: Graph, event_id: str, seed: int, request: FairRequest, firms: Sequence[str]
) -> dict[str, Any]:
    return {
        "kind": EventKind.FAIR.value,
        "event_id": event_id,
        "snapshot_id": graph.snapshot_id,
        "as_of": graph.as_of.isoformat(),
        "seed": seed,
        "guests": list(firms),
        "minutes": request.minutes,
        "times": [one.isoformat() for one in request.times],
        "per_place": request.per_place,
        "desks_each": request.desks,
    }


def _guests(
    session: Session, graph: Graph, actor: Actor, event: Event, request: FairRequest
) -> list[Invitee]:
    """Those who must come, then the best; a firm that the snapshot does not know brings no openings."""
    salon_guests.check_invitable(session, actor, request.must)
    fair = graph.events.position(event.event_id)
    found = {one.enterprise_id: one for one in chosen_invitees(session, graph, actor, event, request.n)}
    must: list[Invitee] = []
    for firm in request.must:
        position = graph.firms.position(firm)
        if firm not in found and position is not None and fair is not None:
            found[firm] = fairs.invitee(graph, position, fair)
        must.append(found.pop(firm, Invitee(firm, 0.0, (), 0)))
    return [*must, *found.values()][: request.n]


def _exhibitor(graph: Graph, one: Invitee, row: Enterprise, request: FairRequest) -> Exhibitor:
    needs = request.needs.get(one.enterprise_id, Needs())
    code = row.industry_code or ""
    zones = [zone.name for zone in request.zones if code and code.startswith(zone.trades)]
    division = fairs.trade(graph, one.enterprise_id)
    return Exhibitor(
        one.enterprise_id,
        needs.size,
        needs.power,
        zones[0] if zones else None,
        str(division) if division >= 0 else "",
        one.headcount / (one.headcount + _DRAW),
    )


def _hires(graph: Graph, event: Event, chosen: Sequence[Invitee]) -> dict[str, Any]:
    """Who could hire whom: no class and opening would both rather have each other."""
    openings, owners, talents = _sides(graph, event, chosen)
    if not len(openings) or not len(talents):
        return {"placements": [], "stable": True}
    scores = match(graph, openings, talents).T
    sizes, places = heads(graph, "talents", talents), heads(graph, "openings", openings)
    given = allocate(scores, sizes, places)
    found = [
        {
            "talent_id": graph.talents.ids[int(talents[row])],
            "opening_id": graph.openings.ids[int(openings[column])],
            "enterprise_id": owners[column],
            "count": int(given[row, column]),
            "score": round(float(scores[row, column]), 6),
        }
        for row, column in np.argwhere(given > 0).tolist()
    ]
    return {"placements": found, "stable": not blocking_pairs(scores, sizes, places, given)}


def _sides(graph: Graph, event: Event, chosen: Sequence[Invitee]) -> tuple[fairs.Ints, list[str], fairs.Ints]:
    """Openings with their firms, and the classes that come."""
    names = [(one.enterprise_id, opening) for one in chosen for opening in one.openings]
    known = [(firm, graph.openings.position(opening)) for firm, opening in names]
    there = [(firm, position) for firm, position in known if position is not None]
    fair = graph.events.position(event.event_id)
    talents = np.zeros(0, dtype=np.int64) if fair is None else fairs.talents_of(graph, fair)
    openings = np.asarray([position for _, position in there], dtype=np.int64)
    return openings, [firm for firm, _ in there], talents


def _interviews(graph: Graph, event: Event, chosen: Sequence[Invitee], request: FairRequest) -> Interviews:
    offers = offered(graph, event, chosen, request.per_place)
    _, _, talents = _sides(graph, event, chosen)
    sizes = heads(graph, "talents", talents)
    desks = {one.enterprise_id: _desks(one.enterprise_id, request) for one in chosen}
    return Interviews(
        heads={graph.talents.ids[int(one)]: max(1, size) for one, size in zip(talents, sizes, strict=True)},
        desks=desks,
        windows=request.windows,
        scores=offers.scores,
        wanted=offers.wanted,
        most=request.most,
        least=request.least,
        away=request.away,
        must=request.must_interview,
    )


@dataclass(frozen=True)
class Offers:
    """What an interview of a class and a firm is worth, the most of them, and the opening that fits best."""

    scores: Mapping[Pair, float]
    wanted: Mapping[Pair, int]
    best: Mapping[Pair, str]

    def fitting(self) -> list[list[str]]:
        """[class, firm, opening], as stored: why the two are to meet."""
        return [[talent, firm, opening] for (talent, firm), opening in sorted(self.best.items())]


def offered(graph: Graph, event: Event, chosen: Sequence[Invitee], per_place: int) -> Offers:
    """By the best of a firm's openings; members are wanted `per_place` for each vacancy that fits at all."""
    openings, owners, talents = _sides(graph, event, chosen)
    places = heads(graph, "openings", openings)
    scores: dict[Pair, float] = {}
    wanted: dict[Pair, int] = {}
    best: dict[Pair, str] = {}
    fits = match(graph, openings, talents) if len(openings) and len(talents) else np.zeros((0, 0))
    for row, column in np.argwhere(fits > 0).tolist():
        pair = (graph.talents.ids[int(talents[column])], owners[row])
        score = round(float(fits[row, column]), 6)
        wanted[pair] = wanted.get(pair, 0) + per_place * places[row]
        if score > scores.get(pair, 0.0):
            scores[pair], best[pair] = score, graph.openings.ids[int(openings[row])]
    return Offers(scores, wanted, best)


def _desks(firm: str, request: FairRequest) -> int:
    own = request.needs.get(firm, Needs()).desks
    return request.desks if own is None else own
