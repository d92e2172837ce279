"""A day of meetings on the day itself: who came keeps every meeting that can be; what was freed is filled."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.event import AttendanceState, EventKind, Meeting, Meetings, check_meetings_request
from matcher.errors import InvalidInput
from matcher.graph.graph import Graph
from matcher.recommend import meetings_kept
from matcher.recommend.among import pair_scores
from matcher.recommend.meeting_conflicts import explain_meetings
from matcher.services import salon_guests
from matcher.services.event_access import own_event
from matcher.services.event_gone import closed_guests
from matcher.services.event_plans import meetings_json, wishes_from_json
from matcher.services.event_reasons import reasons_between
from matcher.services.event_words import explanation_json
from matcher.services.salon_guests import scores_between
from matcher.services.salons import PlanView, store, stored
from matcher.storage import events


@dataclass(frozen=True)
class MeetingsToday:
    """What turned out otherwise: who did not come, who comes instead (buyers, sellers), tables (from 1) gone.

    `pins` are (buyer, seller, slot) decided now, `away` (firm, slot) in which it is not there; from 1.
    """

    no_shows: Collection[str] = ()
    stand_ins: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    lost_tables: tuple[int, ...] = ()
    pins: tuple[tuple[str, str, int], ...] = ()
    away: tuple[tuple[str, int], ...] = ()


def replan(
    session: Session,
    graph: Graph,
    actor: Actor,
    event_id: str,
    today: MeetingsToday,
    seed: int,
    now: datetime,
) -> PlanView:
    """The day as it turned out: meetings stay where they were unless they cannot; what was freed is filled.

    Nobody who came is moved without need, so the result need not be the best plan of the day. Raises
    InvalidInput for a firm that was not planned, a stand-in who was or may not be invited, a table that is
    not there, and for what no plan could keep. One scoring of the graph a firm where the first plan was
    scored by it.
    """
    require(actor, "events.plan")
    event = own_event(session, actor, event_id, EventKind.MEETINGS)
    old = stored(event)
    today = replace(today, no_shows={*today.no_shows, *closed_guests(session, event_id, old)})
    _check_today(old, today)
    come = (*today.stand_ins[0], *today.stand_ins[1])
    salon_guests.check_invitable(session, actor, come)
    wishes = _still_wished(session, graph, old, today, now)
    check_meetings_request(wishes)
    announced = _meetings(old)
    plan = meetings_kept.replanned(wishes, announced)
    body = meetings_json(graph, wishes, plan, seed)
    body["explanation"] = explanation_json(explain_meetings(wishes) if plan.violations else None)
    body["reasons"] = reasons_between(graph, [(one.buyer, one.seller) for one in plan.meetings])
    gone = frozenset(today.no_shows)
    body |= {"minutes": old["minutes"], "times": old.get("times", [])}
    body["scores"] = [one for one in old["scores"] if not gone & {one["buyer"], one["seller"]}]
    for row in events.attendances(session, event_id):
        if row.enterprise_id in gone:
            row.state = AttendanceState.ABSENT.value
    view = store(session, actor, event, body, (*wishes.buyers, *wishes.sellers), now)
    return replace(view, changes=tuple(_changes(announced, plan.meetings)))


def _check_today(old: Mapping[str, Any], today: MeetingsToday) -> None:
    missing = sorted(set(today.no_shows) - set(old["guests"]))
    if missing:
        raise InvalidInput("events.unknown_guests", who="、".join(missing))
    known = sorted({*today.stand_ins[0], *today.stand_ins[1]} & set(old["guests"]))
    if known:
        raise InvalidInput("events.already_there", who="、".join(known))
    for table in today.lost_tables:
        if not 1 <= table <= old["tables"]:
            raise InvalidInput("events.no_such_table", value=table)


def _still_wished(
    session: Session, graph: Graph, plan: Mapping[str, Any], today: MeetingsToday, now: datetime
) -> Meetings:
    """What was asked of the day, of those who are here, and of today; conflicts entered since count."""
    old, gone = wishes_from_json(plan), frozenset(today.no_shows)
    buyers = tuple(dict.fromkeys([*(one for one in old.buyers if one not in gone), *today.stand_ins[0]]))
    sellers = tuple(dict.fromkeys([*(one for one in old.sellers if one not in gone), *today.stand_ins[1]]))
    here = {*buyers, *sellers}
    scores = dict(old.scores)
    if not scores or any(today.stand_ins):
        fits = scores_between(pair_scores(graph, (*buyers, *sellers)), buyers, sellers)
        scores = fits | scores
    apart = {frozenset((one.a, one.b)) for one in salon_guests.kept_apart(session, sorted(here), now)}
    quarrels = tuple((a, b) for a in buyers for b in sellers if frozenset((a, b)) in apart)
    decided = {pair[:2] for pair in today.pins}
    pins = [pin for pin in old.pins if set(pin[:2]) <= here and pin[:2] not in decided]
    return replace(
        old,
        buyers=buyers,
        sellers=sellers,
        scores={pair: score for pair, score in scores.items() if set(pair) <= here},
        most={firm: most for firm, most in old.most.items() if firm in here},
        least={firm: least for firm, least in old.least.items() if firm in here},
        away=frozenset(one for one in old.away if one[0] in here)
        | {(firm, slot - 1) for firm, slot in today.away},
        must=tuple(pair for pair in old.must if set(pair) <= here),
        must_not=tuple({*(pair for pair in old.must_not if set(pair) <= here), *quarrels}),
        pins=(*pins, *((a, b, slot - 1) for a, b, slot in today.pins)),
        lost=old.lost | {table - 1 for table in today.lost_tables},
    )


def _meetings(old: Mapping[str, Any]) -> list[Meeting]:
    return [
        Meeting(one["buyer"], one["seller"], one["slot"] - 1, one["table"] - 1) for one in old["meetings"]
    ]


def _changes(before: Sequence[Meeting], after: Sequence[Meeting]) -> Iterator[dict[str, Any]]:
    """What changed for whom: meetings off, moved (`from_slot`, `from_table`) and new, in that order."""
    was = {(one.buyer, one.seller): one for one in before}
    now = {(one.buyer, one.seller): one for one in after}
    for pair, one in was.items():
        if pair not in now:
            yield _change("off", one)
    for pair, one in sorted(now.items(), key=lambda item: (item[1].slot, item[1].table)):
        old = was.get(pair)
        if old is not None and (old.slot, old.table) != (one.slot, one.table):
            yield _change("moved", one) | {"from_slot": old.slot + 1, "from_table": old.table + 1}
    for pair, one in sorted(now.items(), key=lambda item: (item[1].slot, item[1].table)):
        if pair not in was:
            yield _change("new", one)


def _change(what: str, one: Meeting) -> dict[str, Any]:
    places = {"slot": one.slot + 1, "table": one.table + 1}
    return {"what": what, "buyer": one.buyer, "seller": one.seller, **places}
