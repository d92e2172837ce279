"""The bank's page of its own past decisions: the switch, how well they foretell, the weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Response, render_template, url_for
from flask import request as asked

from api.adapter import read_form
from api.asking import asking
from api.auth import policy
from api.console.forms import Form
from api.console.pages import blueprint, redirect_to
from api.language import language
from matcher.services import own_risk
from matcher.services.fact_words import field_name

LEAST_WEIGHT: Final = 0.005


class SwitchFields(Form):
    """On or off."""

    on: bool = False


@blueprint.get("/risk")
@policy("risk.own")
def risk_page() -> str:
    """Where the bank's own learning stands."""
    here, tongue = asking(), language()
    found = own_risk.standing(here.session, here.actor)
    weights = sorted(_felt(found.weights), key=lambda one: -abs(one[1]))
    named = [(field_name(name, tongue), weight) for name, weight in weights]
    figures = [field_name(name, tongue) for name in found.figures]
    return render_template("risk.html", found=found, weights=named, figures=figures)


def _felt(weights: Mapping[str, float]) -> list[tuple[str, float]]:
    """What moves the risk by as much as the page can write; the rest was learned to be without weight."""
    return [(name, weight) for name, weight in weights.items() if abs(weight) >= LEAST_WEIGHT]


@blueprint.post("/risk")
@policy("risk.own")
def switch_risk() -> Response:
    """Switch it."""
    here, fields = asking(), read_form(SwitchFields, asked)
    own_risk.switch(here.session, here.actor, fields.on, here.now)
    return redirect_to(url_for("console.risk_page", after="on" if fields.on else "off"))
