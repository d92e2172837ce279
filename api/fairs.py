"""Recruitment fairs over HTTP: a fair's firms and floor, a firm's fairs and schools."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.documented import ICS, XLSX, gives_file, refuses
from api.plans import calendar, workbook
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.fairs import (
    EventOut,
    FairPlanBody,
    FairPlanOut,
    Fairs,
    FairsQuery,
    FirmFairsOut,
    FirmFairsQuery,
    InviteesOut,
    InviteesQuery,
    NeedClassesOut,
)
from api.schemas.plans import CalendarQuery
from matcher.domain.event import EventKind
from matcher.errors import InvalidInput
from matcher.services import event_lists, fair_view, recruitment

blueprint = Routes("fairs", __name__, url_prefix="/v1")


@blueprint.get("/fairs")
@policy("fairs.read")
@blueprint.input(FairsQuery, location="query")
@blueprint.output(Fairs)
def listing(query_data: FairsQuery) -> Response:
    """An organizer's or a station's own fairs; to a firm all that are to come."""
    here = asking()
    found = event_lists.fairs(here.session, here.actor, query_data.upcoming, here.now)
    return answer(Fairs(items=[EventOut.of(one) for one in found]))


@blueprint.get("/fairs/<event_id>/invitees")
@policy("fairs.read", writes=True)
@blueprint.input(InviteesQuery, location="query")
@blueprint.output(InviteesOut)
def invitees(event_id: str, query_data: InviteesQuery) -> Response:
    """Whom to invite to a fair. Each firm named to an organizer is written down."""
    here = asking()
    found = recruitment.invitees(here.session, here.graph, here.actor, event_id, query_data.n, here.now)
    return answer(InviteesOut.of(found))


@blueprint.get("/needs/<need_id>/classes")
@policy("fairs.read", writes=True)
@blueprint.input(FirmFairsQuery, location="query")
@blueprint.output(NeedClassesOut)
def of_need(need_id: str, query_data: FirmFairsQuery) -> Response:
    """The classes of graduates that fit what a need for people says, in its own words."""
    here = asking()
    found = recruitment.classes_for(here.session, here.graph, here.actor, need_id, query_data.n, here.now)
    return answer(NeedClassesOut.of(fair_view.need_classes(here.session, found)))


@blueprint.get("/enterprises/<enterprise_id>/fairs")
@policy("fairs.read")
@blueprint.input(FirmFairsQuery, location="query")
@blueprint.output(FirmFairsOut)
def of_firm(enterprise_id: str, query_data: FirmFairsQuery) -> Response:
    """The fairs to come and the classes of graduates that fit a firm's openings best."""
    here, n = asking(), query_data.n
    found = recruitment.fairs_for(here.session, here.graph, here.actor, enterprise_id, n, here.now)
    return answer(FirmFairsOut.of(fair_view.firm_fairs(here.session, found)))


@blueprint.post("/fairs/<event_id>/plan")
@policy("fairs.plan")
@blueprint.input(FairPlanBody)
@blueprint.output(FairPlanOut)
def plan(event_id: str, json_data: FairPlanBody) -> Response:
    """Booths for the firms to invite and a stable allocation of classes to openings; replaces the plan."""
    here, named = asking(), json_data.event_id
    if named is not None and named != event_id:
        raise InvalidInput("api.other_event", value=named, path=event_id)
    made = recruitment.plan_fair(here.session, here.graph, here.actor, event_id, json_data.n, here.now)
    return answer(FairPlanOut.of(made))


@blueprint.get("/fairs/<event_id>/plan/export.xlsx")
@policy("events.read")
@refuses(409)
@blueprint.doc(responses=gives_file(XLSX, "The floor as a workbook"))
def as_workbook(event_id: str) -> Response:
    """The floor as a workbook, firms by name."""
    return workbook(event_id, EventKind.FAIR)


@blueprint.get("/fairs/<event_id>/plan/export.ics")
@policy("events.read")
@refuses(409)
@blueprint.input(CalendarQuery, location="query")
@blueprint.doc(responses=gives_file(ICS, "The day as a calendar"))
def as_calendar(event_id: str, query_data: CalendarQuery) -> Response:
    """The day as a calendar."""
    return calendar(event_id, EventKind.FAIR, query_data.guest)
