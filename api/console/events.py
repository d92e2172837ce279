"""The organizer's pages: events, planning a salon or meetings, the plan with its seats, a fair's floor."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from flask import Response, render_template, request, url_for

from api.adapter import read_form
from api.asking import asking
from api.auth import policy
from api.console.by_name import by_name
from api.console.downloads import as_file
from api.console.event_forms import FairForm, MeetingsForm, NoShowForm, SalonForm
from api.console.floor import floor
from api.console.handouts import fair_handouts, handouts
from api.console.pages import blueprint, redirect_to
from api.console.seats import rounds
from api.language import language
from matcher.domain.event import EventKind
from matcher.errors import InvalidInput
from matcher.services import (
    attendance,
    event_exports,
    event_words,
    fair_again,
    fair_plans,
    guest_names,
    meetings_again,
    own_events,
    recruitment,
    salons,
)
from matcher.services.fact_words import fact
from matcher.storage.events import Event

FIRMS_SHOWN: Final = 8
INVITEES: Final = 40
_Desk = tuple[int, str, list[tuple[str, list[int]]]]  # booth, firm, members of each class
_SIDES: Final = ("must", "buyer", "seller", "come")


@blueprint.get("/events")
@policy("events.read")
def events_list() -> str:
    """Own events, newest first."""
    here = asking()
    rows = own_events.of_actor(here.session, here.actor)
    coming = [row for row in rows if row.starts_at is None or row.starts_at >= here.now]
    coming.sort(key=lambda row: (row.starts_at is None, row.starts_at or row.updated_at))
    past = [row for row in rows if row.starts_at is not None and row.starts_at < here.now]
    return render_template("events.html", coming=coming, past=past)


@blueprint.get("/events/new/<any(salon,meetings):kind>")
@policy("events.plan", writes=False)
def new_event(kind: str) -> str:
    """The form of a salon or of a day of meetings."""
    return render_template(f"new_{kind}.html")


@blueprint.get("/events/guests")
@policy("events.plan", writes=False)
def find_guests() -> str:
    """Firms that may be invited, for what was typed so far."""
    here, typed = asking(), request.args.get("q", "").strip()[:100]
    side, kind = _side(request.args.get("side", "")), _kind(request.args.get("kind", ""))
    found = own_events.invitable(here.session, here.actor, typed, FIRMS_SHOWN) if typed else []
    return render_template("fragments/guests_found.html", found=found, q=typed, side=side, kind=kind)


@blueprint.get("/events/guests/<enterprise_id>/<any(must,buyer,seller,come):side>")
@policy("events.plan", writes=False)
def add_guest(enterprise_id: str, side: str) -> str:
    """A chosen firm as a ticked box, to be added to its list."""
    here = asking()
    name = own_events.invitable_name(here.session, here.actor, enterprise_id)
    kind = _kind(request.args.get("kind", ""))
    return render_template("fragments/guest.html", identifier=enterprise_id, name=name, side=side, kind=kind)


@blueprint.post("/events/salon")
@policy("events.plan")
def plan_salon() -> Response:
    """Plan a salon and go to the plan."""
    here, form = asking(), read_form(SalonForm, request)
    names = own_events.names_of(here.session, here.actor, form.must)
    with by_name(names):
        document, seed = form.document(names), _seed(form.title)
        view = salons.plan_salon(here.session, here.graph, here.actor, document, seed, here.now)
    return redirect_to(url_for("console.show_event", event_id=view.event_id))


@blueprint.post("/events/meetings")
@policy("events.plan")
def plan_meetings() -> Response:
    """Plan one-to-one meetings and go to the plan."""
    here, form = asking(), read_form(MeetingsForm, request)
    if not form.buyer or not form.seller:
        raise InvalidInput("console.sides_missing")
    names = own_events.names_of(here.session, here.actor, [*form.buyer, *form.seller])
    with by_name(names):
        document, seed = form.document(names), _seed(form.title)
        view = salons.plan_meetings(here.session, here.graph, here.actor, document, seed, here.now)
    return redirect_to(url_for("console.show_event", event_id=view.event_id))


@blueprint.post("/events/<event_id>/fair")
@policy("fairs.plan")
def plan_fair(event_id: str) -> Response:
    """Booths and who could hire whom; go to the plan."""
    here, form = asking(), read_form(FairForm, request)
    names = own_events.names_of(here.session, here.actor, form.must)
    with by_name(names):
        document, seed = form.document(names), _seed(event_id)
        fair_plans.plan_fair(here.session, here.graph, here.actor, event_id, document, seed, here.now)
    return redirect_to(url_for("console.show_event", event_id=event_id))


@blueprint.post("/events/<event_id>/replan")
@policy("events.plan")
def replan(event_id: str) -> Response:
    """The event as it turned out: others keep their places; what changed, and for whom."""
    here, form = asking(), read_form(NoShowForm, request)
    if not form.anything():
        raise InvalidInput("console.nobody_absent")
    event = own_events.of(here.session, here.actor, event_id)
    before = salons.stored(event)
    coming = own_events.names_of(here.session, here.actor, [*form.come, *form.buyer, *form.seller])
    planned = guest_names.plan_names(here.session, here.actor, event_id, before)
    with by_name(coming | planned):
        replanner, today = _AGAIN[event.kind](form, before, planned)
        view = replanner(here.session, here.graph, here.actor, event_id, today, _seed(event_id), here.now)
    names = guest_names.plan_names(here.session, here.actor, view.event_id, view.plan)
    told = render_template("fragments/changes.html", changes=view.changes, names=names, kind=event.kind)
    return Response(told)


_Again = Callable[[NoShowForm, Mapping[str, Any], Mapping[str, str]], tuple[Any, Any]]
_AGAIN: Final[Mapping[str, _Again]] = {
    EventKind.SALON.value: lambda form, plan, names: (salons.replan, form.salon(plan, names)),
    EventKind.MEETINGS.value: lambda form, plan, names: (meetings_again.replan, form.meetings(plan, names)),
    EventKind.FAIR.value: lambda form, plan, names: (fair_again.replan_fair, form.fair(plan, names)),
}


@blueprint.get("/events/<event_id>")
@policy("events.read")
def show_event(event_id: str) -> str:
    """An event with its plan, if there is one."""
    here = asking()
    event = own_events.of(here.session, here.actor, event_id)
    if salons.plan_of(event) is None:
        turnout = own_events.turnout(here.session, here.actor, event_id)
        return render_template("event.html", event=event, planned=False, turnout=turnout)
    plan = salons.standing(here.session, event)
    names = guest_names.plan_names(here.session, here.actor, event.event_id, plan)
    words = _plan_words(event, plan, names)
    return render_template(f"event_{event.kind}.html", event=event, planned=True, **words)


@blueprint.get("/events/<event_id>/company")
@policy("events.read")
def event_guests(event_id: str) -> str:
    """The guests of a plan, each with whom it fits best."""
    here = asking()
    event = own_events.of(here.session, here.actor, event_id)
    lines = own_events.guests(here.session, here.graph, here.actor, event_id, here.now)
    names = {line.enterprise_id: str(line.fields.get("name", line.enterprise_id)) for line in lines}
    industries = {line.enterprise_id: _industry(line.fields) for line in lines}
    return render_template(
        "fragments/company.html", lines=lines, names=names, industries=industries, event=event
    )


@blueprint.get("/events/<event_id>/invitees")
@policy("fairs.read", writes=True)
def event_invitees(event_id: str) -> str:
    """Whom to invite to a fair. Who is named here is written down, so this read writes."""
    here = asking()
    found = recruitment.invitees(here.session, here.graph, here.actor, event_id, INVITEES, here.now)
    known = own_events.opening_titles(here.session, [one.enterprise_id for one in found.invitees])
    titles = {
        one.enterprise_id: dict.fromkeys(known[key] for key in one.openings if key in known)
        for one in found.invitees
    }
    industries = {one.enterprise_id: _industry(one.fields) for one in found.invitees}
    return render_template(
        "fragments/invitees.html", found=found.invitees, titles=titles, industries=industries
    )


@blueprint.post("/events/<event_id>/attendance")
@policy("events.plan")
def attend(event_id: str) -> Response:
    """Who is ticked did not come, everybody else of the plan did."""
    here, form = asking(), read_form(NoShowForm, request)
    plan = salons.standing(here.session, own_events.of(here.session, here.actor, event_id))
    came = [guest for guest in plan["guests"] if guest not in set(form.absent)]
    attendance.record(here.session, here.actor, event_id, (came, form.absent), here.now)
    told = render_template("fragments/attended.html", came=len(came), missed=len(set(form.absent)))
    return Response(told)


@blueprint.get("/events/<event_id>/print")
@policy("events.read")
def print_event(event_id: str) -> str:
    """Table cards and personal agendas, for paper."""
    here = asking()
    event = own_events.of(here.session, here.actor, event_id)
    plan = salons.standing(here.session, event)
    names = guest_names.plan_names(here.session, here.actor, event_id, plan)
    if event.kind == EventKind.FAIR.value:
        papers = fair_handouts(plan, names, event.starts_at, language())
        return render_template("fair_print.html", event=event, sheets=papers)
    sheets = handouts(plan, names, event.starts_at, language())
    room = floor(plan) if event.kind == EventKind.SALON.value else None
    return render_template("event_print.html", event=event, sheets=sheets, room=room)


@blueprint.get("/events/<event_id>/plan.xlsx")
@policy("events.read")
def take_plan(event_id: str) -> Response:
    """The plan as a workbook: seats, agendas, what could not be kept."""
    here = asking()
    reader = replace(here.actor, language=language())
    content = event_exports.xlsx(event_exports.sheets(here.session, reader, event_id))
    return as_file(content, f"{event_id}.xlsx")


@blueprint.get("/events/<event_id>/floor.svg")
@policy("events.read")
def draw_floor(event_id: str) -> Response:
    """A fair's floor as a picture."""
    here = asking()
    reader = replace(here.actor, language=language())
    return Response(event_exports.floor_svg(here.session, reader, event_id), content_type="image/svg+xml")


