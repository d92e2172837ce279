"""The industry of an enterprise on its file: given, or inferred; an officer confirms or corrects."""

from __future__ import annotations

from typing import Annotated

from flask import Response, render_template, request, url_for
from pydantic import Field

from api.adapter import read_form
from api.asking import asking
from api.auth import policy
from api.console.forms import Form
from api.console.pages import blueprint, redirect_to
from matcher.services import industries


class IndustryForm(Form):
    """A code or a name of the standard, for the file as it was read."""

    industry: Annotated[str, Field(min_length=1, max_length=100)]
    version: Annotated[int, Field(ge=1)]


@blueprint.get("/enterprises/<enterprise_id>/industry")
@policy("industries.write")
def choose_industry(enterprise_id: str) -> str:
    """What else the enterprise may be, and a field for anything of the standard."""
    here = asking()
    view = industries.of_enterprise(here.session, here.actor, enterprise_id)
    return render_template("fragments/industry.html", view=view, enterprise_id=enterprise_id)


@blueprint.get("/industries")
@policy("industries.write")
def industries_named() -> str:
    """Industries of the standard for what is typed, as options of the field."""
    typed = request.args.get("industry", "").strip()[:100]
    return render_template("fragments/industry_options.html", found=industries.search(typed))


@blueprint.post("/enterprises/<enterprise_id>/industry")
@policy("industries.write")
def give_industry(enterprise_id: str) -> Response:
    """Confirm or correct; the file shows it as given from then on."""
    here, form = asking(), read_form(IndustryForm, request)
    code = industries.code_of(form.industry)
    done = industries.confirm(here.session, here.actor, enterprise_id, form.version, code, here.now)
    place = url_for("console.show_file", enterprise_id=enterprise_id, after=f"industry-{done.version}")
    return redirect_to(f"{place}#facts")
