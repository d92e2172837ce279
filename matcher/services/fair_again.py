"""A fair on the day itself: who came stays at its booth, what was announced stays, the rest is filled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.event import AttendanceState, EventKind
from matcher.domain.event.floor import BoothPin, Exhibitor, Floor
from matcher.domain.event.interviews import Interviews
from matcher.errors import InvalidInput
from matcher.graph.graph import Graph
from matcher.recommend import fairs
from matcher.recommend.fairs import Invitee
from matcher.recommend.floor import plan_floor
from matcher.recommend.floor_conflicts import explain_floor
from matcher.recommend.interview_conflicts import explain_interviews
from matcher.recommend.interviews import refilled
from matcher.services import salon_guests
from matcher.services.event_access import own_event
from matcher.services.event_gone import closed_guests
from matcher.services.event_words import joined_json
from matcher.services.fair_json import (
    booths_of,
    floor_from,
    floor_json,
    interviews_from,
    interviews_json,
    interviews_of,
    violation_json,
)
from matcher.services.fair_plans import offered
from matcher.services.salons import PlanView, store, stored
from matcher.storage import events
from matcher.storage.events import Event


@dataclass(frozen=True)
class FairToday:
    """What turned out otherwise: firms or classes that did not come, firms that come instead, booths lost
    (from 1), booths decided now: (firm, booth from 1).
    """

    no_shows: Collection[str] = ()
    stand_ins: tuple[str, ...] = ()
    lost_booths: tuple[int, ...] = ()
    pins: tuple[tuple[str, int], ...] = ()


def replan_fair(
    session: Session, graph: Graph, actor: Actor, event_id: str, today: FairToday, seed: int, now: datetime
) -> PlanView:
    """The fair as it turned out: booths and interviews stay unless they cannot; says what changed for whom.

    Raises InvalidInput for a firm or class that was not planned, a stand-in who was or may not be invited,
    a booth that is not there, and where too few booths are left.
    """
    require(actor, "fairs.plan")
    event = own_event(session, actor, event_id, EventKind.FAIR)
    old = stored(event)
    today = replace(today, no_shows={*today.no_shows, *closed_guests(session, event_id, old)})
    _check(old, today)
    salon_guests.check_invitable(session, actor, today.stand_ins)
    floor, asked = _floor(session, graph, old, today, now), _asked(graph, event, old, today)
    placed = plan_floor(floor, seed, keep=booths_of(old))
    day = refilled(asked, interviews_of(old))
    body = old | floor_json(floor, placed) | interviews_json(asked, day)
    body["violations"] += [violation_json(one) for one in day.violations]
    body["explanation"] = joined_json(
        explain_floor(floor) if placed.violations else None,
        explain_interviews(asked) if day.violations else None,
    )
    gone = set(today.no_shows)
    body["placements"] = [
        one for one in old["placements"] if not gone & {one["enterprise_id"], one["talent_id"]}
    ]
    come = offered(graph, event, _invitees(graph, event, today.stand_ins), old["per_place"])
    body["fitting"] = [*old["fitting"], *come.fitting()]
    body |= {"guests": list(floor.firms()), "seed": seed}
    body |= {"snapshot_id": graph.snapshot_id, "as_of": graph.as_of.isoformat()}
    for row in events.attendances(session, event_id):
        if row.enterprise_id in gone:
            row.state = AttendanceState.ABSENT.value
    view = store(session, actor, event, body, floor.firms(), now)
    return replace(view, changes=tuple(changes(old, body)))


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What changed for those who are there: booths moved, interviews off, interviews new."""
    was, now = booths_of(old), booths_of(new)
    found: list[dict[str, Any]] = [
        {"what": "moved", "enterprise_id": firm, "from": was[firm] + 1, "to": booth + 1}
        for firm, booth in sorted(now.items())
        if firm in was and was[firm] != booth
    ]
    found += [
        {"what": "came", "enterprise_id": firm, "to": booth + 1}
        for firm, booth in sorted(now.items())
        if firm not in was
    ]
    before, after = interviews_of(old), interviews_of(new)
    for what, some, others in (("off", before, set(after)), ("new", after, set(before))):
        found += [
            {
                "what": what,
                "talent_id": one.talent,
                "member": one.member + 1,
                "enterprise_id": one.firm,
                "window": one.window + 1,
            }
            for one in some
            if one not in others
        ]
    return found


