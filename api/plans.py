"""What salons, meetings and fairs have in common over HTTP: a plan read, moved and taken along as a file."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.documented import ICS, XLSX
from api.schemas.base import answer
from api.schemas.plans import AttendanceBody, AttendanceOut, PlanOut
from matcher.domain.event import EventKind
from matcher.services import attendance, event_exports, plan_view, salons
from matcher.services.salons import PlanView


def shown(view: PlanView, status: int = 200, **headers: str) -> Response:
    """A plan with its guests' names."""
    return answer(PlanOut.of(plan_view.shown(asking().session, asking().actor, view)), status, **headers)


def read(event_id: str, kind: EventKind) -> Response:
    """The stored plan of one's own event of that kind."""
    here = asking()
    return shown(salons.read_plan(here.session, here.actor, event_id, kind))


def attended(event_id: str, body: AttendanceBody) -> Response:
    """Write down who came; the states of all guests."""
    here = asking()
    states = attendance.record(here.session, here.actor, event_id, (body.attended, body.absent), here.now)
    return answer(AttendanceOut(event_id=event_id, states=states))


def workbook(event_id: str, kind: EventKind) -> Response:
    """The plan as XLSX."""
    here = asking()
    salons.read_plan(here.session, here.actor, event_id, kind)
    data = event_exports.xlsx(event_exports.sheets(here.session, here.actor, event_id))
    return _file(data, XLSX, f"{kind.value}-plan.xlsx")


def calendar(event_id: str, kind: EventKind, guest: str | None) -> Response:
    """The plan as ICS: the organizer's day, or one guest's."""
    here = asking()
    salons.read_plan(here.session, here.actor, event_id, kind)
    data = event_exports.ics(here.session, here.actor, event_id, here.now, guest)
    return _file(data, ICS, f"{kind.value}-plan.ics")


def _file(data: bytes, content_type: str, name: str) -> Response:
    response = Response(data, 200, content_type=content_type)
    # A name of ours alone: an event's id may hold what a header may not.
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
