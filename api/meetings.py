"""Days of one-to-one meetings over HTTP: planned with a proven bound, mended on the day, taken along."""

from __future__ import annotations

from flask import Response

from api import plans
from api.asking import asking
from api.auth import policy
from api.documented import ICS, XLSX, gives_file, refuses
from api.idempotent import idempotent
from api.routing import Routes
from api.schemas.plans import AttendanceBody, AttendanceOut, CalendarQuery, MeetingsBody, PlanOut, ReplanBody
from matcher.domain.event import EventKind
from matcher.services import meetings_again, salons

blueprint = Routes("meetings", __name__, url_prefix="/v1/meetings/plans")


@blueprint.post("")
@policy("events.plan")
@blueprint.input(MeetingsBody)
@blueprint.output(PlanOut, status_code=201)
@idempotent
def create(json_data: MeetingsBody) -> Response:
    """Choose pairs and slots with a proven bound, check, store."""
    here = asking()
    document, seed = json_data.document(), json_data.seed
    view = salons.plan_meetings(here.session, here.graph, here.actor, document, seed, here.now)
    return plans.shown(view, 201)


@blueprint.get("/<event_id>")
@policy("events.read")
@refuses(409)
@blueprint.output(PlanOut)
def show(event_id: str) -> Response:
    """The stored plan of one's own event."""
    return plans.read(event_id, EventKind.MEETINGS)


@blueprint.post("/<event_id>/replan")
@policy("events.plan")
@blueprint.input(ReplanBody)
@blueprint.output(PlanOut)
def replan(event_id: str, json_data: ReplanBody) -> Response:
    """The day without those who did not come: kept meetings stay, freed slots are filled."""
    here = asking()
    missing, seed = json_data.no_shows, json_data.seed
    view = meetings_again.replan(here.session, here.graph, here.actor, event_id, missing, seed, here.now)
    return plans.shown(view)


@blueprint.post("/<event_id>/attendance")
@policy("events.plan")
@blueprint.input(AttendanceBody)
@blueprint.output(AttendanceOut)
def attend(event_id: str, json_data: AttendanceBody) -> Response:
    """Who came and who did not, once it has begun; the next guests are chosen with it in mind."""
    return plans.attended(event_id, json_data)


@blueprint.get("/<event_id>/export.xlsx")
@policy("events.read")
@refuses(409)
@blueprint.doc(responses=gives_file(XLSX, "The plan as a workbook"))
def as_workbook(event_id: str) -> Response:
    """Plan, personal agendas and what could not be kept as a workbook, guests by name."""
    return plans.workbook(event_id, EventKind.MEETINGS)


@blueprint.get("/<event_id>/export.ics")
@policy("events.read")
@refuses(409)
@blueprint.input(CalendarQuery, location="query")
@blueprint.doc(responses=gives_file(ICS, "The day as a calendar"))
def as_calendar(event_id: str, query_data: CalendarQuery) -> Response:
    """The day as a calendar: the organizer's, or one guest's rounds."""
    return plans.calendar(event_id, EventKind.MEETINGS, query_data.guest)