def _check(old: Mapping[str, Any], today: FairToday) -> None:
    planned = {*old["guests"], *old["heads"]}
    missing = sorted(set(today.no_shows) - planned)
    if missing:
        raise InvalidInput("events.unknown_guests", who="、".join(missing))
    known = sorted(set(today.stand_ins) & set(old["guests"]))
    if known:
        raise InvalidInput("events.already_there", who="、".join(known))
    for booth in today.lost_booths:
        if not 1 <= booth <= len(old["floor"]):
            raise InvalidInput("events.no_such_booth", value=booth)


def _floor(session: Session, graph: Graph, old: Mapping[str, Any], today: FairToday, now: datetime) -> Floor:
    before, gone = floor_from(old), set(today.no_shows)
    lost = before.lost | {booth - 1 for booth in today.lost_booths}
    decided = {firm for firm, _ in today.pins}
    come = tuple(
        Exhibitor(firm, sector=str(division) if (division := fairs.trade(graph, firm)) >= 0 else "")
        for firm in dict.fromkeys(today.stand_ins)
    )
    exhibitors = (*(one for one in before.exhibitors if one.firm not in gone), *come)
    firms = tuple(one.firm for one in exhibitors)
    quarrels = {(one.a, one.b) for one in salon_guests.kept_apart(session, firms, now)}
    stay = tuple(pin for pin in before.pins if pin.firm not in gone | decided and pin.booth not in lost)
    return replace(
        before,
        exhibitors=exhibitors,
        apart=tuple(sorted({*(pair for pair in before.apart if not gone & set(pair)), *quarrels})),
        near=tuple(pair for pair in before.near if not gone & set(pair)),
        pins=(*stay, *(BoothPin(firm, booth - 1) for firm, booth in today.pins)),
        lost=lost,
    )


def _asked(graph: Graph, event: Event, old: Mapping[str, Any], today: FairToday) -> Interviews:
    """The windows without those who are gone, with those who come instead."""
    before, gone = interviews_from(old), set(today.no_shows)
    come = _invitees(graph, event, today.stand_ins)
    new = offered(graph, event, come, old["per_place"])
    scores = {pair: score for pair, score in before.scores.items() if not gone & set(pair)}
    wanted = {pair: number for pair, number in before.wanted.items() if not gone & set(pair)}
    heads = {talent: number for talent, number in before.heads.items() if talent not in gone}
    desks = {firm: number for firm, number in before.desks.items() if firm not in gone}
    return replace(
        before,
        heads=heads,
        desks=desks | dict.fromkeys(today.stand_ins, old["desks_each"]),
        scores=scores | {pair: score for pair, score in new.scores.items() if pair[0] in heads},
        wanted=wanted | {pair: number for pair, number in new.wanted.items() if pair[0] in heads},
        least={firm: least for firm, least in before.least.items() if firm not in gone},
        away=frozenset(one for one in before.away if one[0] not in gone),
        must=tuple(pair for pair in before.must if not gone & set(pair)),
    )


def _invitees(graph: Graph, event: Event, firms: Sequence[str]) -> list[Invitee]:
    """What the stand-ins bring, as far as the snapshot knows them."""
    fair = graph.events.position(event.event_id)
    places = [graph.firms.position(firm) for firm in dict.fromkeys(firms)]
    return [fairs.invitee(graph, one, fair) for one in places if one is not None and fair is not None]
