"""Officers and towers, visits, whom to visit, and firms' links over HTTP; for stations."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.documented import XLSX, gives_file, refuses
from api.idempotent import idempotent
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.visits import (
    KeeperBody,
    KeeperOut,
    Keepers,
    LinkOut,
    Links,
    NewLinkOut,
    PlannedVisitOut,
    TowerOut,
    Towers,
    VisitBody,
    VisitEndBody,
    Visits,
    VisitsQuery,
    Whom,
    WhomQuery,
    WorthOut,
)
from matcher.services import firm_links, towers, visiting, whom_to_visit

blueprint = Routes("visits", __name__, url_prefix="/v1")


@blueprint.get("/towers")
@policy("towers.write")
@blueprint.output(Towers)
def listing() -> Response:
    """The station's buildings and who looks after them."""
    here = asking()
    return answer(Towers(items=[TowerOut.of(one) for one in towers.towers(here.session, here.actor)]))


@blueprint.put("/towers/<building_id>/officer")
@policy("towers.write")
@refuses(409)
@blueprint.input(KeeperBody)
@blueprint.output(TowerOut)
def assign(building_id: str, json_data: KeeperBody) -> Response:
    """Give a building to an officer of the station, or take it over; both sides are told."""
    here = asking()
    made = towers.assign(here.session, here.actor, building_id, json_data.account_id, here.now)
    return answer(TowerOut.of(made))


@blueprint.get("/towers/<building_id>/officers")
@policy("towers.write")
@blueprint.output(Keepers)
def history(building_id: str) -> Response:
    """All who have looked after a building."""
    here = asking()
    found = towers.history(here.session, here.actor, building_id)
    return answer(Keepers(items=[KeeperOut.of(one) for one in found]))


@blueprint.get("/visits")
@policy("visits.write")
@blueprint.input(VisitsQuery, location="query")
@blueprint.output(Visits)
def planned(query_data: VisitsQuery) -> Response:
    """Visits that are to be made."""
    here = asking()
    found = visiting.planned(here.session, here.actor, query_data.mine == "1")
    return answer(Visits(items=[PlannedVisitOut.of(one.row) for one in found]))


@blueprint.post("/visits")
@policy("visits.write")
@refuses(409)
@blueprint.input(VisitBody)
@blueprint.output(PlannedVisitOut, status_code=201)
@idempotent
def plan(json_data: VisitBody) -> Response:
    """Plan a visit; the enterprise is told."""
    here = asking()
    return answer(
        PlannedVisitOut.of(visiting.plan(here.session, here.actor, json_data.plan(), here.now)), 201
    )


@blueprint.patch("/visits/<visit_id>")
@policy("visits.write")
@refuses(409)
@blueprint.input(VisitEndBody)
@blueprint.output(PlannedVisitOut)
def end(visit_id: str, json_data: VisitEndBody) -> Response:
    """Write down that it was made, or is called off."""
    here, body = asking(), json_data
    return answer(
        PlannedVisitOut.of(visiting.end(here.session, here.actor, visit_id, body.made, body.note, here.now))
    )


@blueprint.get("/visits/today")
@policy("visits.write")
@blueprint.input(WhomQuery, location="query")
@blueprint.output(Whom)
def whom(query_data: WhomQuery) -> Response:
    """Whom to visit today and what to ask."""
    here, asked = asking(), query_data
    found = whom_to_visit.whom(
        here.session, here.graph, here.actor, here.now, asked.n, asked.by == "yuan", asked.mine == "1"
    )
    items = [WorthOut.of(one) for one in found]
    return answer(Whom(items=items, snapshot_id=here.graph.snapshot_id, as_of=here.graph.as_of))


@blueprint.get("/visits/today/export.xlsx")
@policy("visits.write")
@blueprint.input(WhomQuery, location="query")
@blueprint.doc(responses=gives_file(XLSX, "The list as a workbook"))
def whom_workbook(query_data: WhomQuery) -> Response:
    """The same as a workbook, to take along."""
    here, asked = asking(), query_data
    found = whom_to_visit.whom(
        here.session, here.graph, here.actor, here.now, asked.n, asked.by == "yuan", asked.mine == "1"
    )
    content = whom_to_visit.workbook(found, here.actor.language or "zh")
    response = Response(content, mimetype=XLSX)
    response.headers["Content-Disposition"] = 'attachment; filename="visits.xlsx"'
    return response


@blueprint.get("/enterprises/<enterprise_id>/links")
@policy("links.write")
@blueprint.output(Links)
def links(enterprise_id: str) -> Response:
    """A firm's one-time links."""
    here = asking()
    found = firm_links.of_enterprise(here.session, here.actor, enterprise_id)
    return answer(Links(items=[LinkOut.of(row) for row in found]))


@blueprint.post("/enterprises/<enterprise_id>/links")
@policy("links.write")
@blueprint.output(NewLinkOut, status_code=201)
def issue(enterprise_id: str) -> Response:
    """A new link to the firm's own pages, shown this once."""
    here = asking()
    return answer(NewLinkOut.fresh(firm_links.issue(here.session, here.actor, enterprise_id, here.now)), 201)


@blueprint.delete("/links/<link_id>")
@policy("links.write")
@refuses(409)
@blueprint.output(LinkOut)
def revoke(link_id: str) -> Response:
    """End a link and what it opened, at once."""
    here = asking()
    return answer(LinkOut.of(firm_links.revoke(here.session, here.actor, link_id, here.now)))
