"""Recruitment fairs over HTTP: a fair's firms and floor, a firm's fairs and schools."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.documented import SVG, gives_file, refuses
from api.plans import as_file, shared_routes
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.fair_plans import FairPlanBody, FairPlanOut, FairReplanBody
from api.schemas.fairs import (
    EventOut,
    Fairs,
    FairsQuery,
    FirmFairsOut,
    FirmFairsQuery,
    InviteesOut,
    InviteesQuery,
    NeedClassesOut,
)
from matcher.domain.event import EventKind
from matcher.errors import InvalidInput
from matcher.services import (
    event_exports,
    event_lists,
    fair_again,
    fair_plan_view,
    fair_plans,
    fair_view,
    recruitment,
    salons,
)
from matcher.services.salons import PlanView

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
    """The floor, a stable allocation of classes to openings, interview windows; replaces the plan."""
    here, named = asking(), json_data.event_id
    if named is not None and named != event_id:
        raise InvalidInput("api.other_event", value=named, path=event_id)
    document, seed = json_data.document(), json_data.seed
    made = fair_plans.plan_fair(here.session, here.graph, here.actor, event_id, document, seed, here.now)
    return _shown(made)


@blueprint.get("/fairs/<event_id>/plan")
@policy("events.read")
@refuses(409)
@blueprint.output(FairPlanOut)
def show_plan(event_id: str) -> Response:
    """The stored plan of one's own fair."""
    here = asking()
    return _shown(salons.read_plan(here.session, here.actor, event_id, EventKind.FAIR))


@blueprint.post("/fairs/<event_id>/plan/replan")
@policy("fairs.plan")
@refuses(409)
@blueprint.input(FairReplanBody)
@blueprint.output(FairPlanOut)
def replan(event_id: str, json_data: FairReplanBody) -> Response:
    """The fair as it turned out on the day: booths and interviews stay unless they cannot."""
    here, today, seed = asking(), json_data.today(), json_data.seed
    made = fair_again.replan_fair(here.session, here.graph, here.actor, event_id, today, seed, here.now)
    return _shown(made)


@blueprint.get("/fairs/<event_id>/plan/export.svg")
@policy("events.read")
@refuses(409)
@blueprint.doc(responses=gives_file(SVG, "The floor as a picture"))
def as_picture(event_id: str) -> Response:
    """The floor drawn, to print."""
    here = asking()
    return as_file(event_exports.floor_svg(here.session, here.actor, event_id), SVG, "fair-floor.svg")


def _shown(view: PlanView) -> Response:
    here = asking()
    return answer(FairPlanOut.of(fair_plan_view.shown(here.session, here.actor, view)))


shared_routes(blueprint, EventKind.FAIR, "/fairs/<event_id>/plan")
