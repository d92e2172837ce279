"""Events planned from a file: the same JSON as over HTTP, the plan as JSON, XLSX or ICS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from jobs.speaking_for import ACCOUNT, as_json
from jobs.spoken import language
from jobs.wiring import Wiring
from matcher.domain.access import Actor, Role
from matcher.errors import InvalidInput
from matcher.graph.graph import Graph
from matcher.graph.snapshot import Current
from matcher.services import event_exports, fair_plan_view, fair_plans, plan_view, salons
from matcher.storage import events

LOCAL: Final = "local"  # owns what nobody is named for


def plan(wiring: Wiring, kind: str, document: dict[str, Any], actor: Actor | None, form: str) -> bytes:
    """Plan, store and write the plan in one transaction: what cannot be written is not kept either.

    `form` is json, xlsx or ics. Raises what the services raise for wishes that no plan could keep.
    """
    graph = Current(wiring.settings.snapshots).get()
    with wiring.transactions.begin() as session:
        speaker = _owner(session, document) if actor is None else actor
        event_id, told = _PLANNERS[kind](session, graph, speaker, document, wiring)
        session.flush()
        if form == "xlsx":
            return event_exports.xlsx(event_exports.sheets(session, speaker, event_id))
        if form == "ics":
            return event_exports.ics(session, speaker, event_id, wiring.clock())
        return f"{told}\n".encode()


Planned = tuple[str, str]


def _salon(session: Session, graph: Graph, actor: Actor, document: dict[str, Any], wiring: Wiring) -> Planned:
    asked, seed = _without_seed(document)
    view = salons.plan_salon(session, graph, actor, asked, seed, wiring.clock())
    return view.event_id, as_json(plan_view.shown(session, actor, view))


def _meetings(
    session: Session, graph: Graph, actor: Actor, document: dict[str, Any], wiring: Wiring
) -> Planned:
    asked, seed = _without_seed(document)
    view = salons.plan_meetings(session, graph, actor, asked, seed, wiring.clock())
    return view.event_id, as_json(plan_view.shown(session, actor, view))


def _fair(session: Session, graph: Graph, actor: Actor, document: dict[str, Any], wiring: Wiring) -> Planned:
    asked, seed = _without_seed(document)
    event_id = asked.get("event_id")
    if not isinstance(event_id, str):
        raise InvalidInput("events.bad_request", name="event_id", value=event_id)
    view = fair_plans.plan_fair(session, graph, actor, event_id, asked, seed, wiring.clock())
    return event_id, as_json(fair_plan_view.shown(session, actor, view))


_PLANNERS: Final[Mapping[str, Callable[[Session, Graph, Actor, dict[str, Any], Wiring], Planned]]] = {
    "salon": _salon,
    "fair": _fair,
    "meetings": _meetings,
}


def _without_seed(document: dict[str, Any]) -> tuple[dict[str, Any], int]:
    seed = document.get("seed", 0)
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise InvalidInput("events.bad_request", name="seed", value=seed)
    return {name: value for name, value in document.items() if name != "seed"}, seed


def _owner(session: Session, document: Mapping[str, Any]) -> Actor:
    """Whoever holds the event that the file names; a new event belongs to this machine's organizer."""
    named = document.get("event_id")
    event = events.by_id(session, named) if isinstance(named, str) else None
    if event is not None and event.organizer is not None:
        return Actor(ACCOUNT, Role.ORGANIZER, event.organizer, language())
    if event is not None and event.station_id is not None:
        return Actor(ACCOUNT, Role.OFFICER, event.station_id, language())
    return Actor(ACCOUNT, Role.ORGANIZER, LOCAL, language())