@blueprint.get("/events/<event_id>/plan.ics")
@policy("events.read")
def take_calendar(event_id: str) -> Response:
    """The day as a calendar; with `guest`, that guest's own rounds."""
    here, guest = asking(), request.args.get("guest")
    reader = replace(here.actor, language=language())
    return as_file(event_exports.ics(here.session, reader, event_id, here.now, guest), f"{event_id}.ics")


def _plan_words(event: Event, plan: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    words: dict[str, Any] = {
        "plan": plan,
        "names": names,
        "problems": event_words.broken(plan, names, language()),
    }
    words["bound"] = event_words.bound_told(plan, language())
    words["why"] = event_words.told(plan, names, language())
    words["begun"] = event.starts_at is not None and event.starts_at <= asking().now
    if event.kind == EventKind.SALON.value:
        words |= {"rounds": rounds(plan, names), "room": floor(plan)}
    elif event.kind == EventKind.MEETINGS.value:
        grid: defaultdict[int, dict[int, Mapping[str, Any]]] = defaultdict(dict)
        for one in plan["meetings"]:
            grid[one["slot"]][one["table"]] = one
        words["grid"] = [(slot, grid[slot]) for slot in range(1, plan["slots"] + 1)]
        words["idle"] = _idle(plan)
    else:
        words |= {"hires": _hires(plan), "windows": _windows(plan)}
    return words


def _idle(plan: Mapping[str, Any]) -> list[str]:
    """Guests without a single meeting."""
    busy = {one[side] for one in plan["meetings"] for side in ("buyer", "seller")}
    return [guest for guest in plan["guests"] if guest not in busy]


def _hires(plan: Mapping[str, Any]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Placements by class, the largest first."""
    classes: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in plan["placements"]:
        classes[one["talent_id"]].append(one)
    return sorted(classes.items(), key=lambda item: (-sum(one["count"] for one in item[1]), item[0]))


def _windows(plan: Mapping[str, Any]) -> list[tuple[int, list[_Desk]]]:
    """Window by window: booth, firm, and the members of each class that it interviews."""
    booth = {one["enterprise_id"]: one["number"] for one in plan["booths"]}
    found: defaultdict[int, dict[str, dict[str, list[int]]]] = defaultdict(dict)
    for one in plan["interviews"]:
        classes = found[one["window"]].setdefault(one["enterprise_id"], {})
        classes.setdefault(one["talent_id"], []).append(one["member"])
    return [
        (
            window,
            sorted((booth.get(firm, 0), firm, sorted(classes.items())) for firm, classes in firms.items()),
        )
        for window, firms in sorted(found.items())
    ]


def _industry(fields: Mapping[str, object]) -> str:
    known = fields.get("industry")
    return "" if known is None else fact("industry", known, language())


def _seed(text: str) -> int:
    """The same words plan the same seats."""
    return zlib.crc32(text.encode("utf-8"))


def _side(written: str) -> str:
    return written if written in _SIDES else _SIDES[0]


def _kind(written: str) -> str:
    """The planner whose wishes are asked beside a guest; none for who comes instead on the day."""
    return written if written in set(EventKind) else ""
