"""A firm's vacancies on its file: the occupation given, or read from the title; confirmed or corrected."""

from __future__ import annotations

from typing import Annotated

from flask import render_template, request
from pydantic import Field

from api.adapter import read_form
from api.asking import asking
from api.auth import policy
from api.console.forms import Form
from api.console.pages import blueprint
from matcher.services import occupations


class OccupationForm(Form):
    """A code or a name of the classification."""

    occupation: Annotated[str, Field(min_length=1, max_length=100)]


@blueprint.get("/enterprises/<enterprise_id>/openings")
@policy("openings.read")
def file_openings(enterprise_id: str) -> str:
    """The vacancies of one firm."""
    here = asking()
    found = occupations.vacancies(here.session, here.actor, enterprise_id)
    return render_template("fragments/openings.html", vacancies=found)


@blueprint.get("/occupations")
@policy("openings.read")
def occupations_named() -> str:
    """Occupations for what is typed, as options of the field."""
    typed = request.args.get("occupation", "").strip()[:100]
    found = occupations.search(typed) if typed else []
    return render_template("fragments/industry_options.html", found=found)


@blueprint.post("/openings/<opening_id>/occupation")
@policy("openings.write")
def give_occupation(opening_id: str) -> str:
    """Confirm or correct; the vacancy shows it as given from then on."""
    here, form = asking(), read_form(OccupationForm, request)
    done = occupations.confirm(here.session, here.actor, opening_id, form.occupation, here.now)
    return render_template("fragments/opening.html", one=done, begun=True)
