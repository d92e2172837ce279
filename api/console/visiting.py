"""Officers and towers by page: whom to visit today and what to ask, one's visits, who looks after what."""

from __future__ import annotations

from typing import Annotated, Any, Final

from flask import Response, render_template, request, url_for
from pydantic import Field

from api.adapter import read_form
from api.asking import asking
from api.auth import policy
from api.console.downloads import as_file
from api.console.forms import Form, Said
from api.console.pages import blueprint, redirect_to
from api.language import language
from api.schemas.base import Identifier
from matcher.services import firm_links, towers, visiting, whom_to_visit
from matcher.services.asked import today
from matcher.services.fact_words import money
from matcher.services.visiting import LONGEST_NOTE, VisitPlan

SHOWN: Final = 20


class PlanForm(Form):
    """A firm to visit today, and what to ask it."""

    enterprise_id: Identifier
    asked: Annotated[list[str], Field(max_length=20)] = []


class EndForm(Form):
    """How a visit went."""

    made: bool
    note: Annotated[Annotated[str, Field(max_length=LONGEST_NOTE)] | None, Said] = None


class KeeperForm(Form):
    """Who looks after a building; nobody named: whoever asks."""

    account_id: Annotated[Identifier | None, Said] = None


@blueprint.get("/visits")
@policy("visits.write")
def visits_page() -> str:
    """Whom to visit today, and one's planned visits."""
    here, tongue = asking(), language()
    return render_template(
        "visits.html",
        found=_found(),
        by=request.args.get("by"),
        mine=request.args.get("mine"),
        planned=visiting.planned(here.session, here.actor),
        money=lambda yuan: money(yuan, tongue),
    )


@blueprint.get("/visits/today.xlsx")
@policy("visits.write")
def visits_workbook() -> Response:
    """The list as a workbook."""
    return as_file(whom_to_visit.workbook(_found(), language()), "visits.xlsx")


@blueprint.post("/visits")
@policy("visits.write")
def plan_visit() -> Response:
    """Plan a visit for today."""
    here, form = asking(), read_form(PlanForm, request)
    wanted = VisitPlan(form.enterprise_id, today(here.now), None, tuple(form.asked))
    visiting.plan(here.session, here.actor, wanted, here.now)
    return redirect_to(url_for("console.visits_page"))


@blueprint.post("/visits/<visit_id>")
@policy("visits.write")
def end_visit(visit_id: str) -> Response:
    """Made, or called off."""
    here, form = asking(), read_form(EndForm, request)
    visiting.end(here.session, here.actor, visit_id, form.made, form.note, here.now)
    return redirect_to(url_for("console.visits_page"))


@blueprint.get("/towers")
@policy("towers.write")
def towers_page() -> str:
    """Who looks after which building."""
    here = asking()
    found = [
        (tower, towers.history(here.session, here.actor, tower.building_id))
        for tower in towers.towers(here.session, here.actor)
    ]
    return render_template(
        "towers.html", towers=found, colleagues=towers.colleagues(here.session, here.actor)
    )


@blueprint.post("/towers/<building_id>")
@policy("towers.write")
def give_tower(building_id: str) -> Response:
    """Take a building over, or give it to a colleague."""
    here, form = asking(), read_form(KeeperForm, request)
    towers.assign(here.session, here.actor, building_id, form.account_id, here.now)
    return redirect_to(url_for("console.towers_page"))


@blueprint.get("/enterprises/<enterprise_id>/links")
@policy("links.write")
def file_links(enterprise_id: str) -> str:
    """A firm's one-time links, in its file."""
    return _links(enterprise_id)


@blueprint.post("/enterprises/<enterprise_id>/links")
@policy("links.write")
def make_link(enterprise_id: str) -> str:
    """A new link, shown this once."""
    here = asking()
    made = firm_links.issue(here.session, here.actor, enterprise_id, here.now)
    home = (here.wiring.settings.public_url or request.host_url).rstrip("/")
    return _links(enterprise_id, address=f"{home}/f/{made.token}")


@blueprint.post("/links/<link_id>/revoke")
@policy("links.write")
def revoke_link(link_id: str) -> str:
    """End a link and what it opened."""
    here = asking()
    return _links(firm_links.revoke(here.session, here.actor, link_id, here.now).enterprise_id)


def _found() -> list[whom_to_visit.Worth]:
    here = asking()
    by_yuan, mine = request.args.get("by") == "yuan", request.args.get("mine") == "1"
    return whom_to_visit.whom(here.session, here.graph, here.actor, here.now, SHOWN, by_yuan, mine)


def _links(enterprise_id: str, **more: Any) -> str:
    here = asking()
    rows = firm_links.of_enterprise(here.session, here.actor, enterprise_id)
    return render_template("fragments/links.html", key=enterprise_id, links=rows, now=here.now, **more)
