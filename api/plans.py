"""Plans over HTTP: salons and days of meetings whole; what fairs share with them: attendance and files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from api.asking import asking
from api.auth import policy
from api.documented import ICS, XLSX, gives_file, refuses
from api.idempotent import idempotent
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.plans import (
    AttendanceBody,
    AttendanceOut,
    CalendarQuery,
    MeetingsBody,
    MeetingsReplanBody,
    PlanOut,
    SalonBody,
    SalonReplanBody,
)
from matcher.domain.event import EventKind
from matcher.services import attendance, event_exports, meetings_again, plan_view
from matcher.services import salons as planning
from matcher.services.salons import PlanView

Planner = Callable[..., PlanView]


def _shown(view: PlanView, status: int = 200) -> Response:
    here = asking()
    return answer(PlanOut.of(plan_view.shown(here.session, here.actor, view)), status)


def _create_route(routes: Routes, body: type, planner: Planner) -> None:
    @routes.post("")
    @policy("events.plan")
    @routes.input(body)
    @routes.output(PlanOut, status_code=201)
    @idempotent
    def create(json_data: Any) -> Response:
        """Plan, check, store: guests and seats of a salon, pairs and slots of a day of meetings."""
        here = asking()
        view = planner(here.session, here.graph, here.actor, json_data.document(), json_data.seed, here.now)
        return _shown(view, 201)


def _plan_routes(routes: Routes, kind: EventKind, replan_body: type, replanner: Planner) -> None:
    @routes.get("/<event_id>")
    @policy("events.read")
    @refuses(409)
    @routes.output(PlanOut)
    def show(event_id: str) -> Response:
        """The stored plan of one's own event."""
        here = asking()
        return _shown(planning.read_plan(here.session, here.actor, event_id, kind))

    @routes.post("/<event_id>/replan")
    @policy("events.plan")
    @routes.input(replan_body)
    @routes.output(PlanOut)
    def replan(event_id: str, json_data: Any) -> Response:
        """As it turned out on the day: the others keep their places unless one must move."""
        here, today = asking(), json_data.today()
        view = replanner(here.session, here.graph, here.actor, event_id, today, json_data.seed, here.now)
        return _shown(view)


def shared_routes(routes: Routes, kind: EventKind, path: str) -> None:
    """Who came, and the plan as files, at `path`/attendance, `path`/export.xlsx and `path`/export.ics."""

    @routes.post(f"{path}/attendance")
    @policy("events.plan")
    @routes.input(AttendanceBody)
    @routes.output(AttendanceOut)
    def attend(event_id: str, json_data: AttendanceBody) -> Response:
        """Who came and who did not, once it has begun; the next guests are chosen with it in mind."""
        here, who = asking(), (json_data.attended, json_data.absent)
        planning.read_plan(here.session, here.actor, event_id, kind)
        states = attendance.record(here.session, here.actor, event_id, who, here.now)
        return answer(AttendanceOut(event_id=event_id, states=states))

    @routes.get(f"{path}/export.xlsx")
    @policy("events.read")
    @refuses(409)
    @routes.doc(responses=gives_file(XLSX, "The plan as a workbook"))
    def as_workbook(event_id: str) -> Response:
        """Plan, personal agendas and what could not be kept as a workbook, guests by name."""
        here = asking()
        planning.read_plan(here.session, here.actor, event_id, kind)
        data = event_exports.xlsx(event_exports.sheets(here.session, here.actor, event_id))
        return as_file(data, XLSX, f"{kind.value}-plan.xlsx")

    @routes.get(f"{path}/export.ics")
    @policy("events.read")
    @refuses(409)
    @routes.input(CalendarQuery, location="query")
    @routes.doc(responses=gives_file(ICS, "The day as a calendar"))
    def as_calendar(event_id: str, query_data: CalendarQuery) -> Response:
        """The day as a calendar: the organizer's, or one guest's rounds, meetings or interviews."""
        here = asking()
        planning.read_plan(here.session, here.actor, event_id, kind)
        data = event_exports.ics(here.session, here.actor, event_id, here.now, query_data.guest)
        return as_file(data, ICS, f"{kind.value}-plan.ics")


def as_file(data: bytes, content_type: str, name: str) -> Response:
    """A download under a name of ours alone: an event's id may hold what a header may not."""
    response = Response(data, 200, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


salons = Routes("salons", __name__, url_prefix="/v1/salons/plans")
_create_route(salons, SalonBody, planning.plan_salon)
_plan_routes(salons, EventKind.SALON, SalonReplanBody, planning.replan)
shared_routes(salons, EventKind.SALON, "/<event_id>")

meetings = Routes("meetings", __name__, url_prefix="/v1/meetings/plans")
_create_route(meetings, MeetingsBody, planning.plan_meetings)
_plan_routes(meetings, EventKind.MEETINGS, MeetingsReplanBody, meetings_again.replan)
shared_routes(meetings, EventKind.MEETINGS, "/<event_id>")
