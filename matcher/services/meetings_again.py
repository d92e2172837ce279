"""A day of meetings on the day itself: who came keeps every meeting; what was freed is filled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.event import AttendanceState, EventKind, Meeting, Meetings, MeetingsPlan, check_meetings
from matcher.errors import InvalidInput
from matcher.graph.graph import Graph
from matcher.recommend.meeting_conflicts import explain_meetings
from matcher.services import salon_guests
from matcher.services.event_access import own_event
from matcher.services.event_plans import meetings_json, wishes_from_json
from matcher.services.event_reasons import reasons_between
from matcher.services.event_words import explanation_json
from matcher.services.salon_guests import scores_between
from matcher.services.salons import PlanView, store, stored
from matcher.storage import events

_LEAST: Final = 1e-9  # a pair worth nothing is not asked to meet


def replan(
    session: Session,
    graph: Graph,
    actor: Actor,
    event_id: str,
    no_shows: Collection[str],
    seed: int,
    now: datetime,
) -> PlanView:
    """The day without those who did not come: kept meetings stay, freed slots go to the best pairs left.

    Nobody who came is moved, so the result need not be the best plan of the day. Raises InvalidInput for
    a firm that was not planned. One scoring of the graph a firm where the first plan was scored by it.
    """
    require(actor, "events.plan")
    event = own_event(session, actor, event_id, EventKind.MEETINGS)
    old, gone = stored(event), frozenset(no_shows)
    missing = sorted(gone - set(old["guests"]))
    if missing:
        raise InvalidInput("events.unknown_guests", who="、".join(missing))
    wishes = _still_wished(session, graph, wishes_from_json(old), gone, now)
    kept = [one for one in _meetings(old) if _stands(wishes, one)]
    added = _filled(wishes, kept)
    plan = _checked(wishes, [*kept, *added])
    body = meetings_json(graph, wishes, plan, seed)
    body["explanation"] = explanation_json(explain_meetings(wishes) if plan.violations else None)
    body["reasons"] = reasons_between(graph, [(one.buyer, one.seller) for one in plan.meetings])
    body |= {"minutes": old["minutes"], "scores": _of_those_here(old["scores"], gone)}
    for row in events.attendances(session, event_id):
        if row.enterprise_id in gone:
            row.state = AttendanceState.ABSENT.value
    view = store(session, actor, event, body, (*wishes.buyers, *wishes.sellers), now)
    changes = tuple(_change(one) for one in sorted(added, key=lambda one: (one.slot, one.table)))
    return replace(view, changes=changes)


def _still_wished(
    session: Session, graph: Graph, old: Meetings, gone: frozenset[str], now: datetime
) -> Meetings:
    """What was asked of the day, of those who are here; conflicts entered since count."""
    buyers = tuple(one for one in old.buyers if one not in gone)
    sellers = tuple(one for one in old.sellers if one not in gone)
    here = {*buyers, *sellers}
    scores = old.scores
    if not scores:
        scores = scores_between(salon_guests.pair_scores(graph, (*buyers, *sellers)), buyers, sellers)
    apart = {frozenset((one.a, one.b)) for one in salon_guests.kept_apart(session, sorted(here), now)}
    quarrels = tuple((a, b) for a in buyers for b in sellers if frozenset((a, b)) in apart)
    return replace(
        old,
        buyers=buyers,
        sellers=sellers,
        scores={pair: score for pair, score in scores.items() if set(pair) <= here},
        most={firm: most for firm, most in old.most.items() if firm in here},
        least={firm: least for firm, least in old.least.items() if firm in here},
        away=frozenset(one for one in old.away if one[0] in here),
        must=tuple(pair for pair in old.must if set(pair) <= here),
        must_not=tuple({*(pair for pair in old.must_not if set(pair) <= here), *quarrels}),
    )


def _meetings(old: Mapping[str, Any]) -> list[Meeting]:
    return [
        Meeting(one["buyer"], one["seller"], one["slot"] - 1, one["table"] - 1) for one in old["meetings"]
    ]


def _stands(wishes: Meetings, one: Meeting) -> bool:
    here = one.buyer in wishes.buyers and one.seller in wishes.sellers
    return here and (one.buyer, one.seller) not in wishes.must_not


def _of_those_here(scores: list[dict[str, Any]], gone: frozenset[str]) -> list[dict[str, Any]]:
    return [one for one in scores if not gone & {one["buyer"], one["seller"]}]


def _filled(wishes: Meetings, kept: list[Meeting]) -> list[Meeting]:
    """New meetings in free slots at free tables, the best pairs first; ties by name."""
    held = Counter(firm for one in kept for firm in (one.buyer, one.seller))
    busy = {(firm, one.slot) for one in kept for firm in (one.buyer, one.seller)}
    taken = {(one.slot, one.table) for one in kept}
    met = {(one.buyer, one.seller) for one in kept} | set(wishes.must_not)
    added: list[Meeting] = []
    for pair in _by_worth(wishes):
        if pair in met or any(held[firm] >= wishes.limit(firm) for firm in pair):
            continue
        place = _free(wishes, pair, busy, taken)
        if place is not None:
            slot, table = place
            added.append(Meeting(*pair, slot, table))
            held.update(pair)
            busy |= {(firm, slot) for firm in pair}
            taken.add(place)
    return added


def _by_worth(wishes: Meetings) -> list[tuple[str, str]]:
    """Pairs worth meeting: those that must, then the best."""
    worth = {pair: score for pair, score in wishes.scores.items() if score >= _LEAST}
    order = sorted(worth, key=lambda pair: (-worth[pair], pair))
    return list(dict.fromkeys([*sorted(set(wishes.must)), *order]))


def _free(
    wishes: Meetings, pair: tuple[str, str], busy: set[tuple[str, int]], taken: set[tuple[int, int]]
) -> tuple[int, int] | None:
    """The first slot in which both are free and a table is."""
    both = set(wishes.free_slots(pair[0])) & set(wishes.free_slots(pair[1]))
    for slot in sorted(slot for slot in both if not busy & {(firm, slot) for firm in pair}):
        for table in range(wishes.tables):
            if (slot, table) not in taken:
                return slot, table
    return None


def _checked(wishes: Meetings, meetings: list[Meeting]) -> MeetingsPlan:
    value = sum(wishes.scores.get((one.buyer, one.seller), 0.0) for one in meetings)
    ordered = tuple(sorted(meetings, key=lambda one: (one.slot, one.table)))
    bound = sum(wishes.scores.values())
    plan = MeetingsPlan(ordered, value, bound, proven=False)
    return replace(plan, violations=tuple(check_meetings(wishes, plan)))


def _change(one: Meeting) -> dict[str, Any]:
    return {"buyer": one.buyer, "seller": one.seller, "slot": one.slot + 1, "table": one.table + 1}
