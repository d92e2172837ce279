"""Towers under two names: pairs that may be one, with evidence; merges so far, each with its way back."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from api.adapter import read_form
from api.asking import asking
from api.auth import policy
from api.console.forms import Form
from api.console.pages import blueprint, redirect_to
from api.schemas.base import Identifier
from matcher.services import building_merges


class BuildingsForm(Form):
    """Two buildings that are one; `gone` becomes a name of `kept`."""

    kept: Identifier
    gone: Identifier


@blueprint.get("/buildings")
@policy("buildings.write", writes=False)
def buildings_page() -> str:
    """What may be merged and what was."""
    here = asking()
    found = building_merges.candidates(here.session, here.actor)
    done = building_merges.merged(here.session, here.actor)
    names = building_merges.names_of(here.session, {row.kept_id for row in done})
    return render_template("buildings.html", candidates=found, merges=done, names=names)


@blueprint.post("/buildings/merges")
@policy("buildings.write")
def merge_buildings() -> Response:
    """Make one building of two."""
    here, form = asking(), read_form(BuildingsForm, request)
    building_merges.merge(here.session, here.actor, form.kept, form.gone, here.now)
    return redirect_to(url_for("console.buildings_page"))


@blueprint.post("/buildings/merges/<merge_id>/undo")
@policy("buildings.write")
def part_buildings(merge_id: str) -> Response:
    """Part two buildings again."""
    here = asking()
    building_merges.undo(here.session, here.actor, merge_id, here.now)
    return redirect_to(url_for("console.buildings_page"))
